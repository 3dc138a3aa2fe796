import * as v from 'valibot';
import type { Matcher } from '../matcher.ts';
import type { Difference } from '../types.ts';
import { defineMatcher, type MatcherSchema, type WrittenMatcher } from './definition.ts';
import { decideTogether } from './together.ts';

export const anyOf = defineMatcher({
  kind: 'any_of',
  about: 'One of these matchers holds; the shortest beginning for which one does is the message.',
  schema: severalMatchers,
  build: (written, seed) => anyOfMatcher(written.map((one) => one.build(seed))),
  sentence: (written, seed) => written.map((one) => one.sentence(seed)).join(', or '),
});

export function anyOfMatcher(of: readonly Matcher[]): Matcher {
  const mismatch = (message: Buffer): Difference | undefined => {
    const found = of.map((one) => one.mismatch(message));
    if (found.some((one) => one === undefined)) return undefined;
    return found.reduce((best, one) => (one && best && one.at > best.at ? one : best));
  };
  return {
    kind: 'any_of',
    wantsNewline: of.some((one) => one.wantsNewline),
    emptyLine: 'no_match',
    mismatch,
    decider: () => decideTogether('any', of),
    describe: () => of.map((one) => one.describe()).join(', or '),
    lenient: (what) => anyOfMatcher(of.map((one) => one.lenient(what))),
  };
}

/** At least two matchers. */
export function severalMatchers(inner: MatcherSchema): v.GenericSchema<unknown, WrittenMatcher[]> {
  return v.pipe(v.array(inner, 'is a list of matchers'), v.minLength(2, 'needs at least two matchers'));
}
