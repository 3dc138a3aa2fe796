import { setMaxListeners } from 'node:events';
import { stalledClock } from '../kernel/index.ts';
import { bytesToText } from '../match/text.ts';
import type { Plan, Trace } from '../model/index.ts';
import type { LinkRule } from '../model/link.ts';
import type { Transport } from '../model/transport.ts';
import type { StepContext } from '../steps/context.ts';
import { currentBranch, inBranch } from './branch.ts';
import { Connections } from './connections/index.ts';
import { Files } from './files.ts';
import { hopeless } from './hopeless.ts';
import { Link, type LinkOptions } from './link.ts';
import { Listeners } from './listeners.ts';
import { Observer } from './observer/index.ts';
import { Programs } from './programs.ts';
import { Recorder } from './recorder.ts';
import { Relays } from './relays.ts';
import { starvationOf } from './starvation.ts';
import { StepLoop } from './step-loop.ts';
import type { Surroundings } from './surroundings.ts';
import { limitTime } from './time-limit.ts';
import { Waiting } from './waiting.ts';

/** Longest time for the steps of `cleanup` together, in milliseconds. */
const CLEANUP_TIMEOUT = 10_000;

/** Runs one plan to its end, which is always a trace: whatever goes wrong is an event in it. */
export async function runPlan(plan: Plan, outer: Surroundings): Promise<Trace> {
  const timeLimit = new AbortController();
  const { actors, loop, signal, starvation, makeWaiting } = assemble(plan, outer, timeLimit.signal);
  const { recorder, connections, listeners, programs, relays } = actors;
  const unwatch = stalledClock.watch();
  const unlimited = limitTime(timeLimit, plan.timeout * outer.timeoutScale, starvation);
  const before = stalledClock.lostMs;
  try {
    await loop.run(plan.steps.filter(({ cleanup }) => !cleanup));
    if (!signal.aborted) await connections.awaitAllIdle().catch(() => {});
    const late = Math.round(stalledClock.lostMs - before);
    if (late > 0) recorder.record({ type: 'late', ms: late });
    const cleanup = plan.steps.filter((step) => step.cleanup);
    if (cleanup.length > 0 && !outer.signal.aborted) {
      const limit = AbortSignal.timeout(CLEANUP_TIMEOUT * outer.timeoutScale);
      const own = AbortSignal.any([outer.signal, limit]);
      await inBranch({ waiting: makeWaiting(own), signal: own }, () => loop.run(cleanup, { whatever: true }));
    }
  } finally {
    unlimited();
    unwatch();
    relays.teardown();
    connections.teardown();
    listeners.teardown();
    await programs.teardown(outer.signal.aborted ? 'interrupted' : 'teardown');
  }
  return recorder.trace();
}

/** Everybody who takes part in a run of a plan; `timeout` is its own time limit. */
export function assemble(plan: Plan, outer: Surroundings, timeout: AbortSignal) {
  const signal = AbortSignal.any([outer.signal, timeout]);
  setMaxListeners(0, signal);
  const surroundings: Surroundings = {
    ...outer,
    get signal() {
      return currentBranch()?.signal ?? signal;
    },
  };
  const recorder = new Recorder(plan, () => currentBranch()?.step);
  const starvation = starvationOf(surroundings.kernel, () => programs.refs());
  const makeWaiting = (own: AbortSignal) =>
    new Waiting(recorder, own, starvation, () => connections.arrived());
  const main = makeWaiting(signal);
  const waiting = () => currentBranch()?.waiting ?? main;
  const listeners = new Listeners(surroundings, recorder);
  const programs = new Programs(surroundings, recorder, listeners, waiting);
  const connections = new Connections(surroundings, recorder, programs, waiting);
  const links: Link[] = [];
  const makeLink = linkMaker(plan.seed, recorder, links);
  const inVain = () => {
    const idle = hopeless({ kernel: surroundings.kernel, recorder, programs, listeners, connections });
    return async () => links.every(({ pending }) => pending === 0) && (await idle());
  };
  const observer = new Observer(surroundings, recorder, programs, connections, waiting, inVain);
  const relays = new Relays(recorder, listeners, connections);
  const transportOf = (program: string) => surroundings.programs.get(program)?.transport ?? 'tcp';
  const files = new Files(surroundings, recorder, programs, waiting, inVain);
  const shared = { recorder, waiting, programs, listeners, connections };
  const actors: Actors = { ...shared, observer, inVain, makeLink, files, relays, transportOf };
  const loop = new StepLoop({
    recorder,
    programs,
    observer,
    waiting,
    surroundings,
    timeout,
    makeWaiting,
    makeContext: (within) => context(plan, within, actors),
  });
  for (const [name, port] of outer.ports ?? [])
    for (const [part, value] of [
      ['', port],
      ['.high', port >> 8],
      ['.low', port & 0xff],
    ] as const)
      recorder.record({ type: 'variable', name: `ports.${name}${part}`, value: String(value) });
  return { actors, loop, signal, starvation, makeWaiting };
}

