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
}

/** Shows diagnostics as compilers do: place, message, source line, caret and mend. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], source: string): string {
  const lines = source.split(/\r?\n/);
  return [...diagnostics]
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .map((diagnostic) => renderOne(diagnostic, lines[diagnostic.line - 1] ?? ''))
    .join('\n');
}

const WIDEST = 72;

function renderOne(
  { file, line, column, length, severity, message, fix }: Diagnostic,
  source: string,
): string {
  const head = `${file}:${line}:${column}: ${severity}: ${message}`;
  // A very long line is shown around the place, so that the caret stays on the screen.
  const from = Math.max(0, column - 1 - WIDEST / 2);
  const shown = source.slice(from, from + WIDEST).replaceAll('\t', ' ');
  const gutter = String(line).padStart(5);
  const caret = '^'.repeat(Math.max(1, Math.min(length, shown.length - (column - 1 - from))));
  const mend = fix === undefined ? '' : ` ${fix}`;
  return `${head}\n${gutter} | ${shown}\n${' '.repeat(5)} | ${' '.repeat(column - 1 - from)}${caret}${mend}`;
}
