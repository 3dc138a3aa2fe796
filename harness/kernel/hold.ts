import type { Kernel, ProgramRef } from './types.ts';

/** Measures for how long something has been so, without the time in which the program waited for a core. */
export class Hold {
  #what: string | null = null;
  #since = 0;
  #waited = 0;

  /** Milliseconds since `what` became what it is; null is nothing and takes no time. */
  async heldMs(kernel: Kernel, program: ProgramRef, what: string | null, now: number): Promise<number> {
    if (what === null) {
      this.#what = null;
      return 0;
    }
    const waited = (await kernel.cpu(program))?.maxWaitMs ?? 0;
    if (what !== this.#what) {
      this.#what = what;
      this.#since = now;
      this.#waited = waited;
    }
    return Math.max(0, now - this.#since - (waited - this.#waited));
  }
}
