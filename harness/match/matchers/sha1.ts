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
    (value) => /^[0-9a-fA-F]{40}$/.test(value),
    'is a SHA-1 of 40 hexadecimal digits, as sha1sum prints it',
  ),
  v.toLowerCase(),
);

export const sha1 = defineMatcher({
  kind: 'sha1',
  about: 'The message has this SHA-1, as `sha1sum` prints it.',
  withoutIgnore: 'remove it',
  schema: () => schema,
  build: (written) => sha1Matcher(written),
  sentence: (written) => `have the SHA-1 ${written}`,
});

/** `hex` is in lower case. */
function sha1Matcher(hex: string): Matcher {
  const mismatch = (message: Buffer): Difference | undefined => {
    const found = createHash('sha1').update(message).digest('hex');
    if (found === hex) return undefined;
    if (message.length === 0) return nothingCame(0);
    const description = `the ${countBytes(message.length)} received have the SHA-1 ${found}`;
    return { cause: 'different', at: 0, description };
  };
  return {
    kind: 'sha1',
    wantsNewline: false,
    emptyLine: 'no_match',
    mismatch,
    decider: () => decideAtEnd({ mismatch }),
    describe: () => `bytes with the SHA-1 ${hex}`,
    lenient: () => sha1Matcher(hex),
  };
}
