import type { Cause } from '../model/index.ts';
import type { Ignore } from './lenient.ts';
import type { Difference } from './types.ts';

/** What a message must be like, ready to be compared. Each kind is made by its module in `matchers/`. */
export interface Matcher {
  /** Its key in a file. */
  readonly kind: string;
  /** The bytes that it looks for, if it looks for some. */
  readonly bytes?: Buffer;
  /** The one message that satisfies it, if there is only one. */
  readonly exact?: Buffer;
  /** What does not count when it compares, and the one message that satisfies it then. */
  readonly ignores?: { readonly what: readonly Ignore[]; readonly exact?: Buffer };
  /** It speaks of the end of a line, so a line is compared together with its ending. */
  readonly wantsNewline: boolean;
  /** What an empty line is called that came instead of what it wants. */
  readonly emptyLine: Cause;
  /** Why a message that is complete does not satisfy it; nothing when it does. */
  mismatch(message: Buffer): Difference | undefined;
  /** What is kept of a message that satisfies it, by name. */
  captured?(message: Buffer): ReadonlyMap<string, string>;
  /** Decides about one stream that grows at its end, where the message ends where the matcher is satisfied. */
  decider(): Decider;
  /** Decides before the stream has ended, where the bytes that are there are enough; it never decides for a match. */
  early?(): Decider;
  /** What is wanted, as a part of a sentence: `exactly hello\n`. */
  describe(): string;
  /** What is looked for, in short, where that can be said: `hello\n`, `/[0-9]+/`. */
  readonly label?: string;
  /** The matcher to compare with once a message has been made alike by `lenientBytes`. */
  lenient(what: readonly Ignore[]): Matcher;
}

/** What has come so far of the stream, from the first byte that no earlier message used up. */
export interface Arrived {
  readonly bytes: Buffer;
  /** The lengths of the messages that the bytes came in, where what carries them has messages. */
  readonly messages?: readonly number[];
  /** The stream is over: end of file, or reset. */
  readonly ended: boolean;
  /** The deadline has passed, so there is no more waiting. */
  readonly over: boolean;
  /** It has been quiet long enough; only the idle frame and matchers that need the whole look at it. */
  readonly idle: boolean;
}

/**
 * Whether the message satisfies the matcher, once that is certain. `message` shares its memory with what arrived. After a
 * mismatch it is all that may belong to the message, and may grow later together with what is known of the difference.
 */
export type Decision =
  | { readonly state: 'open' }
  | {
      readonly state: 'match';
      readonly consumed: number;
      /** Messages that are used up, where there are such. */
      readonly messages?: number;
      readonly message: Buffer;
    }
  | {
      readonly state: 'mismatch';
      readonly consumed: number;
      readonly messages?: number;
      readonly message: Buffer;
      readonly difference: Difference;
    };

/** Decides about one stream, from all that has arrived of it. */
export type Decider = (arrived: Arrived) => Decision;

/** Nothing can be decided yet. */
export const OPEN: Decision = { state: 'open' };

/** Nothing is final about these bytes. */
export const WAITING = { ended: false, over: false, idle: false };

/** The first bytes are the message, and it is right. */
export function matched(bytes: Buffer, length: number): Decision {
  return { state: 'match', consumed: length, message: bytes.subarray(0, length) };
}

/** A message that is not as it should be, used up as a whole unless said otherwise. */
export function mismatched(
  message: Buffer,
  difference: Difference,
  consumed = message.length,
): Extract<Decision, { state: 'mismatch' }> {
  return { state: 'mismatch', consumed, message, difference };
}

/** Compares a message that is complete; `judged` is the part of it that the matcher is about. */
export function decideWhole(matcher: Matcher, message: Buffer, judged = message): Decision {
  const found = matcher.mismatch(judged);
  if (!found) return matched(message, message.length);
  const emptyLine = judged.length === 0 && message.length > 0;
  return mismatched(
    message,
    emptyLine ? { ...found, cause: matcher.emptyLine, description: 'an empty line arrived' } : found,
  );
}

/** Decides once nothing more comes, for matchers that need the whole. */
export function decideAtEnd(matcher: Pick<Matcher, 'mismatch'>): Decider {
  return ({ bytes, ended, over, idle }) => (ended || over || idle ? decideAll(matcher, bytes) : OPEN);
}

/** Decides as soon as a search has found where the message ends. */
export function decideBySearch(
  matcher: Pick<Matcher, 'mismatch'>,
  search: (bytes: Buffer, final: boolean) => number,
): Decider {
  return ({ bytes, ended, over }) => {
    const end = search(bytes, ended || over);
    if (end >= 0) return matched(bytes, end);
    return ended || over ? decideAll(matcher, bytes) : OPEN;
  };
}

/** Compares all that came. */
export function decideAll(matcher: Pick<Matcher, 'mismatch'>, bytes: Buffer): Decision {
  const difference = matcher.mismatch(bytes);
  return difference ? mismatched(bytes, difference) : matched(bytes, bytes.length);
}
