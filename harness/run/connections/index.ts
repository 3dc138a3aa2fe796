import { type Protocol, TRANSPORTS, type Transport } from '../../model/transport.ts';
import type { Arrival } from '../../net/index.ts';
import type { ConnectOptions, SendOptions, TlsOptions } from '../../steps/context.ts';
import type { Link } from '../link.ts';
import type { Programs } from '../programs.ts';
import type { Recorder } from '../recorder.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Waiting } from '../waiting.ts';
import { arrived, endings } from './arrivals.ts';
import { dial, openConnection } from './dial.ts';
import type { Held, Tap } from './held.ts';
import { callbacks } from './incoming.ts';
import { close, halfClose, LEAVING } from './leave.ts';
import { Patience } from './patience.ts';
import { secure } from './secure.ts';
import { Sending } from './sending.ts';
import type { Shared } from './shared.ts';

/** The connections of one run. */
export class Connections {
  readonly #held = new Map<string, Held>();
  readonly #shared: Shared;
  readonly #sending: Sending;

  constructor(surroundings: Surroundings, recorder: Recorder, programs: Programs, waiting: () => Waiting) {
    const patience = new Patience(surroundings, recorder, programs, waiting);
    const [held, taps] = [this.#held, new Map<string, Tap>()];
    this.#shared = { surroundings, recorder, programs, waiting, patience, held, taps };
    this.#sending = new Sending(this.#shared);
  }

  /** Opens a connection. Where the system does not show who listens, a refusal is tried again until time is up. */
  async open(conn: string, options: ConnectOptions, within: number): Promise<void> {
    const deadline = await openConnection(this.#shared, conn, options, within);
    if (!deadline) return;
    if (options.transport === 'tls') await this.secure(conn, options.tls ?? {}, deadline.left);
    this.#sending.opened(conn);
  }

  /** Takes over a connection that a program made, and reads it from now on. */
  adopt(
    conn: string,
    listener: string,
    {
      number,
      arrival,
      transport,
      link,
    }: { number: number; arrival: Arrival; transport: Transport; link?: Link },
  ): void {
    const { localPort, remotePort } = arrival;
    this.#shared.recorder.record({
      type: 'accepted',
      conn,
      listener,
      number,
      localPort,
      ...(transport === 'tcp' ? {} : { transport }),
    });
    const channel = arrival.adopt({ ...callbacks(this.#shared, conn), reading: true });
    this.#held.set(conn, {
      channel,
      transport,
      ours: localPort,
      theirs: remotePort,
      ...(link ? { link: { link, atDoor: transport === 'udp' } } : {}),
    });
  }

  /** Sees what comes on a connection from now on, once it is recorded. */
  tap(conn: string, tap: Tap): void {
    this.#shared.taps.set(conn, tap);
  }

  /** Leads a connection on to a program that another one talks to by way of us; false when it does not take it. */
  async dialOn(conn: string, program: string, transport: Transport): Promise<boolean> {
    const { host, port } = this.#shared.programs.address(program);
    const about = { type: 'connect', conn, program, host, port } as const;
    this.#shared.recorder.record({ ...about, ...(transport === 'tcp' ? {} : { transport }) });
    const to = { program, transport, reading: true, expect: 'ok', host, port, within: LEAVING } as const;
    const failure = await dial(this.#shared, conn, to);
    if (failure !== undefined) this.#shared.recorder.record({ type: 'connect_error', conn, code: failure });
    return failure === undefined;
  }

  /** Sends bytes of another program, as they came. */
  forward(conn: string, bytes: Buffer): Promise<void> {
    return this.#sending.forward(conn, bytes);
  }

  /** Goes on encrypted; a handshake that fails is recorded with its error. */
  secure(conn: string, options: TlsOptions, within: number): Promise<void> {
    return secure(this.#shared, conn, options, within);
  }

  /** The program's end of a connection and ours, for the kernel, which calls the program's the server's. */
  ports(conn: string): { serverPort: number; clientPort: number } | undefined {
    const held = this.#held.get(conn);
    return held && { serverPort: held.theirs, clientPort: held.ours };
  }

  /** The grader's ends of all its connections, by what carries them. */
  ends(): {
    readonly ours: readonly { localPort: number; remotePort: number }[];
    readonly datagrams: readonly number[];
  } {
    const held = [...this.#held.values()];
    const carriedBy = (protocol: Protocol) =>
      held.filter(({ channel }) => TRANSPORTS[channel.transport].protocol === protocol);
    return {
      ours: carriedBy('tcp').map(({ ours, theirs }) => ({ localPort: ours, remotePort: theirs })),
      datagrams: carriedBy('udp').flatMap(({ ours, theirs }) => [ours, theirs]),
    };
  }

  /** The connections that carry datagrams and are open. */
  datagramConnections(): { conn: string; ours: number; theirs: number; noPortBefore: number | null }[] {
    return [...this.#held].flatMap(([conn, { transport, ours, theirs, noPortBefore = null }]) =>
      transport === 'udp' && this.#shared.recorder.view.connection(conn).localClose === undefined
        ? [{ conn, ours, theirs, noPortBefore }]
        : [],
    );
  }

  /** Whether a connection is one with this program, as far as that is known. */
  leadsTo(conn: string, program: string): boolean {
    const held = this.#held.get(conn);
    return held !== undefined && (held.program ?? program) === program;
  }

  /** Whether the end of a connection will be noticed: it is being read. */
  reads(conn: string): boolean {
    return this.#held.get(conn)?.channel.reading ?? false;
  }

  startReading(conn: string): void {
    this.#held.get(conn)?.channel.startReading();
  }

  /** Sends bytes, in pieces if asked for; gives up when the connection is gone or time is up. */
  send(
    conn: string,
    bytes: Buffer,
    options: SendOptions,
    within: number,
    received: () => Promise<boolean>,
  ): Promise<void> {
    return this.#sending.send(conn, bytes, options, within, received);
  }

  /** Lets a connection go through a link from now on; false when there is no such connection. */
  link(conn: string, link: Link): boolean {
    const held = this.#held.get(conn);
    if (held) held.link = { link, atDoor: false };
    return held !== undefined;
  }

  halfClose(conn: string): Promise<void> {
    return halfClose(this.#shared, conn);
  }

  /** Leaves as a client that exits does: what it wrote is out, what has come is read, and then it is gone at once. */
  close(conn: string): Promise<void> {
    return close(this.#shared, conn);
  }

  async reset(conn: string): Promise<void> {
    this.#shared.recorder.record({ type: 'local_close', conn, how: 'reset' });
    this.#held.get(conn)?.channel.reset();
  }

  /** Waits until the program has said what it has to say: it sleeps, and nothing is on its way to us. */
  async awaitIdle(conn: string): Promise<void> {
    await this.#shared.patience.awaitIdle(conn, this.#held.get(conn));
  }

  /** As `awaitIdle`, where a program sleeps for a time: it will go on by itself. */
  async outlastNap(conn: string): Promise<void> {
    await this.#shared.patience.outlastNap(conn, this.#held.get(conn));
  }

  /** Waits for the program on every connection on which exact bytes were expected, so that stray bytes are seen. */
  async awaitAllIdle(): Promise<void> {
    for (const conn of this.#held.keys()) {
      const { exact, localClose } = this.#shared.recorder.view.connection(conn);
      if (exact && localClose === undefined) await this.awaitIdle(conn);
    }
    await endings(this.#shared);
  }

  /**
   * Waits until everything has come that was on its way to us when this was called, ends of connections
   * included: a program may have said it all and gone to sleep while we still read.
   */
  arrived(): Promise<void> {
    return arrived(this.#shared);
  }

  teardown(): void {
    for (const { channel } of this.#held.values()) channel.drop();
  }
}
