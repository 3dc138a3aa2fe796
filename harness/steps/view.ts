import { defined } from '../base/defined.ts';
import { GrowingBytes } from '../match/bytes.ts';
import type { Leftover, NewTraceEvent, Observation, StreamName, Trace, TraceEvent } from '../model/index.ts';
import { TRANSPORTS, type Transport } from '../model/transport.ts';

type Of<Type extends NewTraceEvent['type']> = Extract<TraceEvent, { type: Type }>;
type Seen<What extends Observation['what']> = Extract<Observation, { what: What }>;

/** What was sent is kept until so many bytes are there: enough to recognise it where it turns up. */
const SAID = 64 * 1024;

/** What is known of one connection so far. */
export interface ConnectionView {
  /** What carries it. */
  transport: Transport;
  readonly received: GrowingBytes;
  /** The lengths of the messages that it came in, where it has such. */
  readonly messages: number[];
  /** How many of them steps have used up. */
  messagesConsumed: number;
  /** Datagrams that came from elsewhere than where the connection leads. */
  /** What a handshake agreed on, or why it failed. */
  secured?: Of<'secured'>;
  tlsError?: string;
  readonly strays: { readonly address: string; readonly port: number; readonly bytes: Uint8Array }[];
  /** Bytes of `received` that steps have used up. */
  consumed: number;
  /** Bytes that count for nothing as long as only such come next. */
  skip: readonly number[];
  sent: number;
  /** The first bytes of what was sent. */
  readonly said: GrowingBytes;
  connected: boolean;
  /** The program made it, to a port of ours. */
  accepted: boolean;
  localPort?: number;
  connectError?: string;
  ended?: 'fin' | 'rst' | 'unknown';
  error?: string;
  localClose?: 'half_close' | 'close' | 'reset';
  /** The last step that expected exact bytes here, for what comes after them. */
  exact?: { readonly step: number; readonly message: Uint8Array; readonly leftover?: Leftover };
}

/** What is known of a port on which the harness listens. */
export interface ListenerView {
  readonly port: number;
  /** It is reached by datagrams. @default by connections */
  readonly byDatagrams?: true;
  /** Why it could not be had. */
  readonly error?: string;
  /** How many connections came. */
  arrived: number;
  /** How many of them have no name yet. */
  waiting: number;
}

/** What is known of one start of a program so far. */
export interface InstanceView {
  readonly instance: number;
  readonly pid: number;
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The port that it was given, if any. */
  readonly givenPort: number | null;
  readonly transport: Transport;
  /** It comes with the assignment. */
  readonly helper: boolean;
  /** The address that it must be reached at, where one is said. */
  readonly host?: string;
  /** Source files of the submission. */
  readonly sources: readonly string[];
  /** What the submission wants to have installed, and the list that says so. */
  readonly packages?: { readonly list: string; readonly names: readonly string[] };
  readonly stdout: GrowingBytes;
  readonly stderr: GrowingBytes;
  exit?: Of<'process_exit'>;
  /** Its first process has ended well, and others of it go on to listen on its port. */
  inBackground?: true;
}

/** A file in a program's folder as it was found last. */
export interface FileView {
  readonly found: Of<'file'>['found'];
  readonly others?: readonly string[];
  readonly bytes: Buffer;
}

/** The trace so far, folded into what steps ask for. The run and the judge see the same. */
export class TraceView {
  readonly events: TraceEvent[] = [];
  readonly variables = new Map<string, string>();
  /** Connections and listeners that go through a bad link. */
  readonly linked = new Set<string>();
  readonly connections = new Map<string, ConnectionView>();
  readonly listeners = new Map<string, ListenerView>();
  readonly instances = new Map<string, InstanceView[]>();
  /** Source files of what was handed in, by their names. */
  readonly sources = new Map<string, FileView>();
  readonly #files = new Map<string, FileView>();
  readonly startErrors = new Map<string, Of<'process_error'>>();
  /** Where steps began, and the one that is looked at. */
  readonly #begins = new Map<number, number>();
  #step = -1;

