import { defined } from '../base/defined.ts';
import {
  type Activity,
  activity,
  deadlineIn,
  type PortObservation,
  type ProgramRef,
  poll,
  quietActivity,
  type WaitTarget,
  watchBlocked,
} from '../kernel/index.ts';
import { decider } from '../match/frame.ts';
import type { Matcher } from '../match/matcher.ts';
import type { BlockedState, Listener } from '../model/index.ts';
import type { BlockedQuery, PortQuery } from '../steps/context.ts';
import { BUSY_SHARE } from '../steps/describe.ts';
import { busyCalls } from './busy-calls.ts';
import type { Connections } from './connections/index.ts';
import type { Programs } from './programs.ts';
import type { Recorder } from './recorder.ts';
import { starvationOf } from './starvation.ts';
import type { Surroundings } from './surroundings.ts';
import { FairDeadline, type Waiting } from './waiting.ts';
import { watchPrinting } from './watch-printing.ts';

/** What `unread` says where the system does not show it. */
const UNSEEN = -1;
/** How many short looks a program gets that never comes to rest. */
const BUSY_LOOKS = 5;
/** How long a failing program is watched, to tell what it was doing, in milliseconds; at most, where it may be busy. */
const LAST_LOOK = 120;
const LAST_LOOK_MOST = 1_000;
/** What a program seems to do that sleeps in write(2), since what it prints is not taken as fast as it prints. */
const SLEEPS: readonly BlockedState[] = ['blocked', 'elsewhere', 'polling', 'unseen'];
/** What a program seems to do of which one thread is busy, whatever the others do. */
const BUSY: readonly BlockedState[] = ['spinning', 'polling'];
/** Longest time between the end of a program and the report of it, in milliseconds. */
const REPORTING = 5_000;

/** Puts questions to the kernel and records the answers. */
export class Observer {
  readonly #surroundings: Surroundings;
  readonly #recorder: Recorder;
  readonly #programs: Programs;
  readonly #connections: Connections;
  readonly #waiting: () => Waiting;
  readonly #inVain: () => () => Promise<boolean>;

  /** `inVain` begins to watch, and gives the question whether waiting on is. */
  constructor(
    surroundings: Surroundings,
    recorder: Recorder,
    programs: Programs,
    connections: Connections,
    waiting: () => Waiting,
    inVain: () => () => Promise<boolean>,
  ) {
    this.#surroundings = surroundings;
    this.#recorder = recorder;
    this.#programs = programs;
    this.#connections = connections;
    this.#waiting = waiting;
    this.#inVain = inVain;
  }

