import type { Cause } from '../model/index.ts';
import { type Difference, explainDifference } from './difference.ts';
import { decideHttp, decidePrefixed, delimiterDecider } from './framed.ts';
import type { Ignore } from './lenient.ts';
import { explainLength, mismatchOf } from './mismatch.ts';
import { stopDecider } from './stop.ts';

/** What a message must be like. A length without bounds is satisfied by every message. */
export type Matcher =
  | { readonly kind: 'equals'; readonly bytes: Buffer }
  | { readonly kind: 'contains'; readonly bytes: Buffer }
  | { readonly kind: 'starts_with'; readonly bytes: Buffer }
  | { readonly kind: 'ends_with'; readonly bytes: Buffer }
  /** RE2 syntax over characters, see `regexProblem`. */
  | { readonly kind: 'regex'; readonly source: string }
  | { readonly kind: 'length'; readonly min?: number; readonly max?: number }
  /** In lower case. */
  | { readonly kind: 'sha256'; readonly hex: string }
  | {
      readonly kind: 'http';
      /** Any of these; all of them when absent. */
      readonly status?: readonly { readonly min: number; readonly max: number }[];
      readonly headers: readonly { readonly name: string; readonly matcher: Matcher }[];
      readonly body?: Matcher;
      /** The response is to a HEAD request. */
      readonly head: boolean;
    }
  | { readonly kind: 'any_of' | 'all_of'; readonly of: readonly Matcher[] }
  | { readonly kind: 'not'; readonly matcher: Matcher }
  /** The inner matcher has been made by `lenientMatcher`. */
  | { readonly kind: 'ignoring'; readonly what: readonly Ignore[]; readonly matcher: Matcher };

/**
 * Where a message ends: where the matcher is satisfied, at a newline, at the end of the stream, after N bytes, at a pause,
 * at given bytes, after as many bytes as a number before it says, or where an HTTP response ends.
 */
export type Frame =
  | { readonly kind: 'match' }
  | { readonly kind: 'line' }
  | { readonly kind: 'close' }
  | { readonly kind: 'bytes'; readonly bytes: number }
  | { readonly kind: 'idle'; readonly ms: number }
  | { readonly kind: 'delimiter'; readonly bytes: Buffer }
  | { readonly kind: 'length_prefix'; readonly size: number; readonly endian: 'big' | 'little' }
  /** `head` says that the response is to a HEAD request. */
  | { readonly kind: 'http'; readonly head: boolean };

/** What has come so far of the stream, from the first byte that no earlier message used up. */
export interface Arrived {
  readonly bytes: Buffer;
  /** The stream is over: end of file, or reset. */
  readonly ended: boolean;
  /** The deadline has passed, so there is no more waiting. */
  readonly over: boolean;
  /** It has been quiet long enough; only the idle frame and `ends_with` look at it. */
  readonly idle: boolean;
}

/**
 * Whether the message satisfies the matcher, once that is certain. `message` shares its memory with what arrived. After a
 * mismatch it is all that may belong to the message, and may grow later together with what is known of the difference.
 */
export type Decision =
  | { readonly state: 'open' }
  | { readonly state: 'match'; readonly consumed: number; readonly message: Buffer }
  | {
      readonly state: 'mismatch';
      readonly consumed: number;
      readonly message: Buffer;
      readonly difference: Difference;
    };

/**
 * Judges what has arrived, as early as no later byte can change the decision. More bytes of the same stream give the
 * same state and the same number of bytes consumed. Throws when a pattern is wrong.
 */
export function decide(frame: Frame, matcher: Matcher, arrived: Arrived): Decision {
  return decider(frame, matcher)(arrived);
}

/** `decide` for one stream that grows at its end, without looking at the same bytes again in each call. */
export function decider(frame: Frame, matcher: Matcher): (arrived: Arrived) => Decision {
  switch (frame.kind) {
    case 'match':
      return stopDecider(matcher);
    case 'line':
      return lineDecider(matcher);
    case 'close':
      return closeDecider(matcher);
    case 'bytes':
      return (arrived) => decideCounted(frame.bytes, matcher, arrived);
    case 'idle':
      return ({ bytes, ended, over, idle }) => (ended || over || idle ? judge(matcher, bytes) : OPEN);
    case 'delimiter':
      return delimiterDecider(frame.bytes, matcher);
    case 'length_prefix':
      return (arrived) => decidePrefixed(frame, matcher, arrived);
    case 'http':
      return (arrived) => decideHttp(frame.head, matcher, arrived);
  }
}

