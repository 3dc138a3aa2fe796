import { defined } from '../base/defined.ts';
import { asleep, deadlineIn } from '../kernel/index.ts';
import type { ReadyState } from '../model/index.ts';
import type { Protocol } from '../model/transport.ts';
import { canBind } from '../net/port.ts';
import { markerEntry, newMarker } from '../process/environment.ts';
import type { RefusedCall } from '../process/first-process.ts';
import { type Exit, LaunchError, SandboxError } from '../process/launch.ts';
import { ADDRESS_IN_USE } from '../steps/describe.ts';
import { checkBan, controlStart, listensNow, tryBinding } from './control-start.ts';
import { type Instance, observeReady, type Scene } from './instances.ts';
import { FIRST_COMMON, launchRunnable } from './launch-runnable.ts';
import { LimitWatch } from './limit-watch.ts';
import { foundPortTaken, printed, wasKeptAway, whoHolds, whoIsOn } from './port-holders.ts';
import { describeHolder, PortWatch } from './port-watch.ts';
import { awaitReady } from './readiness.ts';
import type { Runnable } from './surroundings.ts';

/** Launches a program and waits until it is ready; when it does not become so, finds out who or what is in its way. */
export async function startProgram(scene: Scene, program: string, within: number): Promise<void> {
  const { instances, recorder } = scene;
  const runnable = instances.runnable(program);
  const earlier = instances.of(program);
  if (await stillRuns(scene, earlier.at(-1))) {
    observeReady(scene, program, { state: 'still_running', port: null });
    return;
  }
  const again = instances.listened(program);
  const maybeElsewhere = mayBeChosenBySystem(runnable, again);
  const wanted = wantedPort(runnable, again);
  /** Where it may have to listen again. */
  const former = again?.port ?? wanted;
  const protocol = instances.protocol(program);
  const isTcp = protocol === 'tcp';
  const isFirst = earlier.length === 0;
  const shared = isFirst && !runnable.programSandbox?.ownNetwork;
  if (shared && isTcp && wanted !== null && (await isDenied(runnable, wanted))) {
    observeReady(scene, program, { state: 'port_denied', port: wanted });
    return;
  }
  const leftover = await whoHolds(scene, former ?? runnable.givenPort, { protocol, earlier });
  if (leftover === 'stranger' && !maybeElsewhere) {
    const port = wanted ?? runnable.givenPort;
    observeReady(scene, program, { state: 'port_taken', port, detail: await whoIsOn(scene, port, protocol) });
    return;
  }
  const inTimeWait = isTcp && former !== null && !isFirst && (await isInTimeWait(scene, former));
  const flagged =
    inTimeWait && leftover === undefined && (await tryBinding(scene, again?.host ?? '127.0.0.1', former));
  const instance = await launchInstance(scene, program, runnable, earlier.length + 1);
  if (!instance) return;
  const isWatched = shared && runnable.ready === 'listening';
  const watch = isWatched ? watchPort(scene, instance, wanted, protocol) : undefined;
  const state = await awaitReady(scene, program, runnable, instance, wanted, within).finally(() =>
    watch?.stop(),
  );
  const kept = { program, runnable, wanted, within, isFirst, isShared: shared };
  if (await wasPortTaken(scene, kept, state, watch)) return;
  if (state === 'no_listen' && isFirst && isTcp) await tryBinding(scene, '127.0.0.1', runnable.givenPort);
  const now = instances.listened(program)?.port;
  if (inTimeWait && state === 'listening' && now === former)
    await checkRestart(scene, instance, former, flagged);
  if (state === 'listening' || state === 'ready' || state === 'unseen' || former === null) return;
  // One that leaves the choice of its port to the system has no reason to end.
  if (maybeElsewhere && state !== 'exited') return;
  if (leftover === 'own') {
    const detail = `a process of the earlier start holds port ${former}`;
    observeReady(scene, program, { state: 'leftover_child', port: former, detail });
    return;
  }
  // Its own words say enough, but for where it set a flag that the old connection had.
  const isOpen = flagged || !ADDRESS_IN_USE.test(printed(recorder, program));
  if (inTimeWait && state === 'exited' && isOpen) await controlStart(scene, program, former, within);
}

