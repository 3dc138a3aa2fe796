import { defined } from '../base/defined.ts';
import { type Protocol, TRANSPORTS, type Transport } from '../model/transport.ts';
import { type Arrival, CARRIERS, type Door } from '../net/index.ts';
import type { ListenOptions, TlsOptions } from '../steps/context.ts';
import type { Link } from './link.ts';
import type { Recorder } from './recorder.ts';
import type { Surroundings } from './surroundings.ts';

interface Open {
  readonly port: number;
  readonly transport: Transport;
  readonly tls: TlsOptions;
  readonly door: Door;
  /** The link of one who came, where there are links. */
  linkOf?: (number: number) => Link;
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

  /** Listens on the port that the programs of this run are given, or on a given one. */
  async open(listener: string, options: ListenOptions): Promise<void> {
    const { transport = 'tcp' } = options;
    const port = options.port ?? this.#surroundings.ports?.get(listener) ?? this.#surroundings.port;
    const queue: Open['queue'] = [];
    let number = 0;
    try {
      const opened = await CARRIERS[transport].listen({
        port,
        ...defined({ backlog: options.backlog }),
        onArrival: (arrival) => {
          queue.push({ number: ++number, arrival });
          this.#recorder.record({ type: 'arrived', listener, number, remotePort: arrival.remotePort });
          this.#surroundings.onArrival?.(port);
        },
      });
      this.#open.set(listener, { port, transport, tls: options.tls ?? {}, door: opened, queue });
      this.#recorder.record({
        type: 'listening',
        listener,
        port,
        ...(transport === 'tcp' ? {} : { transport }),
      });
      if (!this.#hasOwnPort(listener)) {
        this.#recorder.record({ type: 'variable', name: 'port', value: String(port) });
        this.#recorder.record({ type: 'variable', name: 'host', value: '127.0.0.1' });
      }
    } catch (error) {
      const { code = 'UNKNOWN' } = error as NodeJS.ErrnoException;
      this.#recorder.record({ type: 'listen_error', listener, port, code });
    }
  }

  /** All ports on which the harness listens. */
  ports(): readonly number[] {
    return [...this.#open.values()].map(({ port }) => port);
  }

  #hasOwnPort(listener: string): boolean {
    const { ports, port } = this.#surroundings;
    return (ports?.get(listener) ?? port) !== port;
  }

  /** How those who come are answered where they talk TLS. */
  tls(listener: string): TlsOptions {
    return this.#open.get(listener)?.tls ?? {};
  }

  /** Lets all that comes to a listener, and goes from there, pass through links of its own for each who comes. */
  link(listener: string, makeLink: (name: string) => Link): boolean {
    const open = this.#open.get(listener);
    if (!open) return false;
    const links = new Map<number, Link>();
    open.linkOf = (number) => {
      const link = links.get(number) ?? makeLink(`${listener}#${number}`);
      links.set(number, link);
      return link;
    };
    const { linkOf } = open;
    open.door.intercept((number, bytes, deliver) =>
      linkOf(number).datagram('from_program', bytes.length, deliver),
    );
    return true;
  }

  /** Stops listening. */
  unlisten(listener: string): void {
    this.#open.get(listener)?.door.close();
    this.#open.delete(listener);
    this.#recorder.record({ type: 'unlistened', listener });
  }

  /** Whether it is the harness that listens on a port. */
  owns(port: number, protocol: Protocol): boolean {
    const isIt = (open: Open) => open.port === port && TRANSPORTS[open.transport].protocol === protocol;
    return [...this.#open.values()].some(isIt);
  }

  /** Whether a connection waits to be accepted. */
  hasArrival(listener: string): boolean {
    return (this.#open.get(listener)?.queue.length ?? 0) > 0;
  }

  /** The connection that has waited longest. */
  take(
    listener: string,
  ): { number: number; arrival: Arrival; transport: Transport; link?: Link } | undefined {
    const open = this.#open.get(listener);
    const next = open?.queue.shift();
    const link = next && open?.linkOf?.(next.arrival.number);
    return open && next && { ...next, transport: open.transport, ...(link ? { link } : {}) };
  }

  teardown(): void {
    for (const { door } of this.#open.values()) door.close();
  }
}
