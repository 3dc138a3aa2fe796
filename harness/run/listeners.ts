import { type Arrival, CARRIERS, type Door } from '../net/index.ts';
import type { Recorder } from './recorder.ts';
import type { Surroundings } from './surroundings.ts';

interface Open {
  readonly port: number;
  readonly door: Door;
  /** What came and was not accepted yet, each with its number. */
  readonly queue: { readonly number: number; readonly arrival: Arrival }[];
}

/** The ports on which the harness itself listens, for programs that are clients. */
export class Listeners {
  readonly #surroundings: Surroundings;
  readonly #recorder: Recorder;
  readonly #open = new Map<string, Open>();

  constructor(surroundings: Surroundings, recorder: Recorder) {
    this.#surroundings = surroundings;
    this.#recorder = recorder;
  }

  /** Listens on the port that the programs of this run are told, or on a given one. */
  async open(listener: string, options: { port?: number; backlog?: number }): Promise<void> {
    const port = options.port ?? this.#surroundings.port;
    const queue: Open['queue'] = [];
    let number = 0;
    try {
      const opened = await CARRIERS.tcp.listen({
        port,
        ...(options.backlog === undefined ? {} : { backlog: options.backlog }),
        onArrival: (arrival) => {
          queue.push({ number: ++number, arrival });
          this.#recorder.record({ type: 'arrived', listener, number, remotePort: arrival.remotePort });
          this.#surroundings.onArrival?.(port);
        },
      });
      this.#open.set(listener, { port, door: opened, queue });
      this.#recorder.record({ type: 'listening', listener, port });
      this.#recorder.record({ type: 'variable', name: 'port', value: String(port) });
      this.#recorder.record({ type: 'variable', name: 'host', value: '127.0.0.1' });
    } catch (error) {
      const { code = 'UNKNOWN' } = error as NodeJS.ErrnoException;
      this.#recorder.record({ type: 'listen_error', listener, port, code });
    }
  }

  /** Whether it is the harness that listens on a port. */
  owns(port: number): boolean {
    return [...this.#open.values()].some((open) => open.port === port);
  }

  /** Whether somebody waits to be accepted. */
  hasArrival(listener: string): boolean {
    return (this.#open.get(listener)?.queue.length ?? 0) > 0;
  }

  /** The connection that has waited longest. */
  take(listener: string): { number: number; arrival: Arrival } | undefined {
    return this.#open.get(listener)?.queue.shift();
  }

  teardown(): void {
    for (const { door } of this.#open.values()) door.close();
  }
}
