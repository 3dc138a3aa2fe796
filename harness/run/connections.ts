import { setTimeout as delay } from 'node:timers/promises';
import { defined } from '../base/defined.ts';
import { deadlineIn, type TcpState } from '../kernel/index.ts';
import { type Protocol, TRANSPORTS, type Transport } from '../model/transport.ts';
import {
  type Agreement,
  type Arrival,
  CARRIERS,
  type Channel,
  type Endpoint,
  isOwnAddress,
} from '../net/index.ts';
import type { ConnectOptions, SendOptions, TlsOptions } from '../steps/context.ts';
import { currentBranch } from './branch.ts';
import type { Link } from './link.ts';
import { type Held, Patience } from './patience.ts';
import type { Programs } from './programs.ts';
import type { Recorder } from './recorder.ts';
import type { Surroundings } from './surroundings.ts';
import { FairDeadline, turn, type Waiting } from './waiting.ts';

/** What the harness did last on any connection. */
interface LastAct {
  readonly conn: string;
  /** How much had come on the connection by then. */
  readonly received: number;
  readonly inBranch: boolean;
  /** Set while it is waited for until the program has taken notice. */
  becomingIdle?: Promise<void>;
}

/** Bytes handed to the kernel at a time; a program that stops reading is noticed between two pieces. */
const PIECE = 64 * 1024;
/** States of our end once the program's FIN is there. */
const ENDED = new Set<TcpState>(['CLOSE_WAIT', 'LAST_ACK', 'CLOSING', 'TIME_WAIT', 'CLOSE']);
/** How long a client that leaves waits for its last writes, and reads what has come, in milliseconds. */
const LEAVING = 2_000;
/** Longest wait for what is on its way to us already, in milliseconds. */
const ARRIVING = 10_000;

/** Whoever sees what comes on a connection; `isOrderly` says that it has not been aborted. */
interface Tap {
  data(bytes: Buffer): void;
  end(isOrderly: boolean): void;
}

/** The connections of one run. */
export class Connections {
  readonly #surroundings: Surroundings;
  readonly #recorder: Recorder;
  readonly #programs: Programs;
  readonly #waiting: () => Waiting;
  readonly #held = new Map<string, Held>();
  readonly #patience: Patience;
  #last: LastAct | undefined;

  constructor(surroundings: Surroundings, recorder: Recorder, programs: Programs, waiting: () => Waiting) {
    this.#surroundings = surroundings;
    this.#recorder = recorder;
    this.#programs = programs;
    this.#waiting = waiting;
    this.#patience = new Patience(surroundings, recorder, programs, waiting);
  }

