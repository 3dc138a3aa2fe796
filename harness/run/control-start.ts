import { defined } from '../base/defined.ts';
import {
  asleepOrEnded,
  deadlineIn,
  type ProgramRef,
  poll,
  positiveControl,
  waitListening,
} from '../kernel/index.ts';
import type { ReadyState, StreamName } from '../model/index.ts';
import { canBind, reservePort } from '../net/port.ts';
import { endProgram } from '../process/end.ts';
import { markerEntry, newMarker } from '../process/environment.ts';
import type { Child } from '../process/launch.ts';
import { protocolOf, type Scene } from './instances.ts';
import { launchRunnable } from './launch-runnable.ts';
import { OldConnections } from './old-connections.ts';
import { clearOld } from './port-holders.ts';
import { starvationOf } from './starvation.ts';
import { observeStopped, signalProcesses } from './stopping.ts';
import type { Runnable } from './surroundings.ts';
import { FairDeadline } from './waiting.ts';

/**
 * Records whether the harness itself can bind a port with SO_REUSEADDR: no, when the flag is missing on what is left
 * there. Gives what it records.
 */
export async function tryBinding({ recorder }: Scene, host: string, port: number): Promise<boolean> {
  const { works, code } = await canBind(host, port);
  recorder.record({
    type: 'observed',
    observation: { what: 'bind_trial', port, works, ...defined({ detail: code }) },
  });
  return works;
}

let banned: Promise<boolean | null> | undefined;

/** Records it when TIME_WAIT keeps no socket off a port here, as under some emulations; it is found out once. */
export async function checkBan({ recorder }: Scene, port: number): Promise<void> {
  banned ??= positiveControl();
  const answer = await banned;
  if (answer === null) banned = undefined;
  if (answer === false) recorder.record({ type: 'observed', observation: { what: 'no_ban', port } });
}

/**
 * The control to a restart that failed: clears the port of its old connections and starts the program once more,
 * unseen. If it listens now, they were why; if it does not, something else is. What it has then set on its socket tells
 * at which one it came too late. Records nothing when the port can't be cleared.
 */
export async function controlStart(
  scene: Scene,
  program: string,
  port: number,
  within: number,
): Promise<void> {
  if (!(await cleared(scene, port))) return;
  const { kernel } = scene.surroundings;
  await startUnseen(scene, scene.instances.runnable(program), { port, within }, async (unseen) => {
    const { state, ref, asleep } = unseen;
    if (state !== 'listening' && state !== 'exited') return;
    const listens = state === 'listening';
    // It may set something after listen(2): what it sets before the first client is set once it sleeps.
    const flag =
      listens && asleep ? await kernel.reuse(port, await kernel.processes(ref(), { orphans: true })) : null;
    const known = flag === null ? {} : { reuseAddress: flag.address };
    scene.recorder.record({
      type: 'observed',
      observation: { what: 'control_start', program, port, listens, ...known },
    });
  });
}

/** Whether a program listens on a port, and goes on to, when it is started once more, unseen. */
export function listensNow(scene: Scene, program: string, port: number, within: number): Promise<boolean> {
  const runnable = scene.instances.runnable(program);
  return startUnseen(scene, runnable, { port, within }, async ({ state }) => state === 'listening');
}

/** How long it may take to rid a port of old connections, in milliseconds. */
const CLEARING = 3_000;
/** How long the control to a stop may take, in milliseconds. */
const STOP_TRIAL = 15_000;

/**
 * The control to a program that ended after it had been stopped and continued: started once more, is it ended by that
 * alone? Some calls fail with EINTR then, epoll_wait(2) and those with a time limit of SO_RCVTIMEO, see signal(7).
 */
export async function controlStop(scene: Scene, program: string): Promise<void> {
  let ended: boolean | null | undefined = null;
  try {
    ended = await endsByStop(scene, program);
  } finally {
    if (ended !== undefined)
      scene.recorder.record({ type: 'observed', observation: { what: 'stop_trial', program, ended } });
  }
}

