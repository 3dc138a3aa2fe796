import path from 'node:path';
import { grammarTokens } from './grammar-tokens.ts';
import { libraries } from './load.ts';
import type { Token } from './token.ts';
import { type Comments, wordTokens } from './word-tokens.ts';

type Grammar = 'cpp' | 'go' | 'java' | 'javascript' | 'php' | 'python' | 'rust';

interface Language {
  readonly endings: readonly string[];
  readonly grammar?: Grammar;
  /** Dialects of the grammar. */
  readonly dialect?: string;
  /** Where there is no grammar, or the grammar takes too long. */
  readonly comments: Comments;
}

/** The languages that are compared; each only with itself. C and C++ are one here. */
const LANGUAGES: Readonly<Record<string, Language>> = {
  c: {
    endings: ['.c', '.h', '.cc', '.cpp', '.cxx', '.c++', '.hh', '.hpp', '.hxx'],
    grammar: 'cpp',
    comments: '//',
  },
  java: { endings: ['.java'], grammar: 'java', comments: '//' },
  javascript: {
    endings: ['.js', '.mjs', '.cjs', '.jsx'],
    grammar: 'javascript',
    dialect: 'jsx',
    comments: '//',
  },
  typescript: { endings: ['.ts', '.mts', '.cts'], grammar: 'javascript', dialect: 'ts', comments: '//' },
  python: { endings: ['.py', '.pyw'], grammar: 'python', comments: '#' },
  go: { endings: ['.go'], grammar: 'go', comments: '//' },
  rust: { endings: ['.rs'], grammar: 'rust', comments: '//' },
  php: { endings: ['.php'], grammar: 'php', comments: '//' },
  csharp: { endings: ['.cs'], comments: '//' },
  kotlin: { endings: ['.kt', '.kts'], comments: '//' },
  scala: { endings: ['.scala'], comments: '//' },
  swift: { endings: ['.swift'], comments: '//' },
  dart: { endings: ['.dart'], comments: '//' },
  zig: { endings: ['.zig'], comments: '//' },
  ruby: { endings: ['.rb'], comments: '#' },
  perl: { endings: ['.pl', '.pm'], comments: '#' },
  shell: { endings: ['.sh', '.bash'], comments: '#' },
  tcl: { endings: ['.tcl'], comments: '#' },
  elixir: { endings: ['.ex', '.exs'], comments: '#' },
  lua: { endings: ['.lua'], comments: '--' },
  haskell: { endings: ['.hs'], comments: '--' },
};

const BY_ENDING = new Map(
  Object.entries(LANGUAGES).flatMap(([name, { endings }]) =>
    endings.map((ending) => [ending, name] as const),
  ),
);

/** The language of a file by the ending of its name; undefined where it is no source text that is compared. */
export function languageOf(file: string): string | undefined {
  return BY_ENDING.get(path.extname(file).toLowerCase());
}

/** The tokens of a source text. */
export function tokensOf(language: string, source: string): readonly Token[] {
  const known = LANGUAGES[language];
  if (known === undefined) throw new Error(`there is no language ${language}`);
  const { grammar, dialect, comments } = known;
  if (grammar === undefined) return wordTokens(source, comments);
  const parser = libraries()[grammar];
  const fitting = dialect === undefined ? parser : parser.configure({ dialect });
  return grammarTokens(fitting, source) ?? wordTokens(source, comments);
}
