import { setMaxListeners } from 'node:events';
import { bytesToText } from '../match/text.ts';
import type { Because, Plan, PlanStep, Trace } from '../model.ts';
import type { StepContext } from '../steps/context.ts';
import { prepare, type StepOutcome, stepWithin } from '../steps/replay.ts';
import { Connections } from './connections.ts';
import { Listeners } from './listeners.ts';
import { Observer } from './observer.ts';
import { Programs } from './programs.ts';
import { Recorder } from './recorder.ts';
import type { Surroundings } from './surroundings.ts';
import { Waiting } from './waiting.ts';

/** How long a failing program is watched, to tell what it was doing, in milliseconds. */
const LAST_LOOK = 120;

/** Runs one plan to its end, which is always a trace: whatever goes wrong is an event in it. */
export async function runPlan(plan: Plan, outer: Surroundings): Promise<Trace> {
  const timeout = AbortSignal.timeout(plan.timeout * outer.timeoutScale);
  const signal = AbortSignal.any([outer.signal, timeout]);
  setMaxListeners(0, signal);
  const surroundings = { ...outer, signal };
  const recorder = new Recorder(plan);
  const starvation = async () => {
    let total = 0;
    for (const ref of programs.refs()) total += (await surroundings.kernel.cpu(ref()))?.maxWaitMs ?? 0;
    return total;
  };
  const waiting = new Waiting(recorder, surroundings.signal, starvation);
  const listeners = new Listeners(surroundings, recorder);
  const programs = new Programs(surroundings, recorder, listeners, () => waiting);
  const connections = new Connections(surroundings, recorder, programs, () => waiting);
  const observer = new Observer(surroundings, recorder, programs, connections, () => waiting);
  try {
    for (const step of plan.steps) {
      waiting.begin();
      recorder.record({ type: 'step_begin', step: step.index });
      try {
        const { definition, args } = prepare(step, recorder.view.variables);
        const within = stepWithin(step) * surroundings.timeoutScale;
        await definition.run(
          args,
          context(plan, within, { recorder, waiting, programs, listeners, connections, observer }),
        );
      } catch (error) {
        recorder.record({ type: 'trouble', ...trouble(error, surroundings.signal, timeout) });
      }
      await awaitExit(recorder, programs, waiting, step).catch(() => {});
      const { timedOut, rested, granted } = waiting;
      const ended = recorder.record({ type: 'step_end', step: step.index, timedOut, rested, granted });
      if (ended && ended.outcome.status !== 'pass') {
        await lastLook(ended, programs, observer, recorder, surroundings.signal);
        if (!step.soft || ended.outcome.status === 'inconclusive') break;
      }
    }
    if (!surroundings.signal.aborted) await connections.settleAll().catch(() => {});
  } finally {
    connections.teardown();
    listeners.teardown();
    await programs.teardown(outer.signal.aborted ? 'interrupted' : 'teardown');
  }
  return recorder.trace();
}

/** Longest wait for a program that may be about to exit, in milliseconds. */
const EXITING = 1_000;

/** A program's connections vanish before it does: before "it closed" is said, see whether it is exiting. */
async function awaitExit(
  recorder: Recorder,
  programs: Programs,
  waiting: Waiting,
  step: PlanStep,
): Promise<void> {
  const { view } = recorder;
  const gone = view
    .stepEvents()
    .some(({ type }) => type === 'eof' || type === 'conn_error' || type === 'connect_error');
  if (!gone || recorder.peek(step).status === 'pass') return;
  const running = () =>
    [...view.instances.values()].some((instances) => instances.at(-1)?.exit === undefined);
  const { timedOut, rested, granted } = waiting;
  if (running()) await waiting.until(() => !running(), EXITING, programs.atPeace());
  Object.assign(waiting, { timedOut, rested, granted });
}

/** Tells the scenario's own time limit from an interruption, and both from a fault of ours. */
function trouble(
  error: unknown,
  signal: AbortSignal,
  timeout: AbortSignal,
): { because: Because; message: string } {
  if (timeout.aborted)
    return { because: 'harness', message: 'The scenario took longer than its time limit.' };
  if (signal.aborted) return { because: 'interference', message: 'The run was interrupted.' };
  return {
    because: 'harness',
    message: `The grader itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  };
}

/** After a failure: what was the program doing? */
async function lastLook(
  ended: StepOutcome,
  programs: Programs,
  observer: Observer,
  recorder: Recorder,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted || ended.outcome.status !== 'fail') return;
  for (const program of recorder.view.instances.keys()) {
    const ref = programs.ref(program);
    if (ref && !ref().exited) await observer.activity(program, LAST_LOOK).catch(() => {});
  }
}

interface Actors {
  readonly recorder: Recorder;
  readonly waiting: Waiting;
  readonly programs: Programs;
  readonly listeners: Listeners;
  readonly connections: Connections;
  readonly observer: Observer;
}

/** What a step may do, within its own deadline. */
function context(
  plan: Plan,
  within: number,
  { recorder, waiting, programs, listeners, connections, observer }: Actors,
): StepContext {
  return {
    view: recorder.view,
    within,
    seed: plan.seed,
    until: (test) => waiting.until(test, within, programs.hopeless()),
    elapse: (ms, stop) => waiting.elapse(ms, stop ?? (() => false)),
    remember: (name, bytes) => {
      recorder.record({ type: 'variable', name, value: bytesToText(bytes) });
    },
    start: (program) => programs.start(program, within),
    stop: (program, { signal, grace }) => programs.stop(program, signal, grace),
    pause: (program) => programs.pause(program),
    resume: (program) => programs.resume(program),
    feed: (program, bytes, eof) => programs.feed(program, bytes, eof),
    listen: (listener, options) => listeners.open(listener, options),
    accept: async (conn, listener) => {
      const hopeless = programs.hopeless();
      const inVain = async () => (await programs.gone()) || (await hopeless());
      await waiting.until(() => listeners.hasArrival(listener), within, inVain);
      const arrived = listeners.take(listener);
      if (arrived) connections.adopt(conn, listener, arrived);
    },
    connect: (conn, options) => connections.open(conn, options, within),
    startReading: (conn) => connections.startReading(conn),
    send: (conn, bytes, options) =>
      connections.send(conn, bytes, options, within, () => observer.unread(conn, 0, within)),
    halfClose: (conn) => connections.halfClose(conn),
    close: (conn) => connections.close(conn),
    reset: (conn) => connections.reset(conn),
    observeBlocked: (query) => observer.blocked(query, within),
    observeUnread: async (conn, bytes) => void (await observer.unread(conn, bytes, within)),
    observeAccepted: async (conn) => void (await observer.accepted(conn, within)),
    observePort: (program, wanted) => observer.port(program, wanted, within),
    awaitOutput: (program, stream, matcher) => observer.output(program, stream, matcher, within),
    observeActivity: (program, forMs) => observer.activity(program, forMs),
  };
}
