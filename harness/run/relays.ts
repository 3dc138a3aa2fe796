import type { Transport } from '../model/transport.ts';
import type { Connections } from './connections/index.ts';
import type { Listeners } from './listeners.ts';
import type { Recorder } from './recorder.ts';

/** How long a handshake of TLS on either side may take, in milliseconds. */
const HANDSHAKE = 10_000;
/** Most bytes that wait to be handed on in one direction; a program that takes no more is left then. */
const MOST_WAITING = 64 * 1024 * 1024;

/** Programs that talk to each other by way of the grader, which records both sides. */
export class Relays {
  readonly #recorder: Recorder;
  readonly #listeners: Listeners;
  readonly #connections: Connections;
  readonly #stops: (() => void)[] = [];

  constructor(recorder: Recorder, listeners: Listeners, connections: Connections) {
    this.#recorder = recorder;
    this.#listeners = listeners;
    this.#connections = connections;
  }

  /** Listens, and leads whoever comes on to a program. */
  async open(name: string, to: string, transport: Transport): Promise<void> {
    await this.#listeners.open(name, { transport });
    let count = 0;
    const takeAll = () => {
      while (this.#listeners.hasArrival(name)) {
        count += 1;
        const suffix = count === 1 ? '' : `[${count}]`;
        this.#lead(name, [`${name}-from${suffix}`, `${name}-to${suffix}`], to, transport);
      }
    };
    this.#stops.push(this.#recorder.listen(takeAll));
    takeAll();
  }

  #lead(listener: string, [from, on]: readonly [string, string], to: string, transport: Transport): void {
    const connections = this.#connections;
    const arrived = this.#listeners.take(listener);
    if (!arrived) return;
    const secure = (conn: string) =>
      transport === 'tls' ? connections.secure(conn, {}, HANDSHAKE) : Promise.resolve();
    const opened = Promise.resolve().then(async () => {
      await secure(from);
      if (await connections.dialOn(on, to, transport)) await secure(on);
      else await connections.reset(from);
    });
    this.#pipe(from, on, opened);
    this.#pipe(on, from, opened);
    connections.adopt(from, listener, arrived);
  }

  /** Hands on what comes on one connection to another, in order, and then its end. */
  #pipe(from: string, to: string, opened: Promise<unknown>): void {
    let waiting = 0;
    let last = opened.catch(() => {});
    const next = (work: () => Promise<void>) => {
      last = last.then(work).catch(() => {});
    };
    this.#connections.tap(from, {
      data: (bytes) => {
        waiting += bytes.length;
        if (waiting > MOST_WAITING) void this.#connections.reset(from);
        else
          next(async () => {
            await this.#connections.forward(to, bytes);
            waiting -= bytes.length;
          });
      },
      end: (isOrderly) =>
        next(async () => {
          const { ended, localClose } = this.#recorder.view.connection(to);
          if (localClose !== undefined) return;
          if (!isOrderly) await this.#connections.reset(to);
          // What has ended on both sides needs no more than its own end.
          else if (ended === undefined) await this.#connections.halfClose(to);
          else await this.#connections.close(to);
        }),
    });
  }

  teardown(): void {
    for (const stop of this.#stops) stop();
  }
}
