import { asleep, deadlineIn } from '../kernel/index.ts';
import type { ReadyState } from '../model/index.ts';
import type { Protocol } from '../model/transport.ts';
import { canBind } from '../net/port.ts';
import { ADDRESS_IN_USE } from '../steps/describe.ts';
import { checkBan, controlStart, listensNow, tryBinding } from './control-start.ts';
import { type Instance, observeReady, type Scene } from './instances.ts';
import { launchInstance } from './launch-instance.ts';
import { FIRST_COMMON } from './launch-runnable.ts';
import { foundPortTaken, printed, wasKeptAway, whoHolds, whoIsOn } from './port-holders.ts';
import { describeHolder, PortWatch } from './port-watch.ts';
import { awaitReady } from './readiness.ts';
import type { Runnable } from './surroundings.ts';

/** Launches a program and waits until it is ready; when it does not become so, finds out who or what is in its way. */
export async function startProgram(scene: Scene, program: string, within: number): Promise<void> {
  const { instances } = scene;
  const earlier = instances.of(program);
  if (await stillRuns(scene, earlier.at(-1))) {
    observeReady(scene, program, { state: 'still_running', port: null });
    return;
  }
  const start = startOf(scene, program, within);
  const { runnable, wanted, former, protocol, maybeElsewhere } = start;
  if (start.isShared && protocol === 'tcp' && wanted !== null && (await isDenied(runnable, wanted))) {
    observeReady(scene, program, { state: 'port_denied', port: wanted });
    return;
  }
  const leftover = await whoHolds(scene, former ?? runnable.givenPort, { protocol, earlier });
  if (leftover === 'stranger' && !maybeElsewhere) {
    const port = wanted ?? runnable.givenPort;
    observeReady(scene, program, { state: 'port_taken', port, detail: await whoIsOn(scene, port, protocol) });
    return;
  }
  const before = { leftover, ...(await oldConnection(scene, start, leftover)) };
  const instance = await launchInstance(scene, program, runnable, earlier.length + 1);
  if (!instance) return;
  const watch =
    start.isShared && runnable.ready === 'listening' ? watchPort(scene, instance, start) : undefined;
  const state = await awaitReady(scene, program, runnable, instance, wanted, within).finally(() =>
    watch?.stop(),
  );
  if (await wasPortTaken(scene, start, state, watch)) return;
  await checkOutcome(scene, start, { ...before, instance, state });
}

/** What is known of a start before it begins. */
interface Start {
  readonly program: string;
  readonly runnable: Runnable;
  readonly within: number;
  /** Where it listened last. */
  readonly again: { readonly host: string; readonly port: number } | undefined;
  readonly wanted: number | null;
  /** Where it may have to listen again. */
  readonly former: number | null;
  readonly protocol: Protocol;
  readonly maybeElsewhere: boolean;
  readonly isFirst: boolean;
  /** Others of this machine can have its port. */
  readonly isShared: boolean;
}

function startOf({ instances }: Scene, program: string, within: number): Start {
  const runnable = instances.runnable(program);
  const again = instances.listened(program);
  const wanted = wantedPort(runnable, again);
  const isFirst = instances.of(program).length === 0;
  return {
    program,
    runnable,
    within,
    again,
    wanted,
    former: again?.port ?? wanted,
    protocol: instances.protocol(program),
    maybeElsewhere: mayBeChosenBySystem(runnable, again),
    isFirst,
    isShared: isFirst && !runnable.programSandbox?.ownNetwork,
  };
}

/** What an earlier start left on the port of this one, before this one began. */
interface Before {
  readonly leftover: Awaited<ReturnType<typeof whoHolds>>;
  readonly inTimeWait: boolean;
  /** The grader may bind() there with SO_REUSEADDR, so the old connection has that flag, too. */
  readonly flagged: boolean;
}

async function oldConnection(
  scene: Scene,
  { isFirst, protocol, former, again }: Start,
  leftover: Before['leftover'],
): Promise<Omit<Before, 'leftover'>> {
  if (isFirst || protocol !== 'tcp' || former === null || !(await isInTimeWait(scene, former)))
    return { inTimeWait: false, flagged: false };
  const flagged = leftover === undefined && (await tryBinding(scene, again?.host ?? '127.0.0.1', former));
  return { inTimeWait: true, flagged };
}

/** Finds out what a start proves, or why it did not come to listen. */
async function checkOutcome(
  scene: Scene,
  { program, runnable, within, former, protocol, isFirst, maybeElsewhere }: Start,
  {
    leftover,
    inTimeWait,
    flagged,
    instance,
    state,
  }: Before & { readonly instance: Instance; readonly state: ReadyState },
): Promise<void> {
  const { instances, recorder } = scene;
  if (state === 'no_listen' && isFirst && protocol === 'tcp')
    await tryBinding(scene, '127.0.0.1', runnable.givenPort);
  if (former === null) return;
  const isBack = inTimeWait && state === 'listening' && instances.listened(program)?.port === former;
  if (isBack) await checkRestart(scene, instance, former, flagged);
  if (IS_UP.has(state)) return;
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

/** After these nothing was in the way of a start. */
const IS_UP: ReadonlySet<ReadyState> = new Set(['listening', 'ready', 'unseen']);

/** The port that it must have: the one of its earlier start, else the given one; null where any will do. */
function wantedPort(runnable: Runnable, again: ReturnType<Scene['instances']['listened']>): number | null {
  if (mayBeChosenBySystem(runnable, again)) return null;
  return again?.port ?? (runnable.rule === 'any' ? null : runnable.givenPort);
}

/** Watches who has the port of a program while it starts. */
function watchPort(
  { surroundings }: Scene,
  { ref }: Instance,
  { wanted, protocol }: Start,
): PortWatch | undefined {
  if (wanted === null) return undefined;
  return new PortWatch(surroundings.kernel, ref, { ports: new Set([wanted]), protocol });
}

/** Whether an earlier start still runs that no step has ended; one that is on its way out is waited for. */
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

/** Whether another program had the port when the program asked for it; records it then. */
async function wasPortTaken(
  scene: Scene,
  { program, runnable, wanted, within, isFirst, isShared }: Start,
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
  // Absence needs two readings.
  if (!(await isInTimeWait(scene, port)) && !(await isInTimeWait(scene, port))) {
    recorder.record({ type: 'observed', observation: { what: 'time_wait_over', port } });
  } else if (!flagged) {
    const { kernel } = surroundings;
    const flags = await kernel.reuse(port, await kernel.processes(ref(), { orphans: true }));
    if (flags) recorder.record({ type: 'observed', observation: { what: 'reuse', port, ...flags } });
  }
}

/** Linux takes ports from here on when a program leaves the choice to it (bind to port 0), see ip(7). */
const FIRST_EPHEMERAL = 32_768;

/** Whether a program may have left the choice of its port to the system, so that it listens elsewhere next time. */
function mayBeChosenBySystem({ rule, givenPort }: Runnable, last: { port: number } | undefined): boolean {
  return rule === 'any' && last !== undefined && last.port !== givenPort && last.port >= FIRST_EPHEMERAL;
}