/** The port that it must have: the one of its earlier start, else the given one; null where any will do. */
function wantedPort(runnable: Runnable, again: ReturnType<Scene['instances']['listened']>): number | null {
  if (mayBeChosenBySystem(runnable, again)) return null;
  return again?.port ?? (runnable.rule === 'any' ? null : runnable.givenPort);
}

/** Watches who has the port of a program while it starts. */
function watchPort(
  { surroundings }: Scene,
  { ref }: Instance,
  port: number | null,
  protocol: Protocol,
): PortWatch | undefined {
  if (port === null) return undefined;
  return new PortWatch(surroundings.kernel, ref, { ports: new Set([port]), protocol });
}

/** Whether an earlier start still runs that nobody has ended; one that is on its way out is waited for. */
async function stillRuns({ waiting, surroundings }: Scene, last: Instance | undefined): Promise<boolean> {
  if (last === undefined || last.child.exit !== undefined) return false;
  const { kernel, signal } = surroundings;
  const sleeps = () => asleep(kernel, last.ref, { deadline: deadlineIn(ASLEEP), signal });
  await waiting().until(() => last.child.exit !== undefined, ENDING, sleeps);
  return last.child.exit === undefined;
}

/** How long an earlier start may take to end by itself, and for how long it is watched for sleep, in milliseconds. */
const ENDING = 2_000;
const ASLEEP = 40;
/** A start that may have been kept from its port. */
interface Kept {
  readonly program: string;
  readonly runnable: Runnable;
  readonly wanted: number | null;
  readonly within: number;
  readonly isFirst: boolean;
  /** Others of this machine can have its port. */
  readonly isShared: boolean;
}

/** Whether another program had the port when the program asked for it; records it then. */
async function wasPortTaken(
  scene: Scene,
  { program, runnable, wanted, within, isFirst, isShared }: Kept,
  state: ReadyState,
  watch: PortWatch | undefined,
): Promise<boolean> {
  if (watch && state !== 'listening' && state !== 'unseen' && state !== 'port_taken') {
    const stranger = await watch.stranger();
    if (stranger) {
      const detail = `${describeHolder(stranger)} when the program started`;
      observeReady(scene, program, { state: 'port_taken', port: wanted, detail });
      return true;
    }
  }
  if (state === 'exited' && isFirst && (await foundPortTaken(scene, program, runnable))) return true;
  const complained = state === 'exited' && ADDRESS_IN_USE.test(printed(scene.recorder, program));
  // Its words prove nothing; that it listens now, with nothing else changed, does.
  if (complained && isShared && wanted !== null && (await listensNow(scene, program, wanted, within))) {
    const detail = 'something held it for a moment, for started once more the program listens';
    observeReady(scene, program, { state: 'port_taken', port: wanted, detail });
    return true;
  }
  return state === 'other_port' && isFirst && (await wasKeptAway(scene, program, runnable.givenPort));
}

/** Whether programs may not have a port: neither may the grader, nor can it be granted to them alone. */
async function isDenied({ programSandbox }: Runnable, port: number): Promise<boolean> {
  if (port >= FIRST_COMMON || (await canBind('127.0.0.1', port)).code !== 'EACCES') return false;
  return !((await programSandbox?.canGrantPort?.(port)) ?? false);
}

async function isInTimeWait({ surroundings }: Scene, port: number): Promise<boolean> {
  return (await surroundings.kernel.portState(port, 'tcp')).timeWait.length > 0;
}

/**
 * Records it when it proves nothing that a program listens again on a port that was in TIME_WAIT, and what let it do
 * that where the old socket had no SO_REUSEADDR. TIME_WAIT may end early: a second copy of the client's FIN, as it is
 * sent when the machine stood still, is answered with an ACK, that with a RST, and that ends it (RFC 1337); a program
 * can bring the same about.
 */