  /** Takes in an event; `bytes` belong to events about sent, received or printed bytes. */
  feed(event: TraceEvent, bytes?: Uint8Array): void {
    this.events.push(event);
    switch (event.type) {
      case 'step_begin':
        this.#begins.set(event.step, this.events.length - 1);
        this.#step = event.step;
        break;
      case 'variable':
        this.variables.set(event.name, event.value);
        break;
      case 'listening':
        this.listeners.set(event.listener, {
          port: event.port,
          arrived: 0,
          waiting: 0,
          ...(event.transport === 'udp' ? { byDatagrams: true } : {}),
        });
        break;
      case 'listen_error':
        this.listeners.set(event.listener, { port: event.port, arrived: 0, waiting: 0, error: event.code });
        break;
      case 'linked':
        this.linked.add(event.on);
        break;
      case 'arrived': {
        const listener = this.listeners.get(event.listener);
        if (listener) {
          listener.arrived = event.number;
          listener.waiting += 1;
        }
        break;
      }
      case 'process_start':
        this.#startInstance(event);
        break;
      case 'process_error':
        this.startErrors.set(event.program, event);
        break;
      case 'process_exit': {
        const instance = this.instances.get(event.program)?.[event.instance - 1];
        if (instance) instance.exit = event;
        break;
      }
      case 'file': {
        const { program, name, found, others } = event;
        const content = Buffer.from(bytes ?? []);
        this.#files.set(`${program}/${name}`, { found, bytes: content, ...defined({ others }) });
        break;
      }
      case 'source':
        this.sources.set(event.name, { found: event.found, bytes: Buffer.from(bytes ?? []) });
        break;
      case 'observed':
        this.#feedObservation(event.observation);
        break;
      case 'output':
        if (bytes) this.instances.get(event.program)?.[event.instance - 1]?.[event.stream].append(bytes);
        break;
      default:
        if ('conn' in event) this.#feedConnection(event, bytes);
    }
  }

  /** Replaces the last event by one that says the same with more bytes. */
  extendLast(event: Extract<TraceEvent, { offset: number }>, bytes: Uint8Array): void {
    const earlier = this.events.pop();
    const length = earlier && 'length' in earlier ? earlier.length : 0;
    this.feed(event, bytes);
    if (event.type === 'sent') this.connection(event.conn).sent -= length;
  }

