import { tokensOf } from './languages.ts';
import type { Token } from './token.ts';

/** A source file of a submission. */
export interface SourceFile {
  /** Its path in the submission. */
  readonly name: string;
  readonly language: string;
  readonly text: string;
}

/** A submission, or what the course handed out, as it is compared. */
export interface Sources {
  readonly id: string;
  readonly files: readonly SourceFile[];
}

/** Tokens of one file. Written by hand, this many would have some 5,000 lines. */
const MOST = 40_000;

/** The tokens of all files, one after the other. */
export interface Document extends Sources {
  readonly tokens: readonly (Token & { readonly file: number })[];
  /** What each token is, with the language, so that only the same language is alike. Files are kept apart by what no other has. */
  readonly kinds: readonly string[];
}

export function documentOf({ id, files }: Sources): Document {
  const tokens: (Token & { file: number })[] = [];
  const kinds: string[] = [];
  files.forEach(({ language, text }, file) => {
    tokens.push({ kind: '', from: 0, to: 0, file });
    kinds.push(`end ${id} ${file}`);
    for (const token of tokensOf(language, text).slice(0, MOST)) {
      tokens.push({ ...token, file });
      kinds.push(`${language} ${token.kind}`);
    }
  });
  return { id, files, tokens, kinds };
}
