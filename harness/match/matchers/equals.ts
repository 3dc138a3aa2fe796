import { explainDifference } from '../difference.ts';
import { lenientBytes } from '../lenient.ts';
import type { Matcher } from '../matcher.ts';
import { payloadBytes, showPayload } from '../payload.ts';
import { payload } from '../payload-fields.ts';
import { escapeBytes, sizedBytes } from '../view.ts';
import { decideBeginning } from './beginning.ts';
import { defineMatcher } from './definition.ts';

const NEWLINE = 0x0a;

export const equals = defineMatcher({
  kind: 'equals',
  about: 'The message is exactly this payload, and nothing comes after it.',
  takesText: true,
  schema: () => payload,
  build: (written, seed) => equalsMatcher(payloadBytes(written, seed)),
  sentence: (written, seed) => `be exactly ${showPayload(written, seed)}`,
});

export function equalsMatcher(bytes: Buffer): Matcher {
  return {
    kind: 'equals',
    bytes,
    exact: bytes,
    wantsNewline: bytes.includes(NEWLINE),
    emptyLine: 'truncated',
    label: escapeBytes(bytes),
    mismatch: (message) => (message.equals(bytes) ? undefined : explainDifference(bytes, message, true)),
    decider: () => decideBeginning(bytes),
    early: () => decideBeginning(bytes),
    describe: () => (bytes.length === 0 ? 'no bytes' : `exactly ${sizedBytes(bytes)}`),
    lenient: (what) => equalsMatcher(lenientBytes(bytes, what)),
  };
}
