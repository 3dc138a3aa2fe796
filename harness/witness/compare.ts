import type { Observation, Trace, TraceEvent } from '../model/index.ts';
import { cutDatagrams } from './cut-datagrams.ts';
import type { BindFact, Ends, FactsByStart, SocketFacts } from './socket-facts.ts';

/** How two witnesses of the same run agree. */
export interface Comparison {
  /** How many observations could be held against system calls. */
  readonly compared: number;
  /** What they differ in, a sentence each. */
  readonly differences: readonly string[];
  /** Datagrams of which a program took only the beginning, a sentence each. */
  readonly cut: readonly string[];
}

/** An observation may be written down so much later than it was made, in milliseconds. */
const SLACK = 300;
const SILENT = ['idle', 'no_listen', 'udp', 'waits_on_stdin', 'starting', 'other_port', 'swapped_port'];

type Seen<What extends Observation['what']> = Extract<Observation, { what: What }>;

/**
 * Holds what the kernel said during a run against the system calls that its programs made; `began` is when the run
 * began, in milliseconds since the epoch. Pure: both accounts are complete when they are compared.
 */
export function compareWitnesses(trace: Trace, began: number, facts: FactsByStart): Comparison {
  return new Comparing(trace, began, facts).result();
}

class Comparing {
  readonly #trace: Trace;
  readonly #began: number;
  readonly #facts: FactsByStart;
  readonly #starts = new Map<string, number>();
  /** Programs that talk by UDP. */
  readonly #udp = new Set<string>();
  readonly #ends = new Map<string, Ends & { readonly dialled: boolean }>();
  readonly #sent = new Map<string, number>();
  readonly #dialled = new Map<string, number>();
  readonly #arrived = new Map<string, number>();
  #compared = 0;
  #trial: Seen<'bind_trial'> | undefined;
  readonly #differences: string[] = [];

  constructor(trace: Trace, began: number, facts: FactsByStart) {
    this.#trace = trace;
    this.#began = began;
    this.#facts = facts;
  }

  result(): Comparison {
    for (const event of this.#trace.events) this.#take(event);
    const cut = cutDatagrams(this.#trace, this.#began, this.#facts);
    return { compared: this.#compared, differences: this.#differences, cut };
  }

  #take(event: TraceEvent): void {
    switch (event.type) {
      case 'process_start':
        this.#starts.set(event.program, event.instance);
        if (event.transport === 'udp') this.#udp.add(event.program);
        break;
      case 'connect':
        this.#dialled.set(event.conn, event.port);
        break;
      case 'connected':
        this.#ends.set(event.conn, {
          own: this.#dialled.get(event.conn) ?? 0,
          other: event.localPort,
          dialled: true,
        });
        break;
      case 'arrived':
        this.#arrived.set(`${event.listener} ${event.number}`, event.remotePort);
        break;
      case 'accepted': {
        const own = this.#arrived.get(`${event.listener} ${event.number}`);
        if (own !== undefined) this.#ends.set(event.conn, { own, other: event.localPort, dialled: false });
        break;
      }
      case 'sent':
        this.#sent.set(event.conn, (this.#sent.get(event.conn) ?? 0) + event.length);
        break;
      case 'observed':
        this.#observed(event.observation, this.#began + event.t);
    }
  }