  /** `charged`: another scenario fails a program that is busy before any client comes. */
  async blocked(
    { program, in: call, on, forMs, maxShare }: BlockedQuery,
    within: number,
    charged: boolean,
  ): Promise<void> {
    const { kernel, signal } = this.#surroundings;
    const ref = this.#programs.ref(program);
    const ports = on === undefined ? undefined : this.#connections.ports(on);
    const about = { what: 'blocked', program, in: call, ...defined({ on }) } as const;
    if (!kernel.can.calls && !kernel.can.cpu) {
      const detail = 'neither its system calls nor its processor time';
      this.#recorder.record({
        type: 'observed',
        observation: { ...about, state: 'unseen', share: 0, window: 0, threads: [], detail },
      });
      return;
    }
    const protocol = this.#programs.protocol(program);
    if (!ref || (call !== 'accept' && !ports && protocol === 'tcp')) {
      this.#recorder.record({
        type: 'observed',
        observation: { ...about, state: 'not_accepted', share: 0, window: 0, threads: [] },
      });
      return;
    }
    const target: WaitTarget =
      call === 'accept' || !ports
        ? {
            kind: 'listener',
            port: this.#programs.address(program).port,
            protocol,
          }
        : { kind: 'connection', ...ports, writing: call === 'send' };
    const starvation = starvationOf(kernel, () => [ref]);
    const deadline = await FairDeadline.begin(within, starvation);
    const watch = () =>
      watchBlocked(kernel, ref, target, {
        forMs,
        maxShare,
        deadline: deadline.overNow,
        signal,
        ended: () => (on !== undefined && this.#recorder.view.ended(on) ? 'closed' : null),
      });
    const { found, printed } = await watchPrinting(watch, {
      kernel,
      program: ref,
      printed: () => this.#recorder.printedBy(program),
      goesOn: ({ state }) => !charged && SLEEPS.includes(state) && !deadline.overNow(),
      isBusy: ({ state }) => state === 'spinning',
      isWrong: ({ state }) => !charged && (state === 'polling' || state === 'elsewhere'),
    });
    // One that spins was seen to, however seldom it ran.
    if (found.state === 'spinning') this.#waiting().granted += deadline.granted;
    else this.#waiting().count(deadline);
    const { state, share, windowMs, threads, detail, nonBlocking } = found;
    this.#recorder.record({
      type: 'observed',
      observation: {
        ...about,
        state: printed === undefined ? state : 'spinning',
        share,
        window: windowMs,
        threads,
        ...defined({ nonBlocking, printed }),
        ...(detail ? { detail } : {}),
      },
    });
    if (charged && call !== 'accept' && BUSY.includes(state))
      await this.#programs.controlBusy(program, { forMs, maxShare });
  }

  /** Waits until so many bytes lie unread before the program; a connection that is gone ends the wait as well. */
  async unread(conn: string, bytes: number, within: number): Promise<boolean> {
    const asleep = this.#programs.untilAsleep();
    const look = async () => {
      const seen = await this.#observed(conn);
      if (bytes === 0 || seen.bytes !== bytes) return seen;
      // A thread that these bytes have woken may not have had the processor yet.
      for (let looks = 0; looks < BUSY_LOOKS && !(await asleep()); looks++);
      return this.#observed(conn);
    };
    return this.#serverEnd(
      conn,
      within,
      (end) => end.bytes === bytes || end.bytes === UNSEEN || (end.bytes === null && this.#isOver(conn)),
      look,
    );
  }

  /** Waits until something lies in the queue of a program's UDP socket, or nothing does. */
  async queue(program: string, unread: 'none' | 'some', within: number): Promise<void> {
    const { port } = this.#programs.address(program);
    const look = () => this.#datagrams(port);
    const good = ({ socket, unread: some }: DatagramAnswer) =>
      socket === 'unseen' || some === (unread === 'some');
    const seen = await this.#waiting().poll(look, good, within);
    this.#recorder.record({
      type: 'observed',
      observation: { what: 'datagrams', port, ...seen, ownDrops: 0, noPort: null },
    });
  }

  /** Records whether a UDP port is bound. */
  async bound(port: number): Promise<void> {
    const seen = await this.#datagrams(port);
    this.#recorder.record({
      type: 'observed',
      observation: { what: 'datagrams', port, ...seen, ownDrops: 0, noPort: null },
    });
  }

  /** Records what has become of the datagrams of each connection that has such, for one that waits in vain. */
  async lostDatagrams(): Promise<void> {
    const { kernel } = this.#surroundings;
    for (const { conn, ours, theirs, noPortBefore } of this.#connections.datagramConnections()) {
      const [seen, own, noPort] = await Promise.all([
        this.#datagrams(theirs),
        kernel.datagrams(ours),
        kernel.noPort(),
      ]);
      const ownDrops = own.reduce((sum, { drops }) => sum + drops, 0);
      const since = noPort === null || noPortBefore === null ? null : noPort - noPortBefore;
      this.#recorder.record({
        type: 'observed',
        observation: { what: 'datagrams', conn, port: theirs, ...seen, ownDrops, noPort: since },
      });
    }
  }

  async #datagrams(port: number): Promise<DatagramAnswer> {
    const { kernel } = this.#surroundings;
    if (kernel.kind !== 'kernel') return { socket: 'unseen', unread: false, drops: 0 };
    const sockets = await kernel.datagrams(port);
    const open = sockets.find(({ remotePort }) => remotePort === 0);
    const one = open ?? sockets[0];
    return {
      socket: open ? 'bound' : one ? 'connected' : 'none',
      ...(open || !one ? {} : { peer: one.remotePort }),
      unread: sockets.some((socket) => socket.unread),
      drops: sockets.reduce((sum, { drops }) => sum + drops, 0),
    };
  }

  /** Waits until the program has taken the connection out of the queue. */
  async accepted(conn: string, within: number): Promise<boolean> {
    return this.#serverEnd(
      conn,
      within,
      (end) =>
        end.accepted || end.bytes === UNSEEN || (end.bytes === null && this.#recorder.view.ended(conn)),
    );
  }

  /** Whether how a connection ended is known; one who does not read cannot see it. */
  #isOver(conn: string): boolean {
    return this.#recorder.view.ended(conn) || !this.#connections.reads(conn);
  }

  async #serverEnd(
    conn: string,
    within: number,
    good: (end: ServerEndAnswer) => boolean,
    look = () => this.#observed(conn),
  ): Promise<boolean> {
    const answer = await this.#waiting().poll(look, good, within);
    this.#recorder.record({ type: 'observed', observation: { what: 'unread', conn, ...answer } });
    return good(answer);
  }

  async #observed(conn: string): Promise<ServerEndAnswer> {
    const { kernel } = this.#surroundings;
    const ports = this.#connections.ports(conn);
    if (!kernel.can.unread) return { bytes: UNSEEN, accepted: false, fin: false };
    if (!ports) return { bytes: null, accepted: false, fin: false };
    const observed = () => kernel.serverEnd(ports.serverPort, ports.clientPort);
    const end = (await observed()) ?? (await observed());
    return end
      ? { bytes: end.unread, accepted: end.accepted, fin: end.fin }
      : { bytes: null, accepted: false, fin: false };
  }

  async port({ program, is: wanted, owner, fits }: PortQuery, within: number): Promise<void> {
    const { kernel } = this.#surroundings;
    const { port } = this.#programs.address(program);
    const protocol = this.#programs.protocol(program);
    if (!kernel.can.states && wanted === 'time_wait') {
      this.#recorder.record({
        type: 'observed',
        observation: { what: 'port', port, state: 'unseen', timeWait: 0, listeners: [] },
      });
      return;
    }
    const observed = await this.#waiting().poll(
      async (): Promise<PortObservation & { readonly owned?: boolean | null }> => {
        const seen = await kernel.portState(port, protocol);
        return owner === undefined ? seen : { ...seen, owned: await this.#owns(owner, seen.listeners) };
      },
      ({ state, timeWait, listeners, owned }) =>
        wanted === 'time_wait' ? timeWait.length > 0 : state === wanted && fits(listeners) && owned !== false,
      within,
    );
    const { state, timeWait, listeners, owned, detail } = observed;
    this.#recorder.record({
      type: 'observed',
      observation: {
        what: 'port',
        port,
        state,
        timeWait: timeWait.length,
        listeners,
        ...defined({ owned }),
        ...(detail ? { detail } : {}),
      },
    });
  }

  /** Whether a program holds one of the sockets that listen; null where that can't be seen. */
  async #owns(program: string, listeners: readonly Listener[]): Promise<boolean | null> {
    const { kernel } = this.#surroundings;
    if (!kernel.can.listeners) return null;
    const ref = this.#programs.ref(program);
    const pids = ref ? await kernel.processes(ref(), { orphans: true }) : [];
    return listeners.some(({ pid }) => pids.includes(pid));
  }

  async output(
    program: string,
    stream: 'stdout' | 'stderr' | 'printed',
    matcher: Matcher,
    within: number,
  ): Promise<void> {
    const { view } = this.#recorder;
    const streams = stream === 'printed' ? (['stdout', 'stderr'] as const) : [stream];
    const deciders = streams.map((name) => [name, decider({ kind: 'match' }, matcher)] as const);
    const decided = () => {
      const instance = view.instance(program);
      const ended = this.#programs.drained(program);
      return (
        !instance ||
        ended ||
        deciders.some(([name, decideOn]) => {
          const bytes = instance[name].from(0);
          return decideOn({ bytes, ended: false, over: false, idle: false }).state === 'match';
        })
      );
    };
    await this.#waiting().until(decided, within, this.#inVain());
  }

  /** What the program does for so long; with a largest share of a processor, until it stays below that or time is up. */
  async activity(
    program: string,
    forMs: number,
    quiet?: { readonly maxShare: number; readonly within: number; readonly trial: boolean },
  ): Promise<void> {
    const ref = this.#programs.ref(program);
    if (!ref) return;
    const { kernel, signal } = this.#surroundings;
    const starvation = starvationOf(kernel, () => [ref]);
    const deadline = quiet && (await FairDeadline.begin(quiet.within, starvation));
    if (!quiet || !deadline) {
      await this.#recordActivity(program, ref, await activity(kernel, ref, forMs, signal));
      return;
    }
    const { maxShare, trial } = quiet;
    const { found, printed } = await watchPrinting(
      () => quietActivity(kernel, ref, { forMs, maxShare, deadline: deadline.overNow, signal }),
      {
        kernel,
        program: ref,
        printed: () => this.#recorder.printedBy(program),
        goesOn: ({ alive }) => alive && !deadline.overNow(),
        isBusy: ({ share }) => (share ?? 0) >= maxShare,
      },
    );
    this.#waiting().granted += deadline.granted;
    await this.#recordActivity(program, ref, found, defined({ printed }));
    const isBusy = found.alive && ((found.share ?? 0) >= maxShare || printed !== undefined);
    const hadClient = [...this.#recorder.view.connections.values()].some(({ connected }) => connected);
    if (isBusy && trial && hadClient) await this.#programs.controlBusy(program, { forMs, maxShare });
  }

  /** Takes note of handlers of signals that may explain what the program does. */
  async handlers(program: string): Promise<void> {
    const ref = this.#programs.ref(program);
    const known = this.#recorder.view.observed('signals', 'anytime');
    if (!ref || ref().exited || known?.program === program) return;
    const caught = await this.#surroundings.kernel.caughtSignals(ref());
    if (caught.length > 0)
      this.#recorder.record({ type: 'observed', observation: { what: 'signals', program, caught } });
  }

  /**
   * What the program does for a moment, or for as long as it takes to tell whether it is busy, and how our connections
   * stand. `last` says that nothing more will be asked of it: then a busy one may be stopped to see what it is in.
   */
  async lastObservation(program: string, { last }: { readonly last: boolean }): Promise<void> {
    const ref = this.#programs.ref(program);
    if (!ref) return;
    const { kernel, signal } = this.#surroundings;
    if (ref().exited && this.#recorder.view.instance(program)?.inBackground !== true) return;
    const question = { share: BUSY_SHARE, mostMs: LAST_LOOK_MOST };
    const seen = await activity(kernel, ref, LAST_LOOK, signal, question);
    const connections = await this.#connectionsOf(program);
    const isBusy = seen.alive && ((seen.share ?? 0) > BUSY_SHARE || this.#wasBusy(program));
    const busyIn = last && isBusy ? await busyCalls(kernel, ref) : [];
    await this.#recordActivity(program, ref, seen, {
      ...connections,
      ...(busyIn.length === 0 ? {} : { busyIn }),
    });
  }

  /** Whether the step itself has found it busy: on a crowded machine a short look afterwards may not tell. */
  #wasBusy(program: string): boolean {
    const { view } = this.#recorder;
    const blocked = view.observed('blocked');
    const active = view.observed('activity');
    return (
      (blocked?.program === program && blocked.state === 'spinning') ||
      (active?.program === program && active.share > BUSY_SHARE)
    );
  }

  /** What lies unread of our connections, and which ones the program has not accepted. */
  async #connectionsOf(
    program: string,
  ): Promise<{ unread: Record<string, number>; queued?: readonly string[] }> {
    const { view } = this.#recorder;
    const unread: Record<string, number> = {};
    const queued: string[] = [];
    if (!this.#surroundings.kernel.can.unread) return { unread };
    for (const [conn, { connected, localClose, accepted: fromProgram }] of view.connections) {
      if (!connected || view.ended(conn) || localClose === 'close' || localClose === 'reset') continue;
      if (!this.#connections.leadsTo(conn, program)) continue;
      const { bytes, accepted } = await this.#observed(conn);
      if (bytes !== null && bytes >= 0) unread[conn] = bytes;
      if (bytes !== null && !accepted && !fromProgram) queued.push(conn);
    }
    return { unread, ...(queued.length === 0 ? {} : { queued }) };
  }

  async #recordActivity(
    program: string,
    ref: () => ProgramRef,
    { alive, share, threads }: Activity,
    more: {
      readonly unread?: Readonly<Record<string, number>>;
      readonly queued?: readonly string[];
      readonly busyIn?: readonly string[];
      readonly printed?: number;
    } = {},
  ): Promise<void> {
    // It is gone before its end is reported, and who is on its way out is busy for a moment.
    const { signal } = this.#surroundings;
    if (!alive)
      await poll(() => ref().exited || null, { deadline: deadlineIn(REPORTING), signal, everyMs: 2 });
    this.#recorder.record({
      type: 'observed',
      observation: {
        what: 'activity',
        program,
        alive: alive || !ref().exited,
        share: alive && share !== null ? share : UNSEEN,
        threads,
        unread: {},
        ...more,
      },
    });
  }
}

interface DatagramAnswer {
  readonly socket: 'bound' | 'connected' | 'none' | 'unseen';
  readonly peer?: number;
  readonly unread: boolean;
  readonly drops: number;
}

interface ServerEndAnswer {
  readonly bytes: number | null;
  readonly accepted: boolean;
  readonly fin: boolean;
}
