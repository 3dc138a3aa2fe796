import { randomUUID } from 'node:crypto';
import { UserError } from '../base/user-error.ts';
import { checkAssignment } from '../grading/load-assignment.ts';
import type { Diagnostic } from '../spec/diagnostic.ts';
import { suggest } from '../steps/scope.ts';
import { EXIT } from './exit.ts';
import { parseOptions } from './options.ts';
import { expectShortLife } from './short-lived.ts';
import { specFile } from './spec-file.ts';

const FORMATS = ['text', 'github'];
const OPTIONS = { format: { type: 'string' } } as const;

/** `socket-grader validate`: tells everything that is wrong or doubtful in specifications; runs nothing. */
export async function validateCommand(args: string[]): Promise<number> {
  expectShortLife();
  const { files, format } = readOptions(args);
  let errors = 0;
  let warnings = 0;
  for (const file of files) {
    const { found, summary } = check(file);
    errors += found.filter(({ severity }) => severity === 'error').length;
    warnings += found.filter(({ severity }) => severity === 'warning').length;
    if (format === 'github') process.stdout.write(await annotations(found));
    else if (found.length > 0) process.stdout.write(`${await render(found)}\n`);
    if (summary !== undefined) process.stdout.write(summary);
  }
  if (errors + warnings > 0)
    process.stdout.write(`\n${count(errors, 'error')}, ${count(warnings, 'warning')}\n`);
  return errors > 0 ? EXIT.usage : EXIT.passed;
}

function check(file: string): { found: readonly Diagnostic[]; summary?: string } {
  const read = checkAssignment(file, {}, '', process.env);
  if ('diagnostics' in read) return { found: read.diagnostics };
  const { scenarios } = read.spec;
  const points = scenarios.reduce((sum, scenario) => sum + scenario.points, 0);
  const summary = `${file}: ${count(scenarios.length, 'scenario')}, ${count(points, 'point')}\n`;
  return { found: read.warnings, summary };
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function readOptions(args: string[]): { files: string[]; format: string } {
  const usage = (what: string, fix: string) => new UserError({ where: 'validate', what, fix });
  const { values, positionals } = parseOptions('validate', args, OPTIONS);
  const format = values.format ?? 'text';
  if (!FORMATS.includes(format)) throw usage(`unknown format "${format}"`, suggest(format, FORMATS));
  if (positionals.length === 0)
    throw usage('no file is named', 'Usage: socket-grader validate SPEC… [--format text|github]');
  return { files: positionals.map((given) => specFile(given, 'validate')), format };
}

/** Workflow commands of GitHub Actions; what a person reads stands between, where no command is obeyed. */
async function annotations(found: readonly Diagnostic[]): Promise<string> {
  const { escapeData, escapeProperty } = await import('../report/formats/github.ts');
  const token = randomUUID();
  const commands = found.map(({ severity, file, line, column, length, message, fix }) => {
    const place = `file=${escapeProperty(file)},line=${line},col=${column},endColumn=${column + length}`;
    return `::${severity} ${place}::${escapeData(fix === undefined ? message : `${message}: ${fix}`)}\n`;
  });
  if (found.length === 0) return '';
  return `::stop-commands::${token}\n${await render(found)}\n::${token}::\n${commands.join('')}`;
}

/** Loaded only when there is something to show. */
async function render(found: readonly Diagnostic[]): Promise<string> {
  return (await import('../spec/render.ts')).renderDiagnostics(found);
}
