import { explainDifference } from './difference.ts';
import { decidePrefixed, delimiterDecider, httpDecider } from './framed.ts';
import {
  type Arrived,
  type Decider,
  type Decision,
  decideWhole,
  type Matcher,
  mismatched,
  OPEN,
} from './matcher.ts';
import { explainLength, nothingCame } from './matchers/length.ts';

/**
 * Where a message ends: where the matcher is satisfied, at a newline, at the end of the stream, after N bytes, at a pause,
 * at given bytes, after as many bytes as a number before it says, where an HTTP response ends, or after N datagrams.
 */
export type Frame =
  | { readonly kind: 'match' }
  | { readonly kind: 'line' }
  | { readonly kind: 'close' }
  | { readonly kind: 'bytes'; readonly bytes: number }
  | { readonly kind: 'idle'; readonly ms: number }
  | { readonly kind: 'delimiter'; readonly bytes: Buffer }
  | { readonly kind: 'length_prefix'; readonly size: number; readonly endian: 'big' | 'little' }
  | { readonly kind: 'datagrams'; readonly count: number }
  /** `head` says that the response is to a HEAD request. */
  | { readonly kind: 'http'; readonly head: boolean };

/**
 * Judges what has arrived, as early as no later byte can change the decision. More bytes of the same stream give the
 * same state and the same number of bytes consumed. Throws when a pattern is wrong.
 */
export function decide(frame: Frame, matcher: Matcher, arrived: Arrived): Decision {
  return decider(frame, matcher)(arrived);
}

/** `decide` for one stream that grows at its end, without looking at the same bytes again in each call. */
export function decider(frame: Frame, matcher: Matcher): Decider {
  switch (frame.kind) {
    case 'match':
      return matcher.decider();
    case 'line':
      return lineDecider(matcher);
    case 'close':
      return closeDecider(matcher);
    case 'bytes':
      return (arrived) => decideCounted(frame.bytes, matcher, arrived);
    case 'idle':
      return ({ bytes, ended, over, idle }) => (ended || over || idle ? decideWhole(matcher, bytes) : OPEN);
    case 'delimiter':
      return delimiterDecider(frame.bytes, matcher);
    case 'length_prefix':
      return (arrived) => decidePrefixed(frame, matcher, arrived);
    case 'datagrams':
      return (arrived) => decideDatagrams(frame.count, matcher, arrived);
    case 'http':
      return httpDecider(frame.head, matcher);
  }
}

const NEWLINE = 0x0a;

/** A line is judged without its ending, unless what is wanted has a newline itself. */
function lineDecider(matcher: Matcher): Decider {
  const withEnding = matcher.wantsNewline;
  let searched = 0;
  return ({ bytes, ended, over }) => {
    const newline = bytes.indexOf(NEWLINE, searched);
    if (newline >= 0) {
      const line = bytes.subarray(0, newline + 1);
      return decideWhole(matcher, line, withEnding ? line : withoutEnding(line));
    }
    searched = bytes.length;
    if (!ended && !over) return OPEN;
    if (bytes.length === 0) return mismatched(bytes, nothingCame(0));
    const decision = decideWhole(matcher, bytes);
    if (decision.state === 'mismatch' || ended) return decision;
    const description = 'the newline at the end is missing';
    return mismatched(bytes, { cause: 'missing_newline', at: bytes.length, description, missing: 1 });
  };
}

/** A line without its newline, or CRLF. */
export function withoutEnding(line: Buffer): Buffer {
  if (line.at(-1) !== NEWLINE) return line;
  return line.subarray(0, line.length - (line.at(-2) === 0x0d ? 2 : 1));
}

/** What is wrong at the first byte needs no waiting for the end of the stream. */
function closeDecider(matcher: Matcher): Decider {
  const early = matcher.early?.();
  return (arrived) => {
    const { bytes, ended, over } = arrived;
    const soFar = early?.(arrived);
    if (soFar?.state === 'mismatch') return soFar;
    if (matcher.exact && bytes.length > matcher.exact.length)
      return mismatched(bytes, explainDifference(matcher.exact, bytes, ended), matcher.exact.length);
    if (!ended && !over) return OPEN;
    const decision = decideWhole(matcher, bytes);
    if (decision.state === 'mismatch' || ended) return decision;
    const description = 'the connection was not closed after these bytes';
    return mismatched(bytes, { cause: 'not_closed', at: bytes.length, description });
  };
}

/** A datagram is a message by itself; several are taken for one, one after another. */
function decideDatagrams(
  count: number,
  matcher: Matcher,
  { bytes, messages = [], ended, over }: Arrived,
): Decision {
  const came = messages.slice(0, count);
  const all = bytes.subarray(
    0,
    came.reduce((sum, length) => sum + length, 0),
  );
  const whole = decideWhole(matcher, all);
  if (came.length === count) return whole.state === 'open' ? whole : { ...whole, messages: count };
  if (!ended && !over) return OPEN;
  const description = `only ${came.length} of ${count} datagrams arrived`;
  const difference =
    came.length === 0 ? nothingCame(0) : { cause: 'truncated' as const, at: all.length, description };
  return { ...mismatched(all, difference), messages: came.length };
}

function decideCounted(count: number, matcher: Matcher, { bytes, ended, over }: Arrived): Decision {
  if (bytes.length >= count) return decideWhole(matcher, bytes.subarray(0, count));
  if (!ended && !over) return OPEN;
  const short = explainLength({ min: count, max: count }, bytes.length);
  const difference = (matcher.exact && matcher.mismatch(bytes)) ?? short;
  return difference ? mismatched(bytes, difference) : OPEN;
}