/** Undefined when it goes without saying: it had taken connections, which still hold its port. */
async function endsByStop(scene: Scene, program: string): Promise<boolean | null | undefined> {
  const { kernel, signal } = scene.surroundings;
  const runnable = scene.instances.runnable(program);
  const { port } = scene.instances.address(program);
  const old = new OldConnections(kernel);
  // A port of its own, where it takes the port that it is given: on the old one our connections may still be open.
  const fresh =
    port === runnable.givenPort && typeof runnable.rule !== 'number'
      ? await reservePort((candidate) => old.isClean(candidate))
      : undefined;
  const trial = (fresh && runnable.at?.(fresh.port)) ?? runnable;
  try {
    if (trial === runnable && protocolOf(runnable) === 'tcp' && !(await cleared(scene, port)))
      return undefined;
    const where = { port: trial === runnable ? port : trial.givenPort, within: STOP_TRIAL };
    return await startUnseen(scene, trial, where, async ({ state, asleep, child, ref, deadline }) => {
      if (state !== 'listening' || !asleep) return null;
      const options = { deadline, signal };
      const all = async (name: 'SIGSTOP' | 'SIGCONT') => {
        child.signal(name);
        await signalProcesses(kernel, ref(), name);
      };
      const stopped = async () => (await observeStopped(kernel, ref())) || null;
      await all('SIGSTOP');
      if ((await poll(stopped, { ...options, everyMs: 2 })) === null) return null;
      await all('SIGCONT');
      if (!(await asleepOrEnded(kernel, ref, options))) return null;
      return (await kernel.processes(ref(), { orphans: true })).length === 0;
    });
  } finally {
    fresh?.release();
  }
}

/** Rids a port of its old connections; false when that did not work in time, or another program listens there. */
async function cleared({ surroundings: { kernel, signal } }: Scene, port: number): Promise<boolean> {
  const deadline = deadlineIn(CLEARING);
  const observed = async () => {
    const seen = await kernel.portState(port, 'tcp');
    if (seen.state === 'free') return true;
    const old = await clearOld(port, seen);
    return old === 0 && seen.state === 'listening' ? false : null;
  };
  return (await poll(observed, { deadline, signal, everyMs: 10 })) ?? false;
}

interface Unseen {
  readonly state: ReadyState;
  /** It listens, and has come to rest after that. */
  readonly asleep: boolean;
  readonly child: Child;
  readonly ref: () => ProgramRef;
  readonly deadline: () => boolean;
  /** Bytes that it has printed so far. */
  readonly printed: () => number;
}

interface UnseenOptions {
  readonly port: number;
  /** How long it may take, in milliseconds. */
  readonly within: number;
  /** It is used once it is asleep, or has ended. @default true */
  readonly untilIdle?: boolean;
}

/** Starts a program once more, uses it and ends it; nothing of it is recorded. */
export async function startUnseen<Answer>(
  scene: Scene,
  runnable: Runnable,
  { port, within, untilIdle = true }: UnseenOptions,
  use: (unseen: Unseen) => Promise<Answer>,
): Promise<Answer> {
  const { kernel, signal } = scene.surroundings;
  const marker = newMarker();
  let bytes = 0;
  const onOutput = (_: StreamName, printed: Buffer) => {
    bytes += printed.length;
  };
  const child = await launchRunnable(runnable, marker, { onOutput });
  const ref = () => ({
    pid: child.pid,
    marker: markerEntry(marker),
    exited: child.exit !== undefined,
    ...defined({ keeper: child.keeper }),
  });
  try {
    const starvation = starvationOf(kernel, () => [ref]);
    const { overNow } = await FairDeadline.begin(within, starvation);
    const options = {
      port,
      rule: 'fixed',
      protocol: protocolOf(runnable),
      localhost: true,
      deadline: overNow,
      signal,
    } as const;
    const { state } = await waitListening(kernel, ref, options);
    const about = { child, ref, deadline: overNow, printed: () => bytes };
    if (state !== 'listening' || !untilIdle) return await use({ ...about, state, asleep: false });
    // One that ends by an error of its own may listen for a moment before.
    const isAsleep = await asleepOrEnded(kernel, ref, { deadline: overNow, signal });
    const isGone = isAsleep && (await kernel.processes(ref(), { orphans: true })).length === 0;
    return await use({ ...about, state: isGone ? 'exited' : state, asleep: isAsleep && !isGone });
  } finally {
    await endProgram(child, () => kernel.processes(ref(), { orphans: true }));
  }
}
