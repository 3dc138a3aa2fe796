/** Lets tasks run side by side, but for one that must have all to itself: it waits for the others, and they for it. */
export class Turns {
  readonly #running = new Set<Promise<unknown>>();
  #gate: Promise<void> = Promise.resolve();

  async beside<Result>(task: () => Promise<Result>): Promise<Result> {
    for (let gate: Promise<void> | undefined; gate !== this.#gate; ) {
      gate = this.#gate;
      await gate;
    }
    const running = task();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async alone<Result>(task: () => Promise<Result>): Promise<Result> {
    const before = this.#gate;
    let open = () => {};
    this.#gate = new Promise((resolve) => {
      open = resolve;
    });
    try {
      await before;
      await Promise.allSettled(this.#running);
      return await task();
    } finally {
      open();
    }
  }
}
