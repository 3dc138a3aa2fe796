import { execa } from 'execa';
import type { StreamName } from '../model.ts';
import { findCommand } from './command.ts';

/** How a process ended; one of the two is set. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface LaunchOptions {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Written to standard input at once; the pipe stays open unless `stdinEof`. */
  readonly stdin?: string;
  readonly stdinEof?: boolean;
  /** Called for all output, always: a pipe that nobody reads would stop the program. */
  readonly onOutput: (stream: StreamName, bytes: Buffer) => void;
  readonly onExit?: (exit: Exit) => void;
}

/** A running program, the leader of a session and a process group of its own. */
export interface Child {
  readonly pid: number;
  /** Fulfilled when the first process is gone, whoever still holds its pipes. */
  readonly exited: Promise<Exit>;
  readonly exit: Exit | undefined;
  /** Sends a signal to the whole process group; false when nobody is left in it. */
  signal(signal: NodeJS.Signals): boolean;
  /** Writes to its standard input, and closes that if `eof`. */
  feed(bytes: Buffer, eof: boolean): void;
  /** Whether all that it printed has come, because nobody holds its output any more. */
  readonly drained: boolean;
  /** Closes our ends of its pipes. */
  release(): void;
}

/** A program that could not be started at all; `code` is the system's, or COMMAND_NOT_FOUND. */
export class LaunchError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const live = new Set<number>();
process.on('exit', () => {
  for (const pid of live) signalGroup(pid, 'SIGKILL');
});

function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Starts a program without a shell in between, so that signals reach it. */
export async function launch(options: LaunchOptions): Promise<Child> {
  const [command = '', ...args] = options.argv;
  const searchPath = options.env.PATH ?? '';
  const file = findCommand(command, { cwd: options.cwd, searchPath });
  if (file === undefined) {
    if (command.includes('/')) throw new LaunchError('ENOENT', `there is no program ${command}`);
    throw new LaunchError('COMMAND_NOT_FOUND', `${command} is not installed here`);
  }
  // stdbuf(1) makes C programs write whole lines at once, as they do on a terminal.
  const stdbuf = findCommand('stdbuf', { cwd: options.cwd, searchPath });
  const words = stdbuf === undefined ? [file, ...args] : [stdbuf, '-oL', file, ...args];
  const subprocess = execa(words[0] ?? '', words.slice(1), {
    cwd: options.cwd,
    env: { ...options.env },
    extendEnv: false,
    detached: true,
    cleanup: false,
    buffer: false,
    reject: false,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const { pid } = subprocess;
  if (pid === undefined) {
    const result = await subprocess;
    throw new LaunchError(result.code ?? 'UNKNOWN', result.originalMessage ?? 'it could not be started');
  }
  live.add(pid);
  let exit: Exit | undefined;
  const exited = new Promise<Exit>((resolve) => {
    subprocess.once('exit', (code, signal) => {
      exit = { code, signal };
      options.onExit?.(exit);
      resolve(exit);
    });
  });
  for (const stream of ['stdout', 'stderr'] as const) {
    subprocess[stream].on('data', (bytes: Buffer) => options.onOutput(stream, bytes));
    subprocess[stream].on('error', () => {});
  }
  subprocess.stdin.on('error', () => {});
  if (options.stdin !== undefined) subprocess.stdin.write(options.stdin);
  if (options.stdinEof) subprocess.stdin.end();
  return {
    pid,
    exited,
    get exit() {
      return exit;
    },
    get drained() {
      return subprocess.stdout.readableEnded && subprocess.stderr.readableEnded;
    },
    signal: (signal) => signalGroup(pid, signal),
    feed(bytes, eof) {
      if (!subprocess.stdin.writable) return;
      if (bytes.length > 0) subprocess.stdin.write(bytes);
      if (eof) subprocess.stdin.end();
    },
    release() {
      live.delete(pid);
      for (const pipe of [subprocess.stdin, subprocess.stdout, subprocess.stderr]) pipe.destroy();
    },
  };
}
