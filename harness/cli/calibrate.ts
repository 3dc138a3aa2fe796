import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { UserError } from '../base/user-error.ts';
import { type CalibrateOptions, calibrate } from '../calibrate/calibrate.ts';
import { renderPage } from '../calibrate/page.ts';
import { isClean, isSound } from '../calibrate/result.ts';
import { renderTable } from '../calibrate/table.ts';
import { EXIT } from './exit.ts';
import { Interrupt } from './interrupt.ts';
import { readParams, readPort } from './run-options.ts';
import { specFile } from './spec-file.ts';
import { terminalStyle } from './terminal-style.ts';

const OPTIONS = {
  solution: { type: 'string' },
  mutants: { type: 'string' },
  only: { type: 'string', multiple: true },
  allow: { type: 'string', multiple: true },
  rounds: { type: 'string' },
  out: { type: 'string' },
  param: { type: 'string', multiple: true },
  run: { type: 'string' },
  build: { type: 'string' },
  port: { type: 'string' },
} as const;

const MOST_ROUNDS = 1000;

/** `socket-grader calibrate`: shows whether a specification can be relied upon. */
export async function calibrateCommand(args: string[]): Promise<number> {
  const { out, ...options } = readOptions(args);
  const interrupt = new Interrupt();
  const isTerminal = process.stderr.isTTY === true;
  try {
    const { env } = process;
    const searchPath = env.PATH;
    const settings = { ...options, env, ...(searchPath ? { searchPath } : {}), signal: interrupt.signal };
    const calibration = await calibrate(settings, (line) => {
      process.stderr.write(isTerminal ? `\r\x1b[K${line}` : `${line}\n`);
    });
    if (isTerminal) process.stderr.write('\r\x1b[K');
    await mkdir(out, { recursive: true });
    await writeFile(path.join(out, 'calibration.html'), renderPage(calibration));
    await writeFile(path.join(out, 'calibration.json'), `${JSON.stringify(calibration, undefined, 1)}\n`);
    process.stdout.write(renderTable(calibration, terminalStyle()));
    process.stdout.write(`  Report: ${path.join(out, 'calibration.html')}\n`);
    if (interrupt.by !== undefined) return interrupt.by === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    if (isSound(calibration)) return EXIT.passed;
    return isClean(calibration) ? EXIT.inconclusive : EXIT.failed;
  } finally {
    interrupt.dispose();
  }
}

function readOptions(args: string[]): CalibrateOptions & { readonly out: string } {
  const { values, positionals } = parse(args);
  const [spec, ...more] = positionals;
  const { solution, mutants, rounds: text = '5', out, run, build, port } = values;
  if (spec === undefined)
    throw usage('no specification is named', 'Usage: socket-grader calibrate SPEC --solution DIR');
  if (more.length > 0)
    throw usage(`one specification at a time, not also ${more.join(', ')}`, 'Quote names that hold spaces.');
  if (solution === undefined) throw usage('no reference solution is named', 'Name it with --solution DIR.');
  for (const [option, folder] of [
    ['--solution', solution],
    ['--mutants', mutants],
  ] as const) {
    if (folder !== undefined && !existsSync(folder))
      throw usage(
        `${option} ${folder}: there is no such ${option === '--mutants' ? 'folder' : 'solution'}`,
        'Check the path.',
      );
  }
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > MOST_ROUNDS)
    throw usage(`--rounds can't be "${text}"`, `Give a whole number from 1 to ${MOST_ROUNDS}.`);
  return {
    spec: specFile(spec, 'calibrate'),
    solution,
    rounds,
    only: (values.only ?? [])
      .flatMap((names) => names.split(','))
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    allowed: readAllowed(values.allow ?? []),
    params: readParams(values.param ?? []),
    out: out ?? path.join('reports', `calibrate-${path.basename(path.resolve(solution))}`),
    ...(mutants === undefined ? {} : { mutants }),
    ...(run === undefined ? {} : { run }),
    ...(build === undefined ? {} : { build }),
    ...(port === undefined ? {} : { port: readPort(port) }),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw usage((error as Error).message.split('. ')[0] ?? '', 'Try socket-grader calibrate --help.');
  }
}

function readAllowed(given: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    given.map((text) => {
      const at = text.indexOf('=');
      if (at < 1 || at === text.length - 1)
        throw usage(
          `--allow ${text} gives no reason`,
          'Write --allow NAME=WHY, for instance --allow "cuts=replies are short".',
        );
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function usage(what: string, fix: string): UserError {
  return new UserError({ where: 'calibrate', what, fix });
}
