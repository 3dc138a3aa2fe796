/** The event loop is looked at so often, in milliseconds. */
const EVERY = 100;
/** A gap of less than this, in milliseconds, is what a busy machine makes. */
const LONG = 300;

/**
 * Measures for how long this process could not run, while its clock went on: it was stopped, or got no core, or the whole
 * machine stood still, as a virtual one does while it is saved. No other figure tells of the last: the time before it
 * and the time after it seem to be the same turn of whoever had the core.
 */
class StalledClock {
  #timer: NodeJS.Timeout | undefined;
  #watching = 0;
  #last = 0;
  #lost = 0;

  /** Begins to watch; ends with the function that it gives, to be called once, unless another one watches, too. */
  watch(): () => void {
    if (this.#watching++ === 0) {
      this.#last = performance.now();
      this.#timer = setInterval(() => this.#observed(), EVERY).unref();
    }
    return () => {
      if (--this.#watching === 0) clearInterval(this.#timer);
    };
  }

  #observed(): void {
    const now = performance.now();
    const gap = now - this.#last;
    if (gap >= LONG) this.#lost += gap - EVERY;
    this.#last = now;
  }

  /** Milliseconds lost so far while anybody watched, gaps of less than 300 ms not counted. */
  get lostMs(): number {
    if (this.#watching > 0) this.#observed();
    return this.#lost;
  }
}

/** That of this process. */
export const stalledClock = new StalledClock();
