import type { Arrived, Decision, Matcher } from './matcher.ts';
import { explainBeginning, mismatchOf } from './mismatch.ts';
import { searchForPattern } from './regex.ts';
import { firstDifference, searchFor } from './search.ts';

type Decider = (arrived: Arrived) => Decision;

const OPEN: Decision = { state: 'open' };

/** Judges a message that ends where the matcher is satisfied; what is left stays for the next one. */
export function stopDecider(matcher: Matcher): Decider {
  switch (matcher.kind) {
    case 'equals':
    case 'starts_with':
      return beginningDecider(matcher);
    case 'contains': {
      const search = searchFor(matcher.bytes);
      return searchDecider(matcher, (bytes) => {
        const start = search(bytes);
        return start < 0 ? -1 : start + matcher.bytes.length;
      });
    }
    case 'regex':
      return searchDecider(matcher, searchForPattern(matcher.source));
    case 'ends_with':
      return ({ bytes, ended, over, idle }) => (ended || over || idle ? judgeAll(matcher, bytes) : OPEN);
    case 'length':
      return (arrived) => decideLength(matcher, arrived);
  }
}

function matched(bytes: Buffer, length: number): Decision {
  return { state: 'match', consumed: length, message: bytes.subarray(0, length) };
}

function judgeAll(matcher: Matcher, bytes: Buffer): Decision {
  const difference = mismatchOf(matcher, bytes);
  if (!difference) return matched(bytes, bytes.length);
  return { state: 'mismatch', consumed: bytes.length, message: bytes, difference };
}

/** The bytes before the first wrong one are used up. */
function beginningDecider(matcher: Extract<Matcher, { kind: 'equals' | 'starts_with' }>): Decider {
  const wanted = matcher.bytes;
  let right = 0;
  return ({ bytes, ended, over }) => {
    right = firstDifference(wanted, bytes, right);
    if (right === wanted.length) return matched(bytes, right);
    const final = ended || over;
    if (right === bytes.length && !final) return OPEN;
    const difference = explainBeginning(wanted, bytes, final);
    return { state: 'mismatch', consumed: right, message: bytes, difference };
  };
}

function searchDecider(matcher: Matcher, search: (bytes: Buffer, final: boolean) => number): Decider {
  return ({ bytes, ended, over }) => {
    const end = search(bytes, ended || over);
    if (end >= 0) return matched(bytes, end);
    return ended || over ? judgeAll(matcher, bytes) : OPEN;
  };
}

function decideLength(
  matcher: Extract<Matcher, { kind: 'length' }>,
  { bytes, ended, over }: Arrived,
): Decision {
  const { min = 0, max } = matcher;
  if (max === undefined && bytes.length >= min) return matched(bytes, min);
  if (max !== undefined && bytes.length > max) {
    const difference = mismatchOf(matcher, bytes);
    if (difference) return { state: 'mismatch', consumed: max, message: bytes, difference };
  }
  return ended || over ? judgeAll(matcher, bytes) : OPEN;
}
