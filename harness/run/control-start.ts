import { positiveControl, waitListening } from '../kernel/index.ts';
import { canBind, clearTimeWait } from '../net/port.ts';
import { endProgram } from '../process/end.ts';
import { markerEntry, newMarker } from '../process/environment.ts';
import type { Scene } from './instances.ts';
import { launchRunnable } from './launching.ts';
import { FairDeadline } from './waiting.ts';

/** Records whether the harness itself can bind a port with SO_REUSEADDR: no, when the flag is missing on what is left there. */
export async function tryBinding({ recorder }: Scene, host: string, port: number): Promise<void> {
  const { works, code } = await canBind(host, port);
  recorder.record({
    type: 'observed',
    observation: { what: 'bind_trial', port, works, ...(code === undefined ? {} : { detail: code }) },
  });
}

let banned: Promise<boolean | null> | undefined;

/** Records it when TIME_WAIT keeps nobody off a port here, as under some emulations; it is found out once. */
export async function checkBan({ recorder }: Scene, port: number): Promise<void> {
  banned ??= positiveControl();
  const answer = await banned;
  if (answer === null) banned = undefined;
  if (answer === false) recorder.record({ type: 'observed', observation: { what: 'no_ban', port } });
}

/**
 * The control to a restart that failed: clears the port of its old connections and starts the program once more,
 * unseen. If it listens now, they were why; if it does not, something else is. Records nothing when the port can't be cleared.
 */
export async function controlStart(
  scene: Scene,
  program: string,
  port: number,
  within: number,
): Promise<void> {
  const { kernel, signal } = scene.surroundings;
  const { timeWait } = await kernel.portState(port);
  await Promise.all(timeWait.map((old) => clearTimeWait({ ...old, localPort: port })));
  if ((await kernel.portState(port)).state !== 'free') return;
  const marker = newMarker();
  const child = await launchRunnable(scene.instances.runnable(program), marker, { onOutput: () => {} });
  const ref = () => ({
    pid: child.pid,
    marker: markerEntry(marker),
    exited: child.exit !== undefined,
    ...(child.keeper === undefined ? {} : { keeper: child.keeper }),
  });
  try {
    const deadline = await FairDeadline.begin(
      within,
      async () => kernel.ownWaitMs() + ((await kernel.cpu(ref()))?.maxWaitMs ?? 0),
    );
    const options = { port, rule: 'fixed', localhost: true, deadline: deadline.overNow, signal } as const;
    const { state } = await waitListening(kernel, ref, options);
    if (state !== 'listening' && state !== 'exited') return;
    scene.recorder.record({
      type: 'observed',
      observation: { what: 'control_start', program, port, listens: state === 'listening' },
    });
  } finally {
    await endProgram(child, () => kernel.processes(ref(), { orphans: true }));
  }
}
