/** The languages whose own calls hints name; of any other the neutral words are used. */
export type Language = 'python' | 'c' | 'java' | 'javascript' | 'other';

/** Interpreters by the name of their command, a version at its end left out. */
const INTERPRETERS: Readonly<Record<string, Language>> = {
  python: 'python',
  pypy: 'python',
  java: 'java',
  node: 'javascript',
  nodejs: 'javascript',
  deno: 'javascript',
  bun: 'javascript',
};

const ENDINGS: readonly [RegExp, Language][] = [
  [/\.py$/, 'python'],
  [/\.(c|h|cc|cpp|cxx)$/, 'c'],
  [/\.java$/, 'java'],
  [/\.[cm]?js$/, 'javascript'],
  [/\.(go|rs|pl|rb|php|cs|kt|swift|hs|ts)$/, 'other'],
];

/**
 * The language of a program: that of its interpreter, else of the first source file that its command or its build names,
 * else of what the submission consists of.
 */
export function languageOf(argv: readonly string[], sources: readonly string[] = []): Language {
  const words = argv.flatMap((word) => word.split(/\s+/));
  for (const word of words) {
    const command = word.slice(word.lastIndexOf('/') + 1).replace(/[\d.]+$/, '');
    const known = INTERPRETERS[command] ?? byEnding(word);
    if (known !== undefined) return known;
  }
  return sources.map(byEnding).find((known) => known !== undefined) ?? 'other';
}

function byEnding(name: string): Language | undefined {
  return ENDINGS.find(([ending]) => ending.test(name))?.[1];
}