  #observed(seen: Observation, at: number): void {
    if (seen.what === 'listening') this.#listening(seen, at);
    else if (seen.what === 'bind_trial') this.#trial = seen;
    else if (seen.what === 'control_start') this.#control(seen);
    else if (seen.what === 'unread') this.#unread(seen, at);
  }

  /** The system calls of the latest start of a program, or of the one before. */
  #start(program: string, back = 0): SocketFacts | undefined {
    return this.#facts.get(`${program}#${(this.#starts.get(program) ?? 0) - back}`);
  }

  #hold(agrees: boolean, difference: string): void {
    this.#compared++;
    if (!agrees) this.#differences.push(difference);
  }

  #listening(seen: Seen<'listening'>, at: number): void {
    const facts = this.#start(seen.program);
    if (!facts) return;
    const { state, port, program } = seen;
    const isUdp = this.#udp.has(program);
    const [places, call] = isUdp ? [facts.bound, 'bind()'] : [facts.listens, 'listen()'];
    const listened = (where: number, before: number) =>
      places.some((each) => each.port === where && each.at <= before);
    if (port !== null && ['listening', 'other_port', 'swapped_port', 'other_address'].includes(state))
      this.#hold(
        listened(port, at + SLACK) || listened(0, at + SLACK),
        `the kernel shows ${program} listening on port ${port}, but it was not seen to call ${call} there`,
      );
    const givenPort = this.#givenPort(program);
    if (givenPort !== null && SILENT.includes(state))
      this.#hold(
        !listened(givenPort, at - SLACK),
        `the kernel shows nothing of ${program} that listens on port ${givenPort}, but it was seen to call ${call} there`,
      );
    this.#restarted(program, state === 'listening' ? port : null, facts);
  }

  #givenPort(program: string): number | null {
    const start = this.#trace.events.find(
      (event) => event.type === 'process_start' && event.program === program,
    );
    return start?.type === 'process_start' ? start.port : null;
  }

  /** Both starts of a program around an old connection in TIME_WAIT on the port. */
  #restarted(program: string, port: number | null, now: SocketFacts): void {
    const trial = this.#trial;
    const before = this.#start(program, 1);
    if (!trial || !before) return;
    this.#trial = undefined;
    this.#flag(program, trial, before);
    if (port !== trial.port) return;
    const bound = boundTo(now, port);
    if (!bound) return;
    const allowed = trial.works ? bound.reuseAddress : bound.reusePort;
    this.#hold(
      allowed,
      `${program} bound port ${port} again beside TIME_WAIT without having set ${trial.works ? 'SO_REUSEADDR' : 'SO_REUSEPORT'} first`,
    );
  }

  /** The harness's own bind tells whether the old socket had the flag; so do the calls. */
  #flag(program: string, { works, port }: Seen<'bind_trial'>, before: SocketFacts): void {
    const bound = boundTo(before, port);
    if (!bound) return;
    const flagged =
      bound.reuseAddress ||
      before.late.some((each) => each.port === port) ||
      before.onConnections.some(({ own }) => own === port);
    this.#hold(
      flagged === works,
      `the grader's own bind says that the old socket of ${program} on port ${port} ${works ? 'had' : 'lacked'} SO_REUSEADDR, its calls say the opposite`,
    );
  }

  /** A restart that failed: because of the port, exactly when bind() said so. */
  #control({ program, port, listens, reuseAddress }: Seen<'control_start'>): void {
    const now = this.#start(program);
    if (!now) return;
    const before = this.#start(program, 1);
    const bound = before && boundTo(before, port);
    if (before && bound && reuseAddress !== undefined) {
      const set = bound.reuseAddress || before.late.some((each) => each.port === port);
      this.#hold(
        set === reuseAddress,
        `the listening socket of ${program} on port ${port} ${reuseAddress ? 'has' : 'lacks'} SO_REUSEADDR, its calls say the opposite`,
      );
    }
    const refused = now.binds.some((bind) => bind.port === port && bind.error === 'EADDRINUSE');
    this.#hold(
      refused === listens,
      listens
        ? `${program} starts once port ${port} is clear, but its bind() had not been refused`
        : `${program} does not start although port ${port} is clear, but its bind() had been refused`,
    );
  }

  #unread({ conn, bytes, accepted }: Seen<'unread'>, at: number): void {
    const ends = this.#ends.get(conn);
    if (!ends || bytes === -1) return;
    const all = [...this.#facts.values()];
    const same = (each: Ends) => each.own === ends.own && each.other === ends.other;
    if (ends.dialled) {
      const takes = all.flatMap((facts) => facts.accepts.filter(same));
      if (accepted)
        this.#hold(
          takes.some(({ from }) => from <= at + SLACK),
          `the kernel shows connection ${conn} accepted, but no accept() returned it`,
        );
      else if (bytes !== null)
        this.#hold(
          !takes.some(({ to }) => to < at - SLACK),
          `the kernel shows connection ${conn} waiting in the queue, but accept() had returned it`,
        );
    }
    if (bytes === null) return;
    const receives = all.flatMap((facts) => facts.receives.filter(same));
    const sum = (test: (each: (typeof receives)[number]) => boolean) =>
      receives.filter(test).reduce((so, each) => so + each.bytes, 0);
    const least = sum(({ to }) => to < at - SLACK);
    const most = sum(({ from }) => from <= at + SLACK);
    const received = (this.#sent.get(conn) ?? 0) - bytes;
    this.#hold(
      received >= least && received <= most,
      `of ${this.#sent.get(conn) ?? 0} bytes sent on ${conn} the kernel shows ${bytes} unread, but recv() had returned ${least === most ? least : `${least} to ${most}`}`,
    );
  }
}

/** The latest bind(2) to a port that worked. */
function boundTo({ binds }: SocketFacts, port: number): BindFact | undefined {
  return binds.findLast((bind) => bind.port === port && bind.error === undefined);
}
