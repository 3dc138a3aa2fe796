import type { PortHolder, ProgramRef } from '../kernel/index.ts';
import type { Protocol } from '../model/transport.ts';
import type { Surroundings } from './surroundings.ts';

/** How often it is looked who is on the ports, in milliseconds. */
const EVERY = 50;

/**
 * Looks, while a program starts, whether a stranger is on its ports: one that holds them for a moment only would be gone
 * when the program has failed for it.
 */
export class PortWatch {
  readonly #kernel: Surroundings['kernel'];
  readonly #ports: ReadonlySet<number>;
  readonly #protocol: Protocol;
  readonly #program: () => ProgramRef;
  readonly #timer: NodeJS.Timeout;
  #asking: Promise<void> | undefined;
  #stranger: PortHolder | undefined;

  constructor(
    kernel: Surroundings['kernel'],
    program: () => ProgramRef,
    { ports, protocol }: { readonly ports: ReadonlySet<number>; readonly protocol: Protocol },
  ) {
    this.#kernel = kernel;
    this.#program = program;
    this.#ports = ports;
    this.#protocol = protocol;
    this.#timer = setInterval(() => this.#ask(), EVERY).unref();
    this.#ask();
  }

  /** Ends the watch; gives the stranger that was there first, be it only now. */
  async stranger(): Promise<PortHolder | undefined> {
    this.stop();
    await this.#asking;
    this.#ask();
    await this.#asking;
    return this.#stranger;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #ask(): void {
    if (this.#asking || this.#stranger) return;
    this.#asking = this.#look()
      .catch(() => {})
      .finally(() => {
        this.#asking = undefined;
      });
  }

  async #look(): Promise<void> {
    const found = await this.#kernel.holders(this.#ports, this.#protocol);
    if (found.length === 0) return;
    const own = await this.#kernel.processes(this.#program(), { orphans: true });
    // Of one whose owner can't be seen it is not known that it is a stranger.
    this.#stranger ??= found.find(({ pid }) => pid !== 0 && pid !== process.pid && !own.includes(pid));
  }
}

/** "process 4711 (nginx) listens on 127.0.0.1:80". */
export function describeHolder({ pid, name, listens, address, port }: PortHolder): string {
  const who = pid === 0 ? 'a process that cannot be seen' : `process ${pid}${name ? ` (${name})` : ''}`;
  const where = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  return `${who} ${listens ? 'listens' : 'has a connection'} on ${where}`;
}
