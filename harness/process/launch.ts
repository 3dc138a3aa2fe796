import { defined } from '../base/defined.ts';
import type { StreamName } from '../model/index.ts';
import { findCommand } from './command.ts';
import type { RefusedCall } from './first-process.ts';
import {
  type ControlGroup,
  type Exit,
  LaunchError,
  type Started,
  sendSignal,
  spawnPlain,
  type Wrapped,
} from './spawn.ts';
import { spawnSandboxed } from './spawn-sandboxed.ts';

export { type Exit, LaunchError, type Wrapped } from './spawn.ts';
export { SandboxError } from './spawn-sandboxed.ts';

/** Where programs run. */
export interface ProgramSandbox {
  /** The program's folder is a file system of its own, with an end. @default false */
  readonly ownDisk?: boolean;
  /** Some system calls are refused. @default false */
  readonly filtersCalls?: boolean;
  /** Nobody but this submission's programs is on its network. @default false */
  readonly ownNetwork?: boolean;
  /** Why a program that is there can't be run in it, in words; undefined when it can. */
  hides(file: string, cwd: string): string | undefined;
  /** Whether a program that is given a port below 1024 gets it, though its user may not have it. @default it does not */
  canGrantPort?(port: number): Promise<boolean>;
  /**
   * Bytes of kernel memory that a sandbox's processes hold and that none of them shows: System V objects, buffers of
   * sockets. `keeper` is its first process. @default it is not known
   */
  heldMemory?(keeper: number, pids: readonly number[]): Promise<number>;
  wrap(program: {
    readonly argv: readonly string[];
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly lowPort?: number;
  }): Wrapped;
}

export interface LaunchOptions {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** @default started as it is */
  readonly programSandbox?: ProgramSandbox;
  /** A port below 1024 that it is to have, where its user may not. @default none */
  readonly lowPort?: number;
  /** Written to standard input at once; the pipe stays open unless `stdinEof`. */
  readonly stdin?: string | Uint8Array;
  readonly stdinEof?: boolean;
  /** Called for all output, always: a pipe that is not read would stop the program. */
  readonly onOutput: (stream: StreamName, bytes: Buffer) => void;
  readonly onExit?: (exit: Exit) => void;
  /** Called when isolation refuses a system call to it, or to what it started. @default they are not reported */
  readonly onRefused?: (refused: RefusedCall) => void;
}

/** A running program, the leader of a session and a process group of its own. */
export interface Child {
  readonly pid: number;
  /** The first process of its sandbox while that stands; nothing outlives it. */
  readonly keeper: number | undefined;
  /** Where the kernel counts for it what it uses; undefined where it does not. */
  readonly controlGroup: Pick<ControlGroup, 'memory' | 'outOfMemory' | 'outOfProcesses'> | undefined;
  /** Fulfilled when the first process is gone, whoever still holds its pipes. */
  readonly exited: Promise<Exit>;
  readonly exit: Exit | undefined;
  /** Sends a signal to the whole process group; false when no process is left in it. */
  signal(signal: NodeJS.Signals): boolean;
  /** Writes to its standard input, and closes that if `eof`. */
  feed(bytes: Buffer, eof: boolean): void;
  /** Whether all that it printed has come, because no process holds its output any more. */
  readonly drained: boolean;
  /** Tears its sandbox or its control group down, if it has one, with all that is in it; fulfilled once that is gone. */
  collapse(): Promise<void>;
  /** Closes our ends of its pipes. */
  release(): void;
}

const live = new Set<Started>();
process.on('exit', () => {
  for (const { kill } of live) kill();
});

/** Starts a program without a shell in between, so that signals reach it. */
export async function launch(options: LaunchOptions): Promise<Child> {
  const argv = commandOf(options);
  const { programSandbox, cwd, env, lowPort } = options;
  const wrapped = programSandbox?.wrap({ argv, cwd, env, ...defined({ lowPort }) }) ?? { argv, cwd, env };
  const { sandbox, controlGroup } = wrapped;
  const starting =
    sandbox === undefined
      ? spawnPlain(wrapped)
      : spawnSandboxed(wrapped, sandbox, options.onRefused ?? (() => {}));
  const started = await starting.catch((error: unknown) => {
    controlGroup?.remove();
    throw error;
  });
  const { stdin, stdout, stderr } = started;
  live.add(started);
  let exit: Exit | undefined;
  const exited = started.exited.then((ended) => {
    exit = ended;
    options.onExit?.(ended);
    return ended;
  });
  for (const [name, stream] of [
    ['stdout', stdout],
    ['stderr', stderr],
  ] as const) {
    stream.on('data', (bytes: Buffer) => options.onOutput(name, bytes));
    stream.on('error', () => {});
  }
  stdin.on('error', () => {});
  if (options.stdin !== undefined) stdin.write(options.stdin);
  if (options.stdinEof) stdin.end();
  return {
    pid: started.pid,
    exited,
    get keeper() {
      return started.keeper();
    },
    get exit() {
      return exit;
    },
    get drained() {
      return stdout.readableEnded && stderr.readableEnded;
    },
    signal: (signal) => started.group !== undefined && sendSignal(-started.group, signal),
    feed(bytes, eof) {
      if (!stdin.writable) return;
      if (bytes.length > 0) stdin.write(bytes);
      if (eof) stdin.end();
    },
    controlGroup,
    async collapse() {
      await started.collapse();
      if (sandbox === undefined) await controlGroup?.kill();
    },
    release() {
      live.delete(started);
      for (const pipe of [stdin, stdout, stderr]) pipe.destroy();
      controlGroup?.remove();
    },
  };
}

/** The command with its full path, and stdbuf(1), which makes C programs write whole lines at once as on a terminal. */
function commandOf({ argv, env, cwd, programSandbox }: LaunchOptions): readonly string[] {
  const [command = '', ...args] = argv;
  const searchPath = env.PATH ?? '';
  const file = findCommand(command, { cwd, searchPath }, (found) => !programSandbox?.hides(found, cwd));
  if (file === undefined) {
    const hidden = findCommand(command, { cwd, searchPath });
    const why = hidden === undefined ? undefined : programSandbox?.hides(hidden, cwd);
    if (why !== undefined) throw new LaunchError('COMMAND_NOT_FOUND', why);
    if (command.includes('/')) throw new LaunchError('ENOENT', `there is no program ${command}`);
    throw new LaunchError('COMMAND_NOT_FOUND', `${command} is not installed here`);
  }
  const stdbuf = findCommand('stdbuf', { cwd, searchPath }, (found) => !programSandbox?.hides(found, cwd));
  return stdbuf === undefined ? [file, ...args] : [stdbuf, '-oL', file, ...args];
}
