import * as v from 'valibot';
import { text } from '../../base/fields.ts';
import { decideBySearch, type Matcher } from '../matcher.ts';
import { foundIn, namesNewline, regexProblem, searchForPattern } from '../regex.ts';
import { countBytes } from '../view.ts';
import { defineMatcher } from './definition.ts';
import { nothingCame } from './length.ts';

const schema = v.pipe(
  text,
  v.rawTransform<string, string>(({ dataset, addIssue, NEVER }) => {
    const problem = regexProblem(dataset.value);
    if (problem === undefined) return dataset.value;
    const fix = /\(\?(?:[=!]|<[=!])/.test(dataset.value)
      ? '\nRE2 has no look-ahead or look-behind: write not: { … } or all_of: [ … ] around simpler patterns'
      : /\\[1-9]/.test(dataset.value)
        ? '\nRE2 has no back-references: capture the first, and expect "${{ name }}" in a later step'
        : '';
    addIssue({ message: `is not a regular expression (RE2): ${problem}${fix}` });
    return NEVER;
  }),
);

export const regex = defineMatcher({
  kind: 'regex',
  about:
    'The pattern is found in the message. Patterns are [RE2](https://github.com/google/re2/wiki/Syntax); write them in single quotes.',
  takesText: true,
  schema: () => schema,
  build: (written) => regexMatcher(written),
  sentence: (written) => `match the pattern ${written}`,
  pattern: (written) => written,
});

/** RE2 syntax over characters, see `regexProblem`. */
export function regexMatcher(source: string): Matcher {
  const mismatch = (message: Buffer) =>
    foundIn(source, message) ? undefined : explainNoMatch(source, message);
  return {
    kind: 'regex',
    wantsNewline: namesNewline(source),
    emptyLine: 'no_match',
    label: `/${source}/`,
    mismatch,
    decider: () => decideBySearch({ mismatch }, searchForPattern(source)),
    describe: () => `something that matches /${source}/`,
    lenient: (what) => regexMatcher(what.includes('case') ? `(?i)${source}` : source),
  };
}

function explainNoMatch(source: string, message: Buffer) {
  if (message.length === 0) return nothingCame(0);
  const description = `nothing in the ${countBytes(message.length)} received matches the pattern /${source}/`;
  return { cause: 'no_match' as const, at: 0, description };
}