async function checkRestart(scene: Scene, { ref }: Instance, port: number, flagged: boolean): Promise<void> {
  const { recorder, surroundings } = scene;
  await checkBan(scene, port);
  // Absence needs two looks.
  if (!(await isInTimeWait(scene, port)) && !(await isInTimeWait(scene, port))) {
    recorder.record({ type: 'observed', observation: { what: 'time_wait_over', port } });
  } else if (!flagged) {
    const { kernel } = surroundings;
    const flags = await kernel.reuse(port, await kernel.processes(ref(), { orphans: true }));
    if (flags) recorder.record({ type: 'observed', observation: { what: 'reuse', port, ...flags } });
  }
}

async function launchInstance(
  scene: Scene,
  program: string,
  runnable: Runnable,
  number: number,
): Promise<Instance | undefined> {
  const { recorder, instances } = scene;
  const marker = newMarker();
  const about = { program, instance: number };
  let instance: Instance | undefined;
  // A program may be over before its start is recorded; in the trace it still ends after that.
  let early: Exit | undefined;
  const refusedEarly: RefusedCall[] = [];
  const refused = (call: RefusedCall) => recorder.record({ type: 'refused', ...about, ...call });
  const ended = ({ watch, reason }: Instance, exit: Exit) => {
    watch?.ended(exit.signal);
    recorder.record({ type: 'process_exit', ...about, ...exit, reason });
  };
  try {
    const traceFile = scene.surroundings.traceFile?.(program, number);
    const callbacks: Parameters<typeof launchRunnable>[2] = {
      onOutput: (stream, bytes) => {
        recorder.recordBytes({ type: 'output', ...about, stream }, bytes);
        instance?.watch?.printed(bytes.length);
      },
      onExit: (exit) => {
        if (instance) ended(instance, exit);
        else early = exit;
      },
      onRefused: (call) => {
        if (instance) refused(call);
        else refusedEarly.push(call);
      },
    };
    const child = await launchRunnable(runnable, marker, callbacks, traceFile);
    recorder.record({
      type: 'process_start',
      ...about,
      pid: child.pid,
      argv: runnable.argv,
      cwd: runnable.cwd,
      port: runnable.rule === 'any' ? null : runnable.givenPort,
      ...defined({ helper: runnable.helper, host: runnable.host, transport: runnable.transport }),
      ...(runnable.programSandbox?.filtersCalls ? { filtered: true } : {}),
      ...defined({ sources: runnable.sources, packages: runnable.packages }),
    });
    instance = {
      number,
      child,
      reason: 'self',
      known: [],
      ref: () => ({
        pid: child.pid,
        marker: markerEntry(marker),
        exited: child.exit !== undefined,
        ...defined({ keeper: child.keeper }),
      }),
    };
  } catch (error) {
    if (error instanceof SandboxError) {
      recorder.record({ type: 'trouble', because: 'harness', message: error.message });
      return undefined;
    }
    if (!(error instanceof LaunchError)) throw error;
    recorder.record({ type: 'process_error', ...about, code: error.code, message: error.message });
    return undefined;
  }
  instance.watch = new LimitWatch(scene, program, runnable, instance);
  for (const call of refusedEarly) refused(call);
  if (early) ended(instance, early);
  instances.add(program, instance);
  return instance;
}

/** Linux takes ports from here on when a program leaves the choice to it (bind to port 0), see ip(7). */
const FIRST_EPHEMERAL = 32_768;

/** Whether a program may have left the choice of its port to the system, so that it listens elsewhere next time. */
function mayBeChosenBySystem({ rule, givenPort }: Runnable, last: { port: number } | undefined): boolean {
  return rule === 'any' && last !== undefined && last.port !== givenPort && last.port >= FIRST_EPHEMERAL;
}
