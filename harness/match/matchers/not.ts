import { decideAtEnd, type Matcher } from '../matcher.ts';
import type { Difference } from '../types.ts';
import { countBytes } from '../view.ts';
import { defineMatcher, type MatcherSchema } from './definition.ts';

export const not = defineMatcher({
  kind: 'not',
  about: 'This matcher does not hold; needs a frame, or it waits for the end.',
  schema: (inner: MatcherSchema) => inner,
  build: (written, seed) => notMatcher(written.build(seed)),
  sentence: (written, seed) => `not ${written.sentence(seed)}`,
});

export function notMatcher(inner: Matcher): Matcher {
  const mismatch = (message: Buffer): Difference | undefined => {
    if (inner.mismatch(message)) return undefined;
    const description = `the ${countBytes(message.length)} received are just what must not come`;
    return { cause: 'different', at: 0, description };
  };
  return {
    kind: 'not',
    wantsNewline: inner.wantsNewline,
    emptyLine: 'no_match',
    mismatch,
    decider: () => decideAtEnd({ mismatch }),
    describe: () => `anything but ${inner.describe()}`,
    lenient: (what) => notMatcher(inner.lenient(what)),
  };
}
