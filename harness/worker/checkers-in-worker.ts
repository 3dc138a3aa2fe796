import type { RunChecker } from '../grading/checker.ts';
import type { Level } from './protocol.ts';
import { type Checkers, startWorker } from './spawn-worker.ts';
import { WorkerError } from './worker-error.ts';

/** Checkers of a course that run in a process of its own, isolated; it is started when the first one is asked. */
export class CheckersInWorker {
  readonly #level: () => Promise<Level>;
  #worker: Promise<Checkers> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** `level` says how they are kept apart, and is asked once. */
  constructor(level: () => Promise<Level>) {
    this.#level = level;
  }

  readonly run: RunChecker = (command, input) => {
    const answer = this.#last.then(async () => {
      this.#worker ??= this.#start();
      const worker = await this.#worker;
      const event = await worker.ask({ command, input });
      if (event?.type === 'checked') return event.checked;
      throw new WorkerError(`the worker did not run the checker${worker.lastOutput()}`);
    });
    this.#last = answer.catch(() => {});
    return answer;
  };

  async #start(): Promise<Checkers> {
    return startWorker({ level: await this.#level(), slot: 0, needed: [], visible: [] }).checkers();
  }

  /** Ends the process, if there is one. */
  async end(): Promise<void> {
    await this.#last;
    await (await this.#worker)?.end();
  }
}
