import type { LiveRun } from '../../run/live-run.ts';

/** Longest `:wait`, in milliseconds. */
export const WAIT = 30_000;

/** Waits for something to happen in a run, until the session ends. */
export class Pause {
  readonly #run: LiveRun;
  #interrupted = false;
  #wake = () => {};

  constructor(run: LiveRun) {
    this.#run = run;
  }

  /** Waits until something holds; false when it did not in time. An interrupted wait is none that was in vain. */
  async until(holds: () => boolean): Promise<boolean> {
    const until = performance.now() + WAIT;
    while (!holds() && !this.#interrupted && performance.now() < until)
      await this.#event(until - performance.now());
    return holds() || this.#interrupted;
  }

  /** Waits no longer for what may never come: the session ends. */
  interrupt(): void {
    this.#interrupted = true;
    this.#wake();
  }

  /** The next thing that happens, or the end of a time. */
  #event(most: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        unlisten();
        resolve();
      };
      const timer = setTimeout(done, most);
      const unlisten = this.#run.listen(done);
      this.#wake = done;
    });
  }
}