/** Makes links that write down what they do. */
function linkMaker(seed: string, recorder: Recorder, links: Link[]) {
  return (on: string, rule: LinkRule) =>
    (name: string): Link => {
      const onEffect: LinkOptions['onEffect'] = (effect) =>
        void recorder.record({ type: 'link', on, ...effect });
      const link = new Link({ rule, seed: `${seed}/link/${name}`, onEffect });
      links.push(link);
      return link;
    };
}

export interface Actors {
  readonly recorder: Recorder;
  readonly waiting: () => Waiting;
  readonly programs: Programs;
  readonly listeners: Listeners;
  readonly connections: Connections;
  readonly observer: Observer;
  readonly files: Files;
  readonly relays: Relays;
  readonly transportOf: (program: string) => Transport;
  /** Begins to watch; answers whether waiting on is in vain. */
  readonly inVain: () => () => Promise<boolean>;
  readonly makeLink: (on: string, rule: LinkRule) => (name: string) => Link;
}

/** What a step may do, within its own deadline. */
function context(
  plan: Plan,
  within: number,
  {
    recorder,
    waiting,
    programs,
    listeners,
    connections,
    observer,
    inVain,
    makeLink,
    files,
    relays,
    transportOf,
  }: Actors,
): StepContext {
  const looksAtFiles = plan.steps.some(({ args }) => args.files !== undefined);
  return {
    view: recorder.view,
    within,
    seed: plan.seed,
    until: (test, { orGone = false } = {}) => {
      const idle = inVain();
      // By UDP nothing comes to an end with the program.
      const silent = connections.datagramConnections().length > 0;
      return waiting().until(
        test,
        within,
        async () => ((silent || orGone) && (await programs.gone())) || idle(),
      );
    },
    elapse: (ms, stop) => waiting().elapse(ms, stop ?? (() => false)),
    note: (text) => {
      recorder.record({ type: 'note', text });
    },
    remember: (name, bytes) => {
      recorder.record({ type: 'variable', name, value: bytesToText(bytes) });
      recorder.record({ type: 'variable', name: `${name}.length`, value: String(bytes.length) });
    },
    start: (program) => {
      if (looksAtFiles) files.starts(program);
      return programs.start(program, within);
    },
    stop: (program, { signal, grace }) => programs.stop(program, signal, grace),
    pause: (program) => programs.pause(program),
    resume: (program) => programs.resume(program),
    feed: (program, bytes, eof) => programs.feed(program, bytes, eof),
    listen: (listener, options) => listeners.open(listener, options),
    accept: async (conn, listener) => {
      const idle = inVain();
      const noClientComes = async () => (await programs.gone()) || (await idle());
      await waiting().until(() => listeners.hasArrival(listener), within, noClientComes);
      const arrived = listeners.take(listener);
      if (!arrived) return;
      connections.adopt(conn, listener, arrived);
      if (arrived.transport === 'tls') await connections.secure(conn, listeners.tls(listener), within);
    },
    acceptNothing: (listener, forMs) => waiting().elapse(forMs, () => listeners.hasArrival(listener)),
    ruled: (ruling) => void recorder.record({ type: 'rule', ...ruling }),
    arrived: () => connections.arrived(),
    wake: () => recorder.wake(),
    relay: (name, { to }) => relays.open(name, to, transportOf(to)),
    unlisten: (listener) => listeners.unlisten(listener),
    connect: async (conn, options) => {
      if (options.transport === 'udp' && options.expect === 'refused')
        return observer.bound(options.port ?? programs.address(options.program ?? '').port);
      await connections.open(conn, options, within);
      if (options.program !== undefined) await observer.handlers(options.program);
    },
    secure: (conn, options) => connections.secure(conn, options, within),
    link: (on, rule) => {
      recorder.record({ type: 'linked', on, rule });
      const make = makeLink(on, rule);
      if (!listeners.link(on, make)) connections.link(on, make(on));
    },
    startReading: (conn) => connections.startReading(conn),
    send: (conn, bytes, options) =>
      connections.send(conn, bytes, options, within, () => observer.unread(conn, 0, within)),
    halfClose: (conn) => connections.halfClose(conn),
    outlastNap: (conn) => connections.outlastNap(conn),
    close: (conn) => connections.close(conn),
    reset: (conn) => connections.reset(conn),
    observeBlocked: (query) => observer.blocked(query, within, plan.quietBeforeClient === true),
    observeQueue: (program, unread) => observer.queue(program, unread, within),
    observeUnread: async (conn, bytes) => void (await observer.unread(conn, bytes, within)),
    observeAccepted: async (conn) => void (await observer.accepted(conn, within)),
    observePort: (query) => observer.port(query, within),
    readSources: async () => files.recordSources(),
    awaitFiles: (program, fits) => files.await(program, fits, within),
    awaitOutput: (program, stream, matcher) => observer.output(program, stream, matcher, within),
    observeActivity: (program, forMs, maxShare) =>
      observer.activity(
        program,
        forMs,
        maxShare === undefined ? undefined : { maxShare, within, trial: plan.quietBeforeClient === true },
      ),
  };
}
