import { readResponse } from './http.ts';
import { lenientBytes, lenientOffset } from './lenient.ts';
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
    case 'any_of':
    case 'all_of':
      return togetherDecider(matcher);
    case 'ignoring':
      return ignoringDecider(matcher);
    case 'http':
      return httpDecider(matcher);
    case 'ends_with':
    case 'sha256':
    case 'not':
      return ({ bytes, ended, over, idle }) => (ended || over || idle ? judgeAll(matcher, bytes) : OPEN);
    case 'length':
      return (arrived) => decideLength(matcher, arrived);
  }
}

const WAITING = { ended: false, over: false, idle: false };

/**
 * Any: as soon as one holds. All: once every one holds; the one that takes most decides where the message ends. However
 * the bytes were split, the shortest beginning that decides is what counts.
 */
function togetherDecider(matcher: Extract<Matcher, { of: unknown }>): Decider {
  const deciders = matcher.of.map(stopDecider);
  return (arrived) => {
    const { bytes } = arrived;
    const soFar = together(
      matcher,
      deciders.map((decideOn) => decideOn({ bytes, ...WAITING })),
      bytes,
    );
    if (soFar.state !== 'open') return earliest(matcher, bytes);
    if (!arrived.ended && !arrived.over && !arrived.idle) return OPEN;
    return together(
      matcher,
      matcher.of.map((one) => stopDecider(one)(arrived)),
      bytes,
    );
  };
}

function together(
  matcher: Extract<Matcher, { of: unknown }>,
  decisions: readonly Decision[],
  bytes: Buffer,
): Decision {
  const decisive = matcher.kind === 'any_of' ? 'match' : 'mismatch';
  const found = decisions.find(({ state }) => state === decisive);
  if (found) return found;
  if (decisions.some(({ state }) => state === 'open')) return OPEN;
  if (matcher.kind === 'any_of') {
    const [first] = [...decisions].sort((a, b) => reach(b) - reach(a));
    return first ?? OPEN;
  }
  return matched(bytes, Math.max(0, ...decisions.map(reach)));
}

function reach(decision: Decision): number {
  return decision.state === 'open' ? 0 : decision.consumed;
}

/** The decision of the shortest beginning that decides; a decision stays once it is made, so halving finds it. */
function earliest(matcher: Extract<Matcher, { of: unknown }>, bytes: Buffer): Decision {
  const decideAt = (end: number) => {
    const beginning = { bytes: bytes.subarray(0, end), ...WAITING };
    return together(
      matcher,
      matcher.of.map((one) => stopDecider(one)(beginning)),
      bytes,
    );
  };
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (decideAt(middle).state === 'open') low = middle + 1;
    else high = middle;
  }
  const decision = decideAt(low);
  return decision.state === 'mismatch' ? { ...decision, message: bytes } : decision;
}

/** Decides on what is compared, and tells in terms of what came. */
function ignoringDecider({ what, matcher }: Extract<Matcher, { kind: 'ignoring' }>): Decider {
  return (arrived) => {
    const { bytes } = arrived;
    const decision = stopDecider(matcher)({ ...arrived, bytes: lenientBytes(bytes, what) });
    if (decision.state === 'open') return decision;
    const consumed = lenientOffset(bytes, what, decision.consumed);
    if (decision.state === 'match') return matched(bytes, consumed);
    const at = lenientOffset(bytes, what, decision.difference.at);
    return { ...decision, consumed, message: bytes, difference: { ...decision.difference, at } };
  };
}

function httpDecider(matcher: Extract<Matcher, { kind: 'http' }>): Decider {
  return ({ bytes, ended, over }) => {
    const look = readResponse(bytes, { ended, head: matcher.head });
    if (look.state === 'complete') return judgeAll(matcher, bytes.subarray(0, look.response.length));
    if (look.state === 'open' && !over) return OPEN;
    const difference = look.state === 'open' ? look.lacking : look.difference;
    return { state: 'mismatch', consumed: difference.at, message: bytes, difference };
  };
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
