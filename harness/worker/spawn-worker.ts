import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../package-root.ts';
import { line, messages, type Order, PIPE, type WorkerEvent } from './protocol.ts';
import { WorkerError } from './worker-error.ts';

/** A worker at work. */
export interface Worker {
  /** What it says, until it ends. */
  events(): AsyncGenerator<WorkerEvent>;
  /** Ends it if it has not ended, and returns once it is gone. */
  end(): Promise<void>;
  /** What it complained about and how it ended, for a message; empty when there is nothing to say. */
  lastWords(): string;
}

/** How long a worker that was told to stop may take to end its programs and to report, in milliseconds. */
const GRACE = 15_000;
/** Most of its complaints that is kept, in bytes. */
const KEPT = 4096;
/** Where commands of the system are, whatever the environment says. */
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Starts a worker and gives it its order. */
export function spawnWorker(order: Order, signal?: AbortSignal): Worker {
  const main = fileURLToPath(new URL('dist/worker/main.js', packageRoot()));
  const child = spawn(process.execPath, [main], {
    env: { PATH: SYSTEM_PATH, LANG: 'C.UTF-8' },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    // A Ctrl-C at the terminal is for whoever gave the order: the worker is told by its pipe.
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
      ending = by === null ? `exit status ${code}` : `ended by ${by}`;
      resolve();
    });
  });
  const pipe = child.stdio[PIPE] as Duplex;
  pipe.on('error', () => {});
  pipe.write(line(order));
  let killer: NodeJS.Timeout | undefined;
  const stop = () => {
    // The end of its input tells the worker to stop; it still reports what it has.
    pipe.end();
    killer ??= setTimeout(() => child.kill('SIGKILL'), GRACE);
  };
  if (signal?.aborted) stop();
  else signal?.addEventListener('abort', stop, { once: true });
  return {
    async *events() {
      try {
        yield* messages<WorkerEvent>(pipe);
      } catch (error) {
        throw new WorkerError(`the worker's words can't be read: ${String(error)}`);
      }
    },
    async end() {
      stop();
      await gone;
      clearTimeout(killer);
      signal?.removeEventListener('abort', stop);
      pipe.destroy();
    },
    lastWords: () => {
      const said = complaints.trim() === '' ? '' : `: ${complaints.trim()}`;
      return ending === '' ? said : ` (${ending})${said}`;
    },
  };
}
