import { wrapAnsi } from 'fast-wrap-ansi';
import { escapeCommands, plainLine, printable } from '../base/plain.ts';
import { SpecError } from '../base/spec-error.ts';
import { UserError } from '../base/user-error.ts';
import { EXIT } from './exit.ts';

/** Longest first line of an error, in characters. */
const LONGEST = 4000;

/** Tells a person what went wrong, and the shell whose fault it was. */
export function explain(error: unknown): number {
  if (error instanceof SpecError) {
    process.stderr.write(
      printable(`${error.rendered}\n\n${error.what}: ${plainLine(error.where)}. Nothing was run.\n`),
    );
    return EXIT.usage;
  }
  if (error instanceof UserError) {
    process.stderr.write(renderUserError(error, Math.min(80, process.stderr.columns ?? 80)));
    return EXIT.usage;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    printable(`socket-grader: internal error, not the submission's fault. Please report it:\n${text}\n`),
  );
  return EXIT.internal;
}

/** What is wrong and how to fix it, in lines of at most `width` columns. */
function renderUserError({ where, what, fix }: UserError, width: number): string {
  const fixes = fix === undefined ? [] : fix.split('\n').map((line) => `  ${line.trimEnd()}`);
  const lines = [plainLine(`socket-grader: ${where}: ${what}`, LONGEST), ...fixes.map(printable)];
  return escapeCommands(lines.map((line) => `${wrap(line, width)}\n`).join(''));
}

/** Words are kept whole, and so is a command, which is there to be copied. */
function wrap(line: string, width: number): string {
  const indent = '    ';
  if (line.length <= width || /^ *Fix it with: /.test(line)) return line;
  const [, start = '', text = ''] = /^( *)(.*)$/s.exec(line) ?? [];
  return start + wrapAnsi(text, width - indent.length, { trim: true }).replaceAll('\n', `\n${indent}`);
}
