import { performance } from 'node:perf_hooks';
import { defined } from '../base/defined.ts';
import type { BuildResult } from '../model/index.ts';
import { findCommand, splitCommand } from './command.ts';
import { endProgram } from './end.ts';
import type { RefusedCall } from './first-process.ts';
import { type Child, LaunchError, launch, type ProgramSandbox } from './launch.ts';

/** Most output of a build that is kept, in bytes: its beginning, where compilers tell the first error. */
const KEPT = 16 * 1024;

export interface BuildOptions {
  readonly command: string;
  readonly shell: boolean;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Longest time, in milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly programSandbox?: ProgramSandbox;
  readonly survivors: (child: Child) => Promise<readonly number[]>;
}

/** What came of a build command. */
export interface Ran extends BuildResult {
  /** Why its tool can't be used on this machine. */
  readonly missing?: string;
  /** The call that isolation refused it right before it ended. */
  readonly refused?: RefusedCall;
}

/** A build that a refused call ends is over within this time, in milliseconds. */
const AT_ONCE = 1_000;

/** Runs a build command to its end. `missing` says that the tool itself is not on this machine. */
export async function build(options: BuildOptions): Promise<Ran> {
  const began = performance.now();
  const chunks: Buffer[] = [];
  let length = 0;
  let refused: { readonly call: RefusedCall; readonly at: number } | undefined;
  const done = (exitCode: number | null, note = ''): BuildResult => ({
    command: options.command,
    ok: exitCode === 0,
    exitCode,
    durationMs: Math.round(performance.now() - began),
    output: Buffer.concat(chunks).toString('utf8') + note,
  });
  try {
    const child = await launch({
      argv: splitCommand(options.command, options.shell),
      cwd: options.cwd,
      env: options.env,
      stdinEof: true,
      ...defined({ programSandbox: options.programSandbox }),
      onOutput: (_, bytes) => {
        if (length < KEPT) chunks.push(bytes.subarray(0, KEPT - length));
        length += bytes.length;
      },
      onRefused: (call) => {
        refused = { call, at: performance.now() };
      },
    });
    const limit = AbortSignal.any([AbortSignal.timeout(options.timeout), options.signal]);
    const ended = await Promise.race([child.exited, aborted(limit)]);
    const outOfMemory = child.controlGroup?.outOfMemory() === true;
    const over = performance.now();
    await endProgram(child, () => options.survivors(child));
    if (options.signal.aborted) return done(null, '\n(interrupted)');
    if (ended === undefined) return done(null, `\n(ended after ${Math.round(options.timeout / 1000)} s)`);
    if (outOfMemory)
      return done(ended.code, '\n(the kernel ended a process of it: it took more memory than a build may)');
    const missing = ended.code === NOT_FOUND && options.shell ? missingCommand(options) : undefined;
    if (missing !== undefined) return { ...done(ended.code), missing: `${missing} is not installed here` };
    const result = done(ended.code, ended.signal === null ? '' : `\n(killed by ${ended.signal})`);
    const isRecent = refused !== undefined && over - refused.at < AT_ONCE;
    return refused !== undefined && isRecent && !result.ok ? { ...result, refused: refused.call } : result;
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    const result = done(null, error.message);
    return error.code === 'COMMAND_NOT_FOUND' ? { ...result, missing: error.message } : result;
  }
}

/** What shells exit with when a command is not there. */
const NOT_FOUND = 127;
/** Commands that a shell has itself. */
const BUILT_IN = new Set([
  'cd',
  'exec',
  'export',
  'set',
  'test',
  '[',
  'echo',
  'true',
  'false',
  'eval',
  '.',
  ':',
]);

/** The first command of a line for a shell that is not on this machine. */
function missingCommand({ command, cwd, env }: BuildOptions): string | undefined {
  const words = command.split(/&&|\|\||[;|\n]/).map((part) => part.trim().split(/\s+/)[0] ?? '');
  return words.find(
    (word) =>
      /^[\w.+-]+$/.test(word) &&
      !BUILT_IN.has(word) &&
      findCommand(word, { cwd, searchPath: env.PATH ?? '' }) === undefined,
  );
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
