import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type StandardStreams, standardStreams } from './pipes.ts';

/** How a process ended; one of the two is set. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What is started in place of a program, so that it is kept apart from all else. */
export interface Wrapped {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Called with what starts it, when that needs a privilege that is given up at other times. */
  readonly around?: <T>(start: () => T) => T;
  /** Set for a sandbox with a first process of ours, which talks on descriptor 4 and takes the streams as 5, 6 and 7. */
  readonly sandbox?: {
    /** A file that it gets as descriptor 3. */
    readonly filter?: string;
    /** A folder that it gets as descriptor 8, open to be read. */
    readonly settings?: string;
    /** Number of the user, and of the group, that it is started as, without other groups. @default who grades */
    readonly user?: number;
  };
  /** The control groups that it is in, where the machine has any. */
  readonly controlGroup?: ControlGroup;
}

/** Control groups of one start of a program, see cgroups(7). */
export interface ControlGroup {
  /** Files that a sandbox's first process gets as descriptors from 9 on: who writes 0 to each is in the groups. */
  readonly entries: readonly string[];
  /** Bytes that the kernel counts for it, files aside; undefined where it does not count. */
  memory(limit: number): number | undefined;
  /** Whether the kernel ended one of its processes for want of memory. */
  outOfMemory(): boolean;
  /** Whether the kernel refused it a process or thread since it had as many as there may be. */
  outOfProcesses(): boolean;
  /** Ends all that is in it at once; fulfilled once nothing is left, or not soon. */
  kill(): Promise<void>;
  /** Removes it, once nothing is in it. */
  remove(): void;
}

/** A program that could not be started at all; `code` is the system's, or COMMAND_NOT_FOUND. */
export class LaunchError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** A process that was started, and what is needed to deal with it. */
export interface Started extends StandardStreams {
  readonly pid: number;
  /** Its process group; unknown when it had ended before anybody could look. */
  readonly group: number | undefined;
  readonly exited: Promise<Exit>;
  readonly keeper: () => number | undefined;
  readonly collapse: () => Promise<void>;
  /** Ends it at once, as well as that can be done on the way out. */
  readonly kill: () => void;
}

/** Sends a signal, to a whole group when the number is negative; false when there is no such process. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  // 0 is our own process group, and -1 every process, see kill(2).
  if (pid === 0 || pid === -1) return false;
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Starts a program as it is. */
export async function spawnPlain({ argv, cwd, env, around = (start) => start() }: Wrapped): Promise<Started> {
  const [file = '', ...args] = argv;
  const streams = await standardStreams(around);
  const subprocess = around(() =>
    spawn(file, args, { detached: true, cwd, env: { ...env }, stdio: [...streams.stdio] }),
  );
  const { pid } = subprocess;
  if (pid === undefined) {
    streams.discard();
    const [error] = (await once(subprocess, 'error')) as [NodeJS.ErrnoException];
    throw new LaunchError(error.code ?? 'UNKNOWN', error.message);
  }
  const exited = new Promise<Exit>((resolve) => {
    subprocess.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return {
    pid,
    group: pid,
    ...streams.handedOver(subprocess.stdio),
    exited,
    keeper: () => undefined,
    collapse: async () => {},
    kill: () => sendSignal(-pid, 'SIGKILL'),
  };
}
