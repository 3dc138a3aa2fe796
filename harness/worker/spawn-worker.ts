import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { homeFolder } from '../base/home-folder.ts';
import { packageRoot } from '../base/package-root.ts';
import type { Planned } from '../model/index.ts';
import { openGroups } from '../sandbox/cgroups/open-groups.ts';
import { outer } from '../sandbox/outer.ts';
import { sweep, sweepSoon } from '../sandbox/sweep.ts';
import { SYSTEM_ENVIRONMENT } from '../sandbox/system-environment.ts';
import { killAll, uidOf } from '../sandbox/uid.ts';
import { claimUid } from './claim-uid.ts';
import { emptyPlace } from './empty-place.ts';
import { CONTROL, guardian } from './guardian.ts';
import {
  type CheckOrder,
  type Level,
  line,
  messages,
  type Order,
  PIPE,
  type Place,
  packed,
  type Question,
  type Wants,
  type WorkerEvent,
} from './protocol.ts';
import { WorkerError } from './worker-error.ts';

/** A worker at work. */
export interface Worker {
  /** What it says, until it ends. */
  events(): AsyncGenerator<WorkerEvent>;
  /** Ends it if it has not ended, and returns once it is gone. */
  end(): Promise<void>;
  /** What it complained about and how it ended, for a message; empty when there is nothing to say. */
  lastOutput(): string;
}

/** A worker that runs checkers of a course, one at a time. */
export interface Checkers extends Pick<Worker, 'end' | 'lastOutput'> {
  /** Its answer; nothing once it has ended. */
  ask(question: Question): Promise<WorkerEvent | undefined>;
}

/** How the submission is to be kept apart that a worker will get. */
export interface WorkerNeeds {
  readonly level: Level;
  readonly slot: number;
  /** Files and folders that the worker must be able to read. */
  readonly needed: readonly string[];
  /** Of these, those that programs see at level `full` besides the system's own. */
  readonly visible: readonly string[];
}

/** A worker that waits for its order; it has not seen any submission yet. */
export interface WaitingWorker {
  readonly level: Level;
  /** Gives it what it is to grade. */
  order(job: Order['job'], assignment: Planned, wants: Wants, signal?: AbortSignal): Worker;
  /** Has it run checkers of a course instead. */
  checkers(): Checkers;
  /** Ends it unused, and returns once it is gone. */
  dismiss(): Promise<void>;
}

/** How long a worker that was asked to stop may take to end its programs and to report, in milliseconds. */
const GRACE = 15_000;
/** Most of its complaints that is kept, in bytes. */
const KEPT = 4096;

/** Once a command is enough. */
let isSwept = false;

/** Starts a worker. */
export function startWorker(needs: WorkerNeeds): WaitingWorker {
  const { command, guarded = false, place, release } = arrange(needs);
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    // Where temporary files go is for a person to say, but at level full, which has a place of its own.
    env: {
      ...SYSTEM_ENVIRONMENT,
      ...(needs.level === 'full' ? {} : { TMPDIR: os.tmpdir() }),
      ...(needs.level === 'none' ? { HOME: homeFolder() } : {}),
    },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', guarded ? 'pipe' : 'ignore'],
    // A Ctrl-C at the terminal is for whoever gave the order: the worker is asked by its pipe.
    detached: true,
  });
  let complaints = '';
  let ending = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    complaints = (complaints + bytes.toString('utf8')).slice(0, KEPT);
  });
  const gone = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      ending = error.message;
      resolve();
    });
    child.once('exit', (code, by) => {
      ending = by === null ? `exit status ${code}` : `killed by ${by}`;
      resolve();
    });
  });
  // While the worker begins.
  if (!isSwept) void sweep();
  isSwept = true;
  const { groups } = openGroups();
  const pipe = child.stdio[PIPE] as Duplex;
  pipe.on('error', () => {});
  const control = child.stdio[CONTROL] as Duplex | null;
  control?.on('error', () => {});
  // A guardian sees to it that nothing is left; killed itself, it could not.
  const kill = () => void (guarded ? control?.destroy() : child.kill('SIGKILL'));
  let killer: NodeJS.Timeout | undefined;
  const stop = () => {
    // The end of its input tells the worker to stop; it still reports what it has.
    pipe.end();
    killer ??= setTimeout(kill, GRACE);
  };
  const common = { level: needs.level, ...place, groups };
  const begin = (order: Order | CheckOrder, signal?: AbortSignal): Worker => {
    pipe.write(line(order));
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
    return {
      events: () => eventsOf(pipe),
      async end() {
        stop();
        await gone;
        clearTimeout(killer);
        signal?.removeEventListener('abort', stop);
        pipe.destroy();
        control?.destroy();
        await release();
        // Its guardian may have been killed, too.
        if (child.signalCode !== null && guarded) await sweepSoon();
      },
      lastOutput: () => {
        const said = complaints.trim() === '' ? '' : `: ${complaints.trim()}`;
        return ending === '' ? said : ` (${ending})${said}`;
      },
    };
  };
  return {
    level: needs.level,
    async dismiss() {
      kill();
      await gone;
      pipe.destroy();
      await release();
    },
    order: (job, assignment, wants, signal) =>
      begin({ job, assignment: packed(assignment), wants, ...common }, signal),
    checkers() {
      const { events, ...worker } = begin({ checks: true, ...common });
      const answers = events();
      return {
        ...worker,
        async ask(question) {
          pipe.write(line(question));
          return (await answers.next()).value;
        },
      };
    },
  };
}

async function* eventsOf(pipe: Duplex): AsyncGenerator<WorkerEvent> {
  try {
    yield* messages<WorkerEvent>(pipe);
  } catch (error) {
    // A worker that dies with its order unread breaks the pipe: how it ended says more.
    if ((error as NodeJS.ErrnoException).code !== undefined) return;
    throw new WorkerError(`the worker's messages can't be read: ${String(error)}`);
  }
}

/** The command of a worker, what it must know of its place, and what is to be done once it is gone. */
function arrange({ level, slot, needed, visible }: WorkerNeeds): {
  readonly command: readonly string[];
  /** A guardian is in between. @default false */
  readonly guarded?: boolean;
  readonly place: Omit<Place, 'level' | 'groups'>;
  readonly release: () => Promise<void>;
} {
  const main = fileURLToPath(new URL('dist/worker/main.cjs', packageRoot()));
  const worker = [process.execPath, main];
  const root = process.getuid?.() === 0;
  if (level === 'full') {
    const base = emptyPlace([process.execPath, main, process.cwd(), ...needed]);
    const place = { base, ...(root ? { uid: uidOf(slot) } : {}) };
    return { command: [...outer({ base, root, visible }), ...worker], place, release: async () => {} };
  }
  if (level === 'uid') {
    const { uid, release } = claimUid();
    const guard = guardian(uid);
    return {
      command: [...(guard ?? []), ...worker],
      guarded: guard !== undefined,
      place: { uid },
      async release() {
        // It has done so itself, unless it had to be ended.
        if (guard === undefined) await killAll(uid);
        release();
      },
    };
  }
  const guard = hasPerl() ? guardian() : undefined;
  return {
    command: [...(guard ?? []), ...worker],
    guarded: guard !== undefined,
    place: { guarded: guard !== undefined },
    release: async () => {},
  };
}

function hasPerl(): boolean {
  return (SYSTEM_ENVIRONMENT.PATH ?? '').split(':').some((folder) => existsSync(`${folder}/perl`));
}
