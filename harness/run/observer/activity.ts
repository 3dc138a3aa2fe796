import { defined } from '../../base/defined.ts';
import {
  type Activity,
  activity,
  deadlineIn,
  type ProgramRef,
  poll,
  quietActivity,
} from '../../kernel/index.ts';
import { BUSY_SHARE } from '../../steps/describe.ts';
import { busyCalls } from '../busy-calls.ts';
import { starvationOf } from '../starvation.ts';
import { FairDeadline } from '../waiting.ts';
import { watchPrinting } from '../watch-printing.ts';
import type { ObserverScene } from './scene.ts';
import { UNSEEN } from './scene.ts';
import { serverEnd } from './server-end.ts';

/** How long a failing program is watched, to see what it was doing, in milliseconds; at most, where it may be busy. */
const LAST_LOOK = 120;
const LAST_LOOK_MOST = 1_000;
/** Longest time between the end of a program and the report of it, in milliseconds. */
const REPORTING = 5_000;

/** What the program does for so long; with a largest share of a processor, until it stays below that or time is up. */
export async function observeActivity(
  scene: ObserverScene,
  program: string,
  forMs: number,
  quiet?: { readonly maxShare: number; readonly within: number; readonly trial: boolean },
): Promise<void> {
  const ref = scene.programs.ref(program);
  if (!ref) return;
  const { kernel, signal } = scene.surroundings;
  const starvation = starvationOf(kernel, () => [ref]);
  const deadline = quiet && (await FairDeadline.begin(quiet.within, starvation));
  if (!quiet || !deadline) {
    await recordActivity(scene, program, ref, await activity(kernel, ref, forMs, signal));
    return;
  }
  const { maxShare, trial } = quiet;
  const { found, printed } = await watchPrinting(
    () => quietActivity(kernel, ref, { forMs, maxShare, deadline: deadline.overNow, signal }),
    {
      kernel,
      program: ref,
      printed: () => scene.recorder.printedBy(program),
      goesOn: ({ alive }) => alive && !deadline.overNow(),
      isBusy: ({ share }) => (share ?? 0) >= maxShare,
    },
  );
  scene.waiting().granted += deadline.granted;
  await recordActivity(scene, program, ref, found, defined({ printed }));
  const isBusy = found.alive && ((found.share ?? 0) >= maxShare || printed !== undefined);
  const hadClient = [...scene.recorder.view.connections.values()].some(({ connected }) => connected);
  if (isBusy && trial && hadClient) await scene.programs.controlBusy(program, { forMs, maxShare });
}

/** Takes note of handlers of signals that may explain what the program does. */
export async function handlers(scene: ObserverScene, program: string): Promise<void> {
  const ref = scene.programs.ref(program);
  const known = scene.recorder.view.observed('signals', 'anytime');
  if (!ref || ref().exited || known?.program === program) return;
  const caught = await scene.surroundings.kernel.caughtSignals(ref());
  if (caught.length > 0) scene.observe({ what: 'signals', program, caught });
}

/**
 * What the program does for a moment, or for as long as it takes to tell whether it is busy, and how our connections
 * stand. `last` says that nothing more will be asked of it: then a busy one may be stopped to see what it is in.
 */
export async function lastObservation(
  scene: ObserverScene,
  program: string,
  { last }: { readonly last: boolean },
): Promise<void> {
  const ref = scene.programs.ref(program);
  if (!ref) return;
  const { kernel, signal } = scene.surroundings;
  if (ref().exited && scene.recorder.view.instance(program)?.inBackground !== true) return;
  const question = { share: BUSY_SHARE, mostMs: LAST_LOOK_MOST };
  const seen = await activity(kernel, ref, LAST_LOOK, signal, question);
  const connections = await connectionsOf(scene, program);
  const isBusy = seen.alive && ((seen.share ?? 0) > BUSY_SHARE || wasBusy(scene, program));
  const busyIn = last && isBusy ? await busyCalls(kernel, ref, signal) : [];
  await recordActivity(scene, program, ref, seen, {
    ...connections,
    ...defined({ busyIn: busyIn.length === 0 ? undefined : busyIn }),
  });
}

/** Whether the step itself has found it busy: on a crowded machine a short look afterwards may not tell. */
function wasBusy(scene: ObserverScene, program: string): boolean {
  const { view } = scene.recorder;
  const blocked = view.observed('blocked');
  const active = view.observed('activity');
  return (
    (blocked?.program === program && blocked.state === 'spinning') ||
    (active?.program === program && active.share > BUSY_SHARE)
  );
}

/** What lies unread of our connections, and which ones the program has not accepted. */
async function connectionsOf(
  scene: ObserverScene,
  program: string,
): Promise<{ unread: Record<string, number>; queued?: readonly string[] }> {
  const { view } = scene.recorder;
  const unread: Record<string, number> = {};
  const queued: string[] = [];
  if (!scene.surroundings.kernel.can.unread) return { unread };
  for (const [conn, { connected, localClose, accepted: fromProgram }] of view.connections) {
    if (!connected || view.ended(conn) || localClose === 'close' || localClose === 'reset') continue;
    if (!scene.connections.leadsTo(conn, program)) continue;
    const { bytes, accepted } = await serverEnd(scene, conn);
    if (bytes !== null && bytes >= 0) unread[conn] = bytes;
    if (bytes !== null && !accepted && !fromProgram) queued.push(conn);
  }
  return { unread, ...defined({ queued: queued.length === 0 ? undefined : queued }) };
}

async function recordActivity(
  scene: ObserverScene,
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
  const { signal } = scene.surroundings;
  if (!alive) await poll(() => ref().exited || null, { deadline: deadlineIn(REPORTING), signal, everyMs: 2 });
  scene.observe({
    what: 'activity',
    program,
    alive: alive || !ref().exited,
    share: alive && share !== null ? share : UNSEEN,
    threads,
    unread: {},
    ...more,
  });
}
