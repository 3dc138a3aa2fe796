import type { Matcher } from '../matcher.ts';
import { severalMatchers } from './any-of.ts';
import { defineMatcher } from './definition.ts';
import { decideTogether } from './together.ts';

export const allOf = defineMatcher({
  kind: 'all_of',
  about: 'All of these matchers hold.',
  schema: severalMatchers,
  build: (written, seed) => allOfMatcher(written.map((one) => one.build(seed))),
  sentence: (written, seed) => written.map((one) => one.sentence(seed)).join(', and '),
});

export function allOfMatcher(of: readonly Matcher[]): Matcher {
  return {
    kind: 'all_of',
    wantsNewline: of.some((one) => one.wantsNewline),
    emptyLine: 'no_match',
    mismatch: (message) => of.map((one) => one.mismatch(message)).find((one) => one !== undefined),
    decider: () => decideTogether('all', of),
    describe: () => of.map((one) => one.describe()).join(', and '),
    lenient: (what) => allOfMatcher(of.map((one) => one.lenient(what))),
  };
}
