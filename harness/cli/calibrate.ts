import { existsSync } from 'node:fs';
import path from 'node:path';
import { defined } from '../base/defined.ts';
import { replaceFile } from '../base/replace-file.ts';
import { UserError } from '../base/user-error.ts';
import { type CalibrateOptions, calibrate } from '../calibrate/calibrate.ts';
import { renderCalibration } from '../calibrate/page.ts';
import { isClean, isSound } from '../calibrate/result.ts';
import { renderTable } from '../calibrate/table.ts';
import type { IsolationWish } from '../worker/choose-isolation.ts';
import { EXIT } from './exit.ts';
import { EXPOSE_OPTION, readFolder } from './expose-option.ts';
import { PROGRAM_OPTIONS, readProgramOptions } from './grading-options.ts';
import { Interrupt } from './interrupt.ts';
import { isolationFor } from './isolation.ts';
import { checkOpenFiles } from './open-files.ts';
import { parseOptions } from './options.ts';
import { reportFolder } from './report-folder.ts';
import { specFile } from './spec-file.ts';
import { terminalStyle } from './terminal-style.ts';

const OPTIONS = {
  ...PROGRAM_OPTIONS,
  ...EXPOSE_OPTION,
  solution: { type: 'string' },
  mutants: { type: 'string' },
  allow: { type: 'string', multiple: true },
  rounds: { type: 'string' },
  out: { type: 'string' },
  quiet: { type: 'boolean' },
} as const;

const MOST_ROUNDS = 1000;

/** `socket-grader calibrate`: shows whether a specification can be relied upon. */
export async function calibrateCommand(args: string[]): Promise<number> {
  const { out, quiet, isolation, ...options } = readOptions(args);
  checkOpenFiles();
  const { level } = await isolationFor({ isolation, quiet });
  const interrupt = new Interrupt();
  const isTerminal = process.stderr.isTTY === true;
  try {
    const { env } = process;
    const searchPath = env.PATH;
    const settings = {
      ...options,
      level,
      env,
      ...(searchPath ? { searchPath } : {}),
      signal: interrupt.signal,
    };
    const calibration = await calibrate(settings, (line) => {
      process.stderr.write(isTerminal ? `\r\x1b[K${line}` : `${line}\n`);
    });
    if (isTerminal) process.stderr.write('\r\x1b[K');
    await replaceFile(path.join(out, 'calibration.html'), renderCalibration(calibration));
    await replaceFile(path.join(out, 'calibration.json'), `${JSON.stringify(calibration, undefined, 1)}\n`);
    if (!quiet) {
      process.stdout.write(renderTable(calibration, terminalStyle()));
      process.stdout.write(`  Report: ${path.join(out, 'calibration.html')}\n`);
    }
    if (interrupt.by !== undefined) return interrupt.by === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    if (isSound(calibration)) return EXIT.passed;
    return isClean(calibration) ? EXIT.inconclusive : EXIT.failed;
  } finally {
    interrupt.dispose();
  }
}

interface CommandOptions extends Omit<CalibrateOptions, 'level'> {
  readonly out: string;
  readonly quiet: boolean;
  readonly isolation: IsolationWish;
}

function readOptions(args: string[]): CommandOptions {
  const { values, positionals } = parseOptions('calibrate', args, OPTIONS);
  const [spec, ...more] = positionals;
  const { solution, mutants, rounds: text = '5', out } = values;
  if (spec === undefined)
    throw usage('no specification is named', 'Usage: socket-grader calibrate SPEC --solution PATH');
  if (more.length > 0)
    throw usage(`one specification at a time, not also ${more.join(', ')}`, 'Quote names that hold spaces.');
  if (solution === undefined) throw usage('no reference solution is named', 'Name it with --solution PATH.');
  if (!existsSync(solution))
    throw usage(`--solution ${solution}: there is no such solution`, 'Check the path.');
  if (mutants !== undefined && !existsSync(mutants))
    throw usage(`--mutants ${mutants}: there is no such folder`, 'Check the path.');
  const rounds = readRounds(text);
  return {
    ...readProgramOptions('calibrate', values, { isolation: 'auto' }),
    spec: specFile(spec, 'calibrate'),
    solution,
    rounds,
    quiet: values.quiet ?? false,
    expose: (values.expose ?? []).map(readFolder),
    allowed: readAllowed(values.allow ?? []),
    out: out ?? reportFolder(solution, 'calibrate-'),
    ...defined({ mutants }),
  };
}

function readRounds(text: string): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 0 || rounds > MOST_ROUNDS)
    throw usage(`--rounds can't be "${text}"`, `Give a whole number from 0 to ${MOST_ROUNDS}.`);
  return rounds;
}

function readAllowed(given: readonly string[]): ReadonlyMap<string, string> {
  const allowed = new Map<string, string>();
  for (const text of given) {
    const at = text.indexOf('=');
    if (at < 1 || at === text.length - 1)
      throw usage(
        `--allow ${text} gives no reason`,
        'Write --allow NAME=WHY, for instance --allow "cuts=replies are short".',
      );
    const name = text.slice(0, at);
    if (allowed.has(name)) throw usage(`--allow ${name} is given twice`, 'Give it once.');
    allowed.set(name, text.slice(at + 1));
  }
  return allowed;
}

function usage(what: string, fix: string): UserError {
  return new UserError({ where: 'calibrate', what, fix });
}