  #startInstance(event: Of<'process_start'>): void {
    const instances = this.instances.get(event.program) ?? [];
    const { instance, pid, argv, cwd, port } = event;
    instances.push({
      instance,
      pid,
      argv,
      cwd,
      givenPort: port,
      transport: event.transport ?? 'tcp',
      helper: event.helper === true,
      ...defined({ host: event.host }),
      sources: event.sources ?? [],
      ...defined({ packages: event.packages }),
      stdout: new GrowingBytes(),
      stderr: new GrowingBytes(),
    });
    this.instances.set(event.program, instances);
    this.startErrors.delete(event.program);
  }

  #feedObservation(seen: Observation): void {
    if (seen.what !== 'left_running' || seen.listens !== true) return;
    const instance = this.instance(seen.program);
    if (instance?.exit?.code === 0) instance.inBackground = true;
  }

  #feedConnection(event: Extract<TraceEvent, { conn: string }>, bytes?: Uint8Array): void {
    const connection = this.connection(event.conn);
    switch (event.type) {
      case 'connect':
        connection.transport = event.transport ?? 'tcp';
        break;
      case 'stray':
        connection.strays.push({
          address: event.address,
          port: event.port,
          bytes: bytes ?? new Uint8Array(),
        });
        break;
      case 'accepted':
        connection.transport = event.transport ?? 'tcp';
        connection.accepted = true;
        if (this.linked.has(event.listener)) this.linked.add(event.conn);
        this.#takeArrival(event.listener);
        connection.connected = true;
        connection.localPort = event.localPort;
        break;
      case 'connected':
        connection.connected = true;
        connection.localPort = event.localPort;
        break;
      case 'connect_error':
        connection.connectError = event.code;
        break;
      case 'sent':
        connection.sent += event.length;
        if (bytes && connection.said.length < SAID) connection.said.append(bytes);
        break;
      case 'received':
        if (bytes) connection.received.append(bytes);
        if (!TRANSPORTS[connection.transport].stream) connection.messages.push(event.length);
        break;
      case 'secured':
        connection.secured = event;
        break;
      case 'tls_error':
        connection.tlsError = event.code;
        break;
      case 'eof':
        connection.ended = event.by;
        break;
      case 'conn_error':
        connection.error = event.code;
        break;
      case 'local_close':
        connection.localClose = event.how;
        break;
    }
  }

  #takeArrival(listener: string): void {
    const known = this.listeners.get(listener);
    if (known) known.waiting -= 1;
  }

  /** The state of a connection; an unknown name gives one on which nothing has happened. */
  connection(name: string): ConnectionView {
    const known = this.connections.get(name);
    if (known) return known;
    const fresh: ConnectionView = {
      transport: 'tcp',
      received: new GrowingBytes(),
      messages: [],
      messagesConsumed: 0,
      strays: [],
      consumed: 0,
      skip: [],
      sent: 0,
      said: new GrowingBytes(),
      connected: false,
      accepted: false,
    };
    this.connections.set(name, fresh);
    return fresh;
  }

  /** Bytes that came and that no step has used up. */
  pending(conn: string): Buffer {
    const connection = this.connection(conn);
    const bytes = connection.received.from(connection.consumed);
    if (connection.skip.length === 0) return bytes;
    const { skip } = connection;
    const first = bytes.findIndex((byte) => !skip.includes(byte));
    const skipped = first === -1 ? bytes.length : first;
    connection.consumed += skipped;
    if (first !== -1) connection.skip = [];
    return bytes.subarray(skipped);
  }

  /** Whether something has come that no step has used up, be it a message without bytes. */
  hasPending(conn: string): boolean {
    return this.pending(conn).length > 0 || (this.pendingMessages(conn) ?? []).length > 0;
  }

  /** The lengths of the messages that came and that no step has used up; nothing where there are no such. */
  pendingMessages(conn: string): readonly number[] | undefined {
    const { transport, messages, messagesConsumed } = this.connection(conn);
    return TRANSPORTS[transport].stream ? undefined : messages.slice(messagesConsumed);
  }

  /** No more bytes will come: the program closed, aborted, or the connection failed. */
  ended(conn: string): boolean {
    const connection = this.connection(conn);
    return (
      connection.ended !== undefined ||
      connection.error !== undefined ||
      connection.connectError !== undefined
    );
  }

  /** A file of a program as it was found in the current step. */
  file(program: string, name: string): FileView | undefined {
    const isIt = (event: TraceEvent) =>
      event.type === 'file' && event.program === program && event.name === name;
    return this.stepEvents().some(isIt) ? this.#files.get(`${program}/${name}`) : undefined;
  }

  /** The latest start of a program. */
  instance(program: string): InstanceView | undefined {
    return this.instances.get(program)?.at(-1);
  }

  /** Makes a step the current one, where several run at the same time. */
  focus(step: number): void {
    this.#step = step;
  }

  /** Events since the current step began, without those that belong to a step beside it. */
  stepEvents(): readonly TraceEvent[] {
    const step = this.#step;
    const isBeside = (event: TraceEvent) =>
      event.type === 'step_begin' || event.type === 'step_end'
        ? event.step !== step
        : event.of !== undefined && event.of !== step;
    return this.events.slice(this.#begins.get(step) ?? 0).filter((event) => !isBeside(event));
  }

  /** The latest event of a kind within the current step. */
  inStep<Type extends NewTraceEvent['type']>(type: Type): Of<Type> | undefined {
    return this.stepEvents().findLast((event): event is Of<Type> => event.type === type);
  }

  /** The latest observation of a kind; only within the current step unless `anytime`. */
  observed<What extends Observation['what']>(
    what: What,
    scope: 'step' | 'anytime' = 'step',
  ): Seen<What> | undefined {
    const events = scope === 'step' ? this.stepEvents() : this.events;
    for (let i = events.length - 1; i >= 0; i--) {
      const event = events[i];
      if (event?.type === 'observed' && event.observation.what === what)
        return event.observation as Seen<What>;
    }
    return undefined;
  }

  /** The harness's own trouble within the current step. */
  trouble(): Of<'trouble'> | undefined {
    return this.inStep('trouble');
  }
}

/** The name of the stream that an event's bytes are kept in. */
export function streamOf(event: NewTraceEvent): string | undefined {
  if (event.type === 'received' || event.type === 'sent' || event.type === 'stray')
    return `${event.conn}.${event.type}`;
  if (event.type === 'input') return `${event.program}#${event.instance}.stdin`;
  if (event.type === 'source') return `source/${event.name}`;
  if (event.type === 'file') return `${event.program}#${event.instance}.file/${event.name}`;
  if (event.type === 'output') return outputStream(event.program, event.instance, event.stream);
  return undefined;
}

export function outputStream(program: string, instance: number, stream: StreamName): string {
  return `${program}#${instance}.${stream}`;
}

/** Hands a saved trace on event by event, each with its bytes. */
export function* replayEvents(trace: Trace): Generator<{ event: TraceEvent; bytes?: Uint8Array }> {
  const streams = new Map<string, Buffer>();
  for (const event of trace.events) {
    const name = streamOf(event);
    if (name === undefined || !('offset' in event)) {
      yield { event };
      continue;
    }
    const kept = streams.get(name) ?? Buffer.from(trace.streams[name]?.base64 ?? '', 'base64');
    streams.set(name, kept);
    yield { event, bytes: kept.subarray(event.offset, event.offset + event.length) };
  }
}