  /** Opens a connection. Where the system does not show who listens, a refusal is tried again until time is up. */
  async open(conn: string, options: ConnectOptions, within: number): Promise<void> {
    const { program, transport } = options;
    await this.#patience.nextClient(program, this.#held);
    const deadline = await FairDeadline.begin(within, async () => ({ waitedMs: 0, ranMs: 0 }));
    const retry = !this.#surroundings.kernel.can.listeners && options.expect === 'ok';
    const place = await this.#place(options);
    if (!place) return;
    const { port } = place;
    const isUsual = options.host === undefined && TRANSPORTS[transport].ends;
    const hosts = [place.address, ...(isUsual && (retry || place.address === '127.0.0.1') ? ['::1'] : [])];
    for (;;) {
      const failure = await this.#dialFirst(conn, { ...options, port }, hosts, deadline);
      if (failure === undefined) {
        if (transport === 'tls') await this.secure(conn, options.tls ?? {}, deadline.left);
        this.#last = { conn, received: 0, inBranch: currentBranch() !== undefined };
        return;
      }
      if (failure !== 'ECONNREFUSED' || !retry || deadline.left <= 0) {
        const code = hosts.length > 1 && failure === 'EADDRNOTAVAIL' ? 'ECONNREFUSED' : failure;
        this.#recorder.record({ type: 'connect_error', conn, code });
        return;
      }
      this.#surroundings.signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Tries one address after the other as long as they refuse; returns why the last one failed. */
  async #dialFirst(
    conn: string,
    options: ConnectOptions & { port: number },
    hosts: readonly string[],
    deadline: FairDeadline,
  ): Promise<string | undefined> {
    const { program, port, transport } = options;
    let failure: string | undefined;
    for (const host of hosts) {
      this.#recorder.record({
        type: 'connect',
        conn,
        ...defined({ program }),
        host,
        port,
        ...(transport === 'tcp' ? {} : { transport }),
      });
      failure = await this.#dial(conn, { ...options, host, port, within: deadline.left });
      if (failure !== 'ECONNREFUSED') break;
    }
    return failure;
  }

  /** Where to connect to; nothing when that can't be done, which has been recorded. */
  async #place({ program, host, port, transport }: ConnectOptions): Promise<Endpoint | undefined> {
    const usual = program === undefined ? undefined : this.#programs.address(program);
    const address = host ?? usual?.host ?? '127.0.0.1';
    if (host !== undefined && !isOwnAddress(host)) {
      this.#recorder.record({
        type: 'trouble',
        because: 'capability',
        message: `This machine has no address ${host} here.`,
      });
      return undefined;
    }
    if (port === undefined) return { address, port: usual?.port ?? 0 };
    // The number may have come from the program: nobody else's door is knocked at.
    const owner = await this.#programs.ownerOf(port, TRANSPORTS[transport].protocol);
    this.#recorder.record({ type: 'observed', observation: { what: 'owner', port, program: owner } });
    return owner === null ? undefined : { address, port };
  }

  /** One try; returns why it failed. */
  async #dial(
    conn: string,
    to: ConnectOptions & { host: string; port: number; within: number },
  ): Promise<string | undefined> {
    const recorder = this.#recorder;
    const { program, port: theirs, transport } = to;
    const channel = CARRIERS[transport].dial({
      ...to,
      // What comes before the handshake is for the handshake.
      reading: to.reading && transport !== 'tls',
      ...this.#callbacks(conn),
      onConnected: (localPort) => {
        this.#held.set(conn, {
          channel,
          transport,
          ...defined({ program }),
          ours: localPort,
          theirs,
        });
        recorder.record({ type: 'connected', conn, localPort });
      },
      onError: (code) => {
        if (channel.connected) recorder.record({ type: 'conn_error', conn, code });
      },
    });
    await this.#opened(channel, to.within);
    if (channel.connected) return undefined;
    channel.drop();
    return channel.failed ?? 'ETIMEDOUT';
  }

  /** Waits until a connection exists or has failed, or time is up; what is on its way to us by then counts. */
  async #opened(channel: Channel, within: number): Promise<void> {
    const { signal } = this.#surroundings;
    const enough = new AbortController();
    const late = delay(Math.max(0, within), undefined, { signal: AbortSignal.any([signal, enough.signal]) });
    await Promise.race([channel.opening, late.catch(() => undefined)]);
    enough.abort();
    if (!channel.connected && channel.failed === undefined) await turn();
    if (signal.aborted) channel.drop();
    signal.throwIfAborted();
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
    this.#recorder.record({
      type: 'accepted',
      conn,
      listener,
      number,
      localPort,
      ...(transport === 'tcp' ? {} : { transport }),
    });
    const channel = arrival.adopt({ ...this.#callbacks(conn), reading: true });
    this.#held.set(conn, {
      channel,
      transport,
      ours: localPort,
      theirs: remotePort,
      ...(link ? { link: { link, atDoor: transport === 'udp' } } : {}),
    });
  }

  readonly #taps = new Map<string, Tap>();

  /** Sees what comes on a connection from now on, once it is recorded. */
  tap(conn: string, tap: Tap): void {
    this.#taps.set(conn, tap);
  }

  /** Leads a connection on to a program that another one talks to by way of us; false when it does not take it. */
  async dialOn(conn: string, program: string, transport: Transport): Promise<boolean> {
    const { host, port } = this.#programs.address(program);
    const about = { type: 'connect', conn, program, host, port } as const;
    this.#recorder.record({ ...about, ...(transport === 'tcp' ? {} : { transport }) });
    const to = { program, transport, reading: true, expect: 'ok', host, port, within: LEAVING } as const;
    const failure = await this.#dial(conn, to);
    if (failure !== undefined) this.#recorder.record({ type: 'connect_error', conn, code: failure });
    return failure === undefined;
  }

  /** Sends bytes that came from somebody else, as they came. */
  async forward(conn: string, bytes: Buffer): Promise<void> {
    const held = this.#get(conn);
    if (held && (await this.#write(held, bytes))) this.#recorder.recordBytes({ type: 'sent', conn }, bytes);
  }

  #callbacks(conn: string) {
    const recorder = this.#recorder;
    return {
      onData: (bytes: Buffer) => {
        const deliver = () => {
          recorder.recordBytes({ type: 'received', conn }, bytes);
          this.#taps.get(conn)?.data(bytes);
        };
        const { link, transport } = this.#get(conn) ?? {};
        if (!link || link.atDoor) deliver();
        else if (transport === 'udp') link.link.datagram('from_program', bytes.length, deliver);
        else link.link.stream('from_program', bytes.length, deliver);
      },
      onStray: (bytes: Buffer, { address, port }: Endpoint) =>
        recorder.recordBytes({ type: 'stray', conn, address, port }, bytes),
      onEnd: () => {
        const held = this.#get(conn);
        if (held) held.ending = this.#reportEnd(conn, held);
      },
      onError: (code: string): void => {
        recorder.record({ type: 'conn_error', conn, code });
        this.#taps.get(conn)?.end(false);
      },
    };
  }

  /** Goes on encrypted; a handshake that fails is recorded with its error. */
  async secure(conn: string, { alpn, ca, name }: TlsOptions, within: number): Promise<void> {
    const held = this.#get(conn);
    if (!held) return;
    const certificates = await this.#surroundings.certificates?.();
    const isServer = this.#recorder.view.connection(conn).accepted;
    const own = isServer ? certificates?.server : undefined;
    const trusted = ca ?? certificates?.ca;
    const handshake = held.channel.secure({
      role: isServer ? 'server' : 'client',
      ...(alpn === undefined ? {} : { alpn }),
      ...(name === undefined ? {} : { name }),
      ...(trusted === undefined ? {} : { ca: trusted }),
      ...(own === undefined ? {} : own),
    });
    let outcome: Agreement | string | undefined;
    const negotiated = handshake.then(
      (agreed) => {
        outcome = agreed;
        if (!isServer || held.channel.reading) held.channel.startReading();
      },
      (error: NodeJS.ErrnoException) => {
        outcome = error.code ?? error.message;
      },
    );
    await Promise.race([negotiated, this.#waiting().until(() => outcome !== undefined, within)]);
    if (typeof outcome === 'object') this.#recorder.record({ type: 'secured', conn, ...outcome });
    else this.#recorder.record({ type: 'tls_error', conn, code: outcome ?? 'ETIMEDOUT' });
  }

  /** The stream ended: our own end of the connection tells whether by FIN (it is still there) or by RST. */
  async #reportEnd(conn: string, { ours, theirs }: Held): Promise<void> {
    const { kernel } = this.#surroundings;
    let by: 'fin' | 'rst' | 'unknown' = 'unknown';
    if (kernel.can.states) {
      // Presence is certain after one look, absence after two.
      const row = (await kernel.clientEnd(ours, theirs)) ?? (await kernel.clientEnd(ours, theirs));
      by = row ? 'fin' : this.#recorder.view.connection(conn).localClose === undefined ? 'rst' : 'fin';
    }
    this.#recorder.record({ type: 'eof', conn, by });
    this.#taps.get(conn)?.end(by !== 'rst');
  }

  #get(conn: string): Held | undefined {
    return this.#held.get(conn);
  }

  /** The program's end of a connection and ours, for the kernel, which calls the program's the server's. */
  ports(conn: string): { serverPort: number; clientPort: number } | undefined {
    const held = this.#get(conn);
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
      transport === 'udp' && this.#recorder.view.connection(conn).localClose === undefined
        ? [{ conn, ours, theirs, noPortBefore }]
        : [],
    );
  }

  /** Whether a connection is one with this program, as far as that is known. */
  leadsTo(conn: string, program: string): boolean {
    const held = this.#get(conn);
    return held !== undefined && (held.program ?? program) === program;
  }

  /** Whether the end of a connection will be noticed: it is being read. */
  reads(conn: string): boolean {
    return this.#get(conn)?.channel.reading ?? false;
  }

  startReading(conn: string): void {
    this.#get(conn)?.channel.startReading();
  }

  /** Sends bytes, in pieces if asked for; gives up when the connection is gone or time is up. */
  async send(
    conn: string,
    bytes: Buffer,
    { chunk, every }: SendOptions,
    within: number,
    received: () => Promise<boolean>,
  ): Promise<void> {
    const held = this.#get(conn);
    if (!held) return;
    await this.#inOrder(conn);
    await this.#patience.firstBytes(conn, held);
    const isStream = TRANSPORTS[held.transport].stream;
    if (!isStream) held.noPortBefore = await this.#surroundings.kernel.noPort();
    // A datagram is sent as a whole, be it empty.
    const size = chunk ?? (isStream ? PIECE : Math.max(1, bytes.length));
    for (let at = 0; at < bytes.length || (!isStream && at === 0); at += size) {
      const piece = bytes.subarray(at, at + size);
      let written: boolean | undefined;
      const writing = this.#write(held, piece).then((done) => {
        written = done;
        if (done) this.#recorder.recordBytes({ type: 'sent', conn }, piece);
      });
      if (chunk === undefined)
        await Promise.race([writing, this.#waiting().until(() => written !== undefined, within)]);
      else await writing;
      // A channel that has said that it is done may still read; a server that closed does not.
      const { accepted, error } = this.#recorder.view.connection(conn);
      if (!written || (accepted ? error !== undefined : this.#recorder.view.ended(conn))) return;
      if (every === undefined || at + size >= bytes.length) continue;
      if (every === 'received') {
        if (!(await received())) return;
      } else {
        await this.#waiting().elapse(every, () => false);
      }
    }
  }

  /** Lets a connection go through a link from now on; false when there is no such connection. */
  link(conn: string, link: Link): boolean {
    const held = this.#get(conn);
    if (held) held.link = { link, atDoor: false };
    return held !== undefined;
  }

  /** Hands bytes on, by way of a link where there is one: then they are out of our hands. */
  #write({ channel, transport, link }: Held, bytes: Buffer): Promise<boolean> {
    if (!link) return channel.write(bytes);
    if (transport === 'udp') link.link.datagram('to_program', bytes.length, () => void channel.write(bytes));
    else
      for (const piece of link.link.cut(bytes))
        link.link.stream('to_program', piece.length, () => void channel.write(piece));
    return Promise.resolve(true);
  }

  /**
   * What is done on several connections reaches the program in the order of the steps: a chat server has taken in all
   * who connected before it is sent the line that they must get. Among parallel branches there is no such order.
   */
  async #inOrder(conn: string): Promise<void> {
    const last = this.#last;
    const received = (name: string) => this.#recorder.view.connection(name).received.length;
    const inBranch = currentBranch() !== undefined;
    const beside = last && (inBranch || last.conn !== conn) && !(inBranch && last.inBranch);
    if (beside && received(last.conn) === last.received) {
      last.becomingIdle ??= this.awaitIdle(last.conn);
      await last.becomingIdle;
    }
    this.#last = { conn, received: received(conn), inBranch };
  }

  /** What a link still holds goes out before the end. */
  async #flushed(conn: string): Promise<void> {
    const { link } = this.#get(conn) ?? {};
    if (link) await this.#waiting().poll(async () => link.link.pending === 0, Boolean, ARRIVING);
  }

  async halfClose(conn: string): Promise<void> {
    await this.#flushed(conn);
    await this.#get(conn)?.channel.end();
    this.#recorder.record({ type: 'local_close', conn, how: 'half_close' });
  }

  /** Leaves as a client that exits does: what it wrote is out, what has come is read, and then it is gone at once. */
  async close(conn: string): Promise<void> {
    await this.#flushed(conn);
    if (this.#recorder.view.connection(conn).exact) await this.awaitIdle(conn);
    const held = this.#get(conn);
    const over = deadlineIn(LEAVING);
    if (held) await Promise.race([held.channel.flushed(), delay(LEAVING, undefined, { ref: false })]);
    let unread = await this.#unreadByUs(held);
    while (unread > 0 && held?.channel.reading && !over() && !this.#surroundings.signal.aborted) {
      await turn();
      unread = await this.#unreadByUs(held);
    }
    this.#recorder.record({ type: 'local_close', conn, how: 'close', ...(unread > 0 ? { unread } : {}) });
    held?.channel.close();
  }

  /** Bytes that the kernel holds for us on a connection; 0 where that can't be seen. */
  async #unreadByUs(held: Held | undefined): Promise<number> {
    const { kernel } = this.#surroundings;
    if (!held || TRANSPORTS[held.channel.transport].protocol !== 'tcp' || !kernel.can.unread) return 0;
    const row = await kernel.clientEnd(held.ours, held.theirs);
    if (row === null) return 0;
    // The program's FIN counts as one byte until it is read.
    return Math.max(0, row.rxQueue - (ENDED.has(row.state) ? 1 : 0));
  }

  async reset(conn: string): Promise<void> {
    this.#recorder.record({ type: 'local_close', conn, how: 'reset' });
    this.#get(conn)?.channel.reset();
  }

  /** Waits until the program has said what it has to say: it sleeps, and nothing is on its way to us. */
  async awaitIdle(conn: string): Promise<void> {
    await this.#patience.awaitIdle(conn, this.#get(conn));
  }

  /** As `settle`, where a program sleeps for a time: it will go on by itself. */
  async outlastNap(conn: string): Promise<void> {
    await this.#patience.outlastNap(conn, this.#get(conn));
  }

  /** Settles every connection on which exact bytes were expected, so that stray bytes are seen. */
  async awaitAllIdle(): Promise<void> {
    for (const conn of this.#held.keys()) {
      const { exact, localClose } = this.#recorder.view.connection(conn);
      if (exact && localClose === undefined) await this.awaitIdle(conn);
    }
    await this.endings();
  }

  /**
   * Waits until everything has come that was on its way to us when this was called, ends of connections
   * included: a program may have said it all and gone to sleep while we still read.
   */
  async arrived(): Promise<void> {
    const over = deadlineIn(ARRIVING);
    const due = new Map<string, number>();
    do {
      await turn();
      await this.endings();
      for (const conn of this.#held.keys()) {
        const bytes = await this.#onTheWay(conn);
        if (bytes === 0) due.delete(conn);
        else if (!due.has(conn)) due.set(conn, this.#recorder.view.connection(conn).received.length + bytes);
        else if (this.#recorder.view.connection(conn).received.length >= (due.get(conn) ?? 0))
          due.delete(conn);
      }
    } while (due.size > 0 && !over() && !this.#surroundings.signal.aborted);
  }

  /** Bytes of a connection that the kernel has and we have not, its end counted as endless. */
  async #onTheWay(conn: string): Promise<number> {
    const { kernel } = this.#surroundings;
    const held = this.#get(conn);
    const { view } = this.#recorder;
    const gone = () => {
      const { localClose } = view.connection(conn);
      return view.ended(conn) || (localClose !== undefined && localClose !== 'half_close');
    };
    if (!kernel.can.unread || !held?.channel.reading || gone()) return 0;
    if (held.transport === 'udp') {
      const own = await kernel.datagrams(held.ours);
      return own.some(({ unread }) => unread) ? Infinity : 0;
    }
    const [here, there] = await Promise.all([
      kernel.clientEnd(held.ours, held.theirs),
      kernel.serverEnd(held.theirs, held.ours),
    ]);
    if (gone()) return 0;
    const ending = here === null || ENDED.has(here.state) || there?.row.state === 'FIN_WAIT1';
    return ending ? Infinity : here.rxQueue + (there?.row.txQueue ?? 0);
  }

  /** Waits until of every connection that has ended it is known how. */
  async endings(): Promise<void> {
    await Promise.all([...this.#held.values()].map(({ ending }) => ending));
  }

  teardown(): void {
    for (const { channel } of this.#held.values()) channel.drop();
  }
}
