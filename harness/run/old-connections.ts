import type { Kernel } from '../kernel/index.ts';

/** For how long a reading of the table counts, in milliseconds: reading a large one takes long. */
const COUNTS = 2_000;

/** Which ports have connections on them, old ones above all, which would keep a program without SO_REUSEADDR away. */
export class OldConnections {
  readonly #kernel: Kernel;
  #ports: Promise<ReadonlySet<number>> | undefined;
  #at = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Whether no connection, in whatever state, was seen on a port within the last two seconds. */
  async isClean(port: number): Promise<boolean> {
    const now = performance.now();
    if (this.#ports === undefined || now - this.#at > COUNTS) {
      this.#at = now;
      this.#ports = this.#observed();
    }
    return !(await this.#ports).has(port);
  }

  async #observed(): Promise<ReadonlySet<number>> {
    // What can't be seen keeps no port from being used: a start that fails is looked into anyway.
    const rows = await this.#kernel.tcp().catch(() => []);
    return new Set(rows.filter(({ state }) => state !== 'LISTEN').map(({ localPort }) => localPort));
  }
}
