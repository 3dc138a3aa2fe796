import picomatch from 'picomatch';
import { defined } from '../base/defined.ts';
import { plainLine } from '../base/plain.ts';
import { SubmissionError } from '../base/user-error.ts';
import type { PortRule, ProgramSpec, Variant } from '../model/index.ts';
import { splitCommand } from '../process/command.ts';
import type { Refused } from '../sandbox/tree/copy-tree.ts';
import { howToHandIn } from './hand-in.ts';
import { javaClass } from './program-folder.ts';

/** How one program is built and started. */
export interface Way {
  readonly program: ProgramSpec;
  readonly file: string;
  readonly build?: string;
  readonly run: string;
  readonly shell: boolean;
  readonly port: PortRule;
  /** Of a Java file. */
  readonly className?: string;
}

/** What the command line says about it. */
export interface WayOverrides {
  readonly build?: string;
  readonly run?: string;
  readonly port?: PortRule;
}

/** What was found in the folder of the submission. */
export interface FoundFiles {
  readonly files: readonly string[];
  readonly refused: readonly Refused[];
}

/** Usual file names that are listed for a student who used none of them. */
const MOST_NAMED = 6;

/**
 * How one program is built and started: as the command line says, else the first variant whose file is there. `where` names
 * the submission in errors.
 */
export function chooseWay(
  name: string,
  program: ProgramSpec,
  found: FoundFiles,
  overrides: WayOverrides,
  where: string,
): Way {
  if (program.helper) return ownWay(program);
  const port = overrides.port ?? program.port;
  if (overrides.run !== undefined) return givenWay(overrides.run, program, found, { ...overrides, port });
  for (const variant of program.variants) {
    const matching = matches(variant, found.files);
    const [file = ''] = matching;
    if (matching.length === 0) continue;
    if (matching.length > 1) throw several(name, matching, variant, where);
    const { run, shell = false } = variant;
    return { program, file, run, shell, port, ...defined({ build: overrides.build ?? variant.build }) };
  }
  throw noneThere(name, program, found, where);
}

/** A program that is started by the command of the command line. */
function givenWay(
  given: string,
  program: ProgramSpec,
  { files }: FoundFiles,
  { build, port }: WayOverrides & { readonly port: PortRule },
): Way {
  const run = given.replaceAll(/(?<!\{)\{(port|host)\}(?!\})/g, '$${{ $1 }}');
  const usual = buildOf(run, program, files);
  return {
    program,
    file: usual?.file ?? '',
    run,
    shell: false,
    port,
    ...defined({ build: build ?? usual?.build }),
  };
}

function several(
  name: string,
  matching: readonly string[],
  { run }: Variant,
  where: string,
): SubmissionError {
  const [file = ''] = matching;
  return new SubmissionError({
    where,
    what: `several files could be the program "${name}": ${matching.slice(0, 6).join(', ')}`,
    fix: `Say how to start it, for instance: --run "${run.split(/[\s"]/)[0]} ${plainLine(file)} {port}"`,
  });
}

function noneThere(
  name: string,
  { variants, usual }: ProgramSpec,
  { files, refused }: FoundFiles,
  where: string,
): SubmissionError {
  const wanted = [...new Set(variants.map(({ file }) => file).filter((file) => file !== undefined))];
  const named = wanted.filter((file) => !file.startsWith('*'));
  const shown = usual ? `${named.slice(0, MOST_NAMED).join(', ')} and the like` : wanted.join(', ');
  return new SubmissionError({
    where,
    what: `no file of the program "${name}" is there (looked for ${shown}; found ${files.slice(0, 6).join(', ') || 'nothing'})${refusedText(refused)}`,
    fix: howToHandIn(name, files),
  });
}

/** The class of a Java file, which its package is a part of. */
export function withClass(folder: string, way: Way): Way {
  return way.file.endsWith('.java') ? { ...way, className: javaClass(folder, way.file) } : way;
}

/**
 * The usual build of a program that is started in another way: where the command starts what is not there yet, the first
 * variant that is built and whose file is there makes it.
 */
function buildOf(
  run: string,
  { variants }: ProgramSpec,
  files: readonly string[],
): { readonly file: string; readonly build: string } | undefined {
  const [command = '', ...args] = splitCommand(run, false);
  const ownProgram = command.startsWith('./') && !files.includes(command.slice(2));
  const className = args.find((arg) => !arg.startsWith('-')) ?? '';
  const ownClass =
    /(^|\/)java$/.test(command) && !files.includes(`${className}.class`) && !className.includes('.');
  if (!ownProgram && !ownClass) return undefined;
  for (const variant of variants) {
    const matching = matches(variant, files);
    const fits = ownClass === /^javac\b/.test(variant.build ?? '');
    const [file] = matching.includes(`${className}.java`) ? [`${className}.java`] : matching;
    if (variant.build !== undefined && fits && file !== undefined) return { file, build: variant.build };
  }
  return undefined;
}

/** What could not be copied, in words that follow others. */
function refusedText(refused: readonly Refused[]): string {
  const shown = refused.slice(0, 3).map(({ name, reason }) => `${name} ${reason}`);
  return shown.length === 0 ? '' : `; left out: ${shown.join(', ')}`;
}

/** A helper brings its own files, and nothing on the command line is meant for it. */
function ownWay(program: ProgramSpec): Way {
  const [{ run, build, shell = false, file = '' }] = [program.variants[0] ?? { run: '' }];
  return { program, file, run, shell, port: program.port, ...defined({ build }) };
}

/** Files that have the very name of a program, and another one was chosen. */
export function otherPrograms(
  { variants }: ProgramSpec,
  chosen: string,
  files: readonly string[],
): readonly string[] {
  const named = variants.map(({ file }) => file).filter((file) => file !== undefined && file !== 'Makefile');
  return chosen === '' || chosen === 'Makefile'
    ? []
    : files.filter((file) => file !== chosen && named.includes(file));
}

export function matches({ file }: Variant, files: readonly string[]): readonly string[] {
  if (file === undefined) return [''];
  const isMatch = picomatch(file);
  return files.filter((name) => isMatch(name));
}
