import { explainDifference } from '../difference.ts';
import { differenceForLeftover } from '../leftover.ts';
import { lenientBytes } from '../lenient.ts';
import { decideAtEnd, type Matcher } from '../matcher.ts';
import { payloadBytes, showPayload } from '../payload.ts';
import { payload } from '../payload-fields.ts';
import type { Difference } from '../types.ts';
import { countBytes, escapeBytes } from '../view.ts';
import { defineMatcher } from './definition.ts';
import { nothingCame } from './length.ts';

const NEWLINE = 0x0a;

export const endsWith = defineMatcher({
  kind: 'ends_with',
  about: 'The message ends with this payload.',
  takesText: true,
  schema: () => payload,
  build: (written, seed) => endsWithMatcher(payloadBytes(written, seed)),
  sentence: (written, seed) => `end with ${showPayload(written, seed)}`,
});

export function endsWithMatcher(bytes: Buffer): Matcher {
  const mismatch = (message: Buffer) =>
    message.subarray(Math.max(0, message.length - bytes.length)).equals(bytes)
      ? undefined
      : explainEnd(bytes, message);
  return {
    kind: 'ends_with',
    bytes,
    wantsNewline: bytes.includes(NEWLINE),
    emptyLine: 'no_match',
    label: escapeBytes(bytes),
    mismatch,
    decider: () => decideAtEnd({ mismatch }),
    describe: () => `something that ends with ${escapeBytes(bytes)}`,
    lenient: (what) => endsWithMatcher(lenientBytes(bytes, what)),
  };
}

function explainEnd(wanted: Buffer, message: Buffer): Difference {
  if (message.length === 0) return nothingCame(wanted.length);
  const extra = extraAfter(wanted, message);
  if (extra > 0) {
    const at = message.length - extra;
    return { ...differenceForLeftover(wanted, message.subarray(at)), at };
  }
  for (const ending of ['\r\n', '\n']) {
    if (!wanted.toString('latin1').endsWith(ending)) continue;
    const line = wanted.subarray(0, wanted.length - ending.length);
    const tail = message.subarray(Math.max(0, message.length - line.length));
    if (line.length > 0 && tail.equals(line)) {
      return {
        cause: 'missing_newline',
        at: message.length,
        description: 'the newline at the end is missing',
        missing: ending.length,
      };
    }
  }
  const start = Math.max(0, message.length - wanted.length);
  const found = explainDifference(wanted, message.subarray(start), true);
  const telling = ['different_case', 'spaces', 'crlf', 'lf'].includes(found.cause);
  if (telling) return { cause: found.cause, at: start + found.at, description: found.description };
  const description = `the ${countBytes(message.length)} received do not end with "${escapeBytes(wanted, 30)}"`;
  return { cause: 'no_match', at: message.length, description };
}

/** How many bytes follow the wanted ones at the end: a few, or any number of NULs; 0 when that is not what came. */
function extraAfter(wanted: Buffer, message: Buffer): number {
  let nuls = 0;
  while (message[message.length - 1 - nuls] === 0) nuls += 1;
  const counts = [...Array(16).keys()].map((index) => index + 1).concat(nuls);
  const fits = (count: number) => {
    const end = message.length - count;
    return end >= wanted.length && message.subarray(end - wanted.length, end).equals(wanted);
  };
  return counts.find(fits) ?? 0;
}
