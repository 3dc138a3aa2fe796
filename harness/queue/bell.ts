/** Wakes those who wait for something to happen: a ring that nobody heard ends the next wait at once. */
export class Bell {
  readonly #waiting = new Set<() => void>();
  #rung = false;

  ring(): void {
    this.#rung = this.#waiting.size === 0;
    for (const wake of this.#waiting) wake();
  }

  /** Until it rings, one of the signals is aborted, or so many milliseconds have passed. */
  async wait(ms: number, signals: readonly AbortSignal[] = []): Promise<void> {
    const rung = this.#rung;
    this.#rung = false;
    if (rung || signals.some(({ aborted }) => aborted)) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        for (const signal of signals) signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.max(0, ms));
      this.#waiting.add(wake);
      for (const signal of signals) signal.addEventListener('abort', wake);
    });
  }
}

/** The value of a promise, unless the signal is aborted first: then it throws, and what comes later is dropped. */
export function unlessStopped<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  promise.catch(() => {});
  if (signal.aborted) return Promise.reject(new Error('stopped'));
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Error('stopped'));
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
