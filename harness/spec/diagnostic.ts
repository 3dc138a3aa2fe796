import { defined, whenGiven } from '../base/defined.ts';
import type { Place } from './source-text.ts';

/** Something wrong (or doubtful) in a specification, with its place and its fix. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How many characters the caret underlines. */
  readonly length: number;
  readonly message: string;
  readonly fix?: string;
  /** The line of the file. */
  readonly excerpt: string;
}

/** A diagnostic about a stretch of a file. */
export function diagnosticAt(
  { source, start, length }: Place,
  message: string,
  { fix, severity = 'error' }: { fix?: string | undefined; severity?: Diagnostic['severity'] } = {},
): Diagnostic {
  const place = source.at(start);
  const excerpt = source.line(place.line);
  return {
    severity,
    file: source.file,
    ...place,
    length: Math.max(1, Math.min(length, excerpt.length - place.column + 1)),
    message: clip(message),
    ...defined({ fix: whenGiven(fix, clip) }),
    excerpt,
  };
}

const LONGEST = 280;

/** What quotes a file with very long words stays readable. */
function clip(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** In the order of the file; those of other files behind, in the order in which the files were met. */
export function inFileOrder(diagnostics: readonly Diagnostic[], first?: string): Diagnostic[] {
  const files = [
    ...new Set([...(first === undefined ? [] : [first]), ...diagnostics.map(({ file }) => file)]),
  ];
  return [...diagnostics].sort(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}
