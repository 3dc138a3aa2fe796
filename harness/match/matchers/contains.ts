import { lenientBytes } from '../lenient.ts';
import { decideBySearch, type Matcher } from '../matcher.ts';
import { payloadBytes, showPayload } from '../payload.ts';
import { payload } from '../payload-fields.ts';
import { lowerCase, pythonLiteral, utf16, withCrlf, without } from '../reshape.ts';
import { indexOf, searchFor } from '../search.ts';
import type { Difference } from '../types.ts';
import { countBytes, escapeBytes } from '../view.ts';
import { defineMatcher } from './definition.ts';
import { nothingCame } from './length.ts';

const NEWLINE = 0x0a;

export const contains = defineMatcher({
  kind: 'contains',
  about: 'This payload is somewhere in the message.',
  takesText: true,
  schema: () => payload,
  build: (written, seed) => containsMatcher(payloadBytes(written, seed)),
  sentence: (written, seed) => `contain ${showPayload(written, seed)}`,
});

export function containsMatcher(bytes: Buffer): Matcher {
  const mismatch = (message: Buffer) =>
    indexOf(message, bytes) >= 0 ? undefined : explainAbsence(bytes, message);
  return {
    kind: 'contains',
    bytes,
    wantsNewline: bytes.includes(NEWLINE),
    emptyLine: 'no_match',
    label: escapeBytes(bytes),
    mismatch,
    decider: () => {
      const search = searchFor(bytes);
      return decideBySearch({ mismatch }, (arrived) => {
        const start = search(arrived);
        return start < 0 ? -1 : start + bytes.length;
      });
    },
    describe: () => `something that contains ${escapeBytes(bytes)}`,
    lenient: (what) => containsMatcher(lenientBytes(bytes, what)),
  };
}

/** Looks for the wanted bytes in the shapes that they usually come in by mistake. */
function explainAbsence(wanted: Buffer, message: Buffer): Difference {
  if (message.length === 0) return nothingCame(wanted.length);
  const shown = `"${escapeBytes(wanted, 30)}"`;
  const shapes: readonly [Difference['cause'], Buffer, Buffer, string][] = [
    ['crlf', withCrlf(wanted), message, `${shown} arrived with \\r\\n (CRLF) instead of \\n`],
    ['lf', without(wanted, 0x0d), message, `${shown} arrived without \\r`],
    ['utf16', utf16(wanted, 'le'), message, `${shown} arrived as UTF-16, with two bytes for each character`],
    ['utf16', utf16(wanted, 'be'), message, `${shown} arrived as UTF-16, with two bytes for each character`],
    [
      'decoded',
      Buffer.from(wanted.toString('latin1')),
      message,
      `${shown} arrived encoded as UTF-8 a second time`,
    ],
    [
      'decoded',
      pythonLiteral(wanted).subarray(2, -1),
      message,
      `${shown} arrived as Python prints bytes (b'…')`,
    ],
    [
      'different_case',
      lowerCase(wanted),
      lowerCase(message),
      `${shown} arrived with other upper and lower case`,
    ],
    [
      'spaces',
      without(wanted, 0x20, 0x09),
      without(message, 0x20, 0x09),
      `${shown} arrived with other spaces`,
    ],
    ['missing_newline', without(wanted, 0x0d, 0x0a), message, `${shown} arrived without the newline`],
  ];
  for (const [cause, shape, bytes, description] of shapes) {
    if (shape.length === 0 || (bytes === message && shape.equals(wanted))) continue;
    const at = indexOf(bytes, shape);
    if (at >= 0) return { cause, at: bytes.length === message.length ? at : 0, description };
  }
  return {
    cause: 'no_match',
    at: 0,
    description: `${shown} is not in the ${countBytes(message.length)} received`,
  };
}
