import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { text } from '../../base/fields.ts';
import { decideAtEnd, type Matcher } from '../matcher.ts';
import type { Difference } from '../types.ts';
import { countBytes } from '../view.ts';
import { defineMatcher } from './definition.ts';
import { nothingCame } from './length.ts';

const schema = v.pipe(
  text,
  v.check(
    (value) => /^[0-9a-fA-F]{64}$/.test(value),
    'is a SHA-256 of 64 hexadecimal digits, as sha256sum prints it',
  ),
  v.toLowerCase(),
);

export const sha256 = defineMatcher({
  kind: 'sha256',
  about: 'The message has this SHA-256, as `sha256sum` prints it.',
  withoutIgnore: 'remove it',
  schema: () => schema,
  build: (written) => sha256Matcher(written),
  sentence: (written) => `have the SHA-256 ${written}`,
});

/** `hex` is in lower case. */
export function sha256Matcher(hex: string): Matcher {
  const mismatch = (message: Buffer): Difference | undefined => {
    const found = createHash('sha256').update(message).digest('hex');
    if (found === hex) return undefined;
    if (message.length === 0) return nothingCame(0);
    const description = `the ${countBytes(message.length)} received have the SHA-256 ${found}`;
    return { cause: 'different', at: 0, description };
  };
  return {
    kind: 'sha256',
    wantsNewline: false,
    emptyLine: 'no_match',
    mismatch,
    decider: () => decideAtEnd({ mismatch }),
    describe: () => `bytes with the SHA-256 ${hex}`,
    lenient: () => sha256Matcher(hex),
  };
}