/** Nothing can be said yet. */
export const OPEN: Decision = { state: 'open' };
const NEWLINE = 0x0a;
/** What an empty line is called, by what was wanted instead. */
const EMPTY: Readonly<Partial<Record<Matcher['kind'], Cause>>> = {
  equals: 'truncated',
  contains: 'no_match',
  starts_with: 'truncated',
  ends_with: 'no_match',
  regex: 'no_match',
  length: 'too_short',
};

/** Judges a message that is complete; `judged` is the part of it that the matcher is about. */
export function judge(matcher: Matcher, message: Buffer, judged = message): Decision {
  const found = mismatchOf(matcher, judged);
  const emptyLine = judged.length === 0 && message.length > 0;
  const difference =
    found && emptyLine
      ? { ...found, cause: EMPTY[matcher.kind] ?? 'no_match', description: 'an empty line came' }
      : found;
  return difference ? fail(message, difference) : { state: 'match', consumed: message.length, message };
}

/** A message that is not as it should be, used up as a whole. */
export function fail(message: Buffer, difference: Difference): Extract<Decision, { state: 'mismatch' }> {
  return { state: 'mismatch', consumed: message.length, message, difference };
}

/** A line is judged without its ending, unless what is wanted has a newline itself. */
function lineDecider(matcher: Matcher): (arrived: Arrived) => Decision {
  const withEnding = wantsNewline(matcher);
  let searched = 0;
  return ({ bytes, ended, over }) => {
    const newline = bytes.indexOf(NEWLINE, searched);
    if (newline >= 0) {
      const line = bytes.subarray(0, newline + 1);
      return judge(matcher, line, withEnding ? line : withoutEnding(line));
    }
    searched = bytes.length;
    if (!ended && !over) return OPEN;
    if (bytes.length === 0)
      return fail(bytes, { cause: 'nothing_received', at: 0, description: 'nothing came' });
    const decision = judge(matcher, bytes);
    if (decision.state === 'mismatch' || ended) return decision;
    const description = 'the newline at the end is missing';
    return fail(bytes, { cause: 'missing_newline', at: bytes.length, description, missing: 1 });
  };
}

/** Whether a matcher speaks of the end of a line: its bytes have one, or its pattern names one. */
function wantsNewline(matcher: Matcher): boolean {
  if (matcher.kind === 'regex') return namesNewline(matcher.source);
  if ('bytes' in matcher) return matcher.bytes.includes(NEWLINE);
  if ('of' in matcher) return matcher.of.some(wantsNewline);
  return 'matcher' in matcher && wantsNewline(matcher.matcher);
}

/** Whether a pattern has a newline in it, as such or escaped. */
export function namesNewline(pattern: string): boolean {
  return /[\n\r]|\\[nr]|\\x0?[adAD]\b/.test(pattern);
}

/** A line without its newline, or CRLF. */
export function withoutEnding(line: Buffer): Buffer {
  if (line.at(-1) !== NEWLINE) return line;
  return line.subarray(0, line.length - (line.at(-2) === 0x0d ? 2 : 1));
}

/** What is wrong at the first byte needs no waiting for the end of the stream. */
function closeDecider(matcher: Matcher): (arrived: Arrived) => Decision {
  const whole: Matcher = matcher.kind === 'length' ? { ...matcher, min: 0 } : matcher;
  const early =
    whole.kind === 'equals' || whole.kind === 'starts_with' || whole.kind === 'length'
      ? stopDecider(whole)
      : undefined;
  return (arrived) => {
    const { bytes, ended, over } = arrived;
    const soFar = early?.(arrived);
    if (soFar?.state === 'mismatch') return soFar;
    if (matcher.kind === 'equals' && bytes.length > matcher.bytes.length) {
      const difference = explainDifference(matcher.bytes, bytes, ended);
      return { state: 'mismatch', consumed: matcher.bytes.length, message: bytes, difference };
    }
    if (!ended && !over) return OPEN;
    const decision = judge(matcher, bytes);
    if (decision.state === 'mismatch' || ended) return decision;
    const description = 'the connection was not closed after these bytes';
    return fail(bytes, { cause: 'not_closed', at: bytes.length, description });
  };
}

function decideCounted(count: number, matcher: Matcher, { bytes, ended, over }: Arrived): Decision {
  if (bytes.length >= count) return judge(matcher, bytes.subarray(0, count));
  if (!ended && !over) return OPEN;
  const short = explainLength({ kind: 'length', min: count, max: count }, bytes.length);
  const difference = (matcher.kind === 'equals' ? mismatchOf(matcher, bytes) : undefined) ?? short;
  return difference ? fail(bytes, difference) : OPEN;
}
