import { lenientBytes } from '../lenient.ts';
import type { Matcher } from '../matcher.ts';
import { payloadBytes, showPayload } from '../payload.ts';
import { payload } from '../payload-fields.ts';
import { escapeBytes } from '../view.ts';
import { decideBeginning, explainBeginning } from './beginning.ts';
import { defineMatcher } from './definition.ts';

const NEWLINE = 0x0a;

export const startsWith = defineMatcher({
  kind: 'starts_with',
  about: 'The message begins with this payload.',
  takesText: true,
  schema: () => payload,
  build: (written, seed) => startsWithMatcher(payloadBytes(written, seed)),
  sentence: (written, seed) => `begin with ${showPayload(written, seed)}`,
});

export function startsWithMatcher(bytes: Buffer): Matcher {
  return {
    kind: 'starts_with',
    bytes,
    wantsNewline: bytes.includes(NEWLINE),
    emptyLine: 'truncated',
    label: escapeBytes(bytes),
    mismatch: (message) =>
      message.subarray(0, bytes.length).equals(bytes) ? undefined : explainBeginning(bytes, message, true),
    decider: () => decideBeginning(bytes),
    early: () => decideBeginning(bytes),
    describe: () => `something that starts with ${escapeBytes(bytes)}`,
    lenient: (what) => startsWithMatcher(lenientBytes(bytes, what)),
  };
}
