import stringWidth from 'fast-string-width';
import { type Diagnostic, inFileOrder } from './diagnostic.ts';

/** Shows diagnostics as compilers do: place, message, source line, caret and fix. */
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
  const suffix = fix === undefined ? '' : ` ${fix}`.replace(UNSAFE, '\ufffd');
  return [
    head,
    `${String(line).padStart(5)} | ${shown}`,
    `${' '.repeat(5)} | ${' '.repeat(stringWidth(before))}${caret}${suffix}`,
  ].join('\n');
}

function safe(text: string): string {
  return text.replaceAll('\t', ' ').replace(UNSAFE, '\ufffd');
}
