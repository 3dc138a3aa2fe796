import stringWidth from 'string-width';
import type { Place } from './source-text.ts';

/** Something wrong (or doubtful) in a specification, with its place and its mend. */
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
    message,
    ...(fix === undefined ? {} : { fix }),
    excerpt,
  };
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

/** Shows diagnostics as compilers do: place, message, source line, caret and mend. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[]): string {
  return inFileOrder(diagnostics).map(renderOne).join('\n');
}

const WIDEST = 72;
/** What must not reach a terminal as it is: control characters, and those that reorder text. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

function renderOne(diagnostic: Diagnostic): string {
  const { file, line, column, length, severity, message, fix, excerpt } = diagnostic;
  const head = `${file}:${line}:${column}: ${severity}: ${message}`.replace(UNSAFE, '\ufffd');
  // A very long line is shown around the place, so that the caret stays on the screen.
  const from = excerpt.length <= WIDEST ? 0 : Math.max(0, column - 1 - WIDEST / 2);
  const shown = safe(excerpt.slice(from, Math.max(from + WIDEST, from + column)));
  const before = safe(excerpt.slice(from, column - 1));
  const marked = safe(excerpt.slice(column - 1, Math.min(column - 1 + length, from + WIDEST)));
  const caret = '^'.repeat(Math.max(1, stringWidth(marked)));
  const mend = fix === undefined ? '' : ` ${fix}`.replace(UNSAFE, '\ufffd');
  return [
    head,
    `${String(line).padStart(5)} | ${shown}`,
    `${' '.repeat(5)} | ${' '.repeat(stringWidth(before))}${caret}${mend}`,
  ].join('\n');
}

function safe(text: string): string {
  return text.replaceAll('\t', ' ').replace(UNSAFE, '\ufffd');
}
