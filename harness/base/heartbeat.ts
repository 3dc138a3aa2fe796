/**
 * Does the same again and again, one at a time: while one takes longer than the pause, none is begun. What fails is tried
 * again at the next turn. It keeps no process alive.
 */
export class Heartbeat {
  readonly #work: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #last: Promise<void> = Promise.resolve();
  #isBusy = false;

  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  /** The first turn is after `everyMs` milliseconds. */
  begin(everyMs: number): void {
    this.#timer = setInterval(() => this.#beat(), everyMs).unref();
  }

  /** Settles when nothing is being done any more. */
  end(): Promise<void> {
    clearInterval(this.#timer);
    return this.#last;
  }

  #beat(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#last = this.#work()
      .catch(() => {})
      .finally(() => {
        this.#isBusy = false;
      });
  }
}
