/** A slow read that many may ask for: each caller gets one begun after its call, and callers in between share it. */
export class SharedRead<T> {
  readonly #load: () => Promise<T>;
  #running: Promise<T> | undefined;
  #next: Promise<T> | undefined;

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  read(): Promise<T> {
    this.#next ??= this.#after(this.#running);
    return this.#next;
  }

  async #after(running: Promise<T> | undefined): Promise<T> {
    await running?.catch(() => undefined);
    this.#next = undefined;
    const own = this.#load();
    this.#running = own;
    try {
      return await own;
    } finally {
      if (this.#running === own) this.#running = undefined;
    }
  }
}
