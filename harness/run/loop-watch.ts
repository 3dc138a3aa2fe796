/** The event loop is looked at so often, in milliseconds. */
const EVERY = 100;

/** Measures for how long at most the grader's event loop has stood still: it may be stopped, or get no core. */
export class LoopWatch {
  readonly #timer: NodeJS.Timeout;
  #last = performance.now();
  #longest = 0;

  constructor() {
    this.#timer = setInterval(() => this.#look(), EVERY).unref();
  }

  #look(): void {
    const now = performance.now();
    this.#longest = Math.max(this.#longest, now - this.#last);
    this.#last = now;
  }

  /** The longest time between two looks so far, this one included, in milliseconds. */
  get longest(): number {
    this.#look();
    return this.#longest;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
