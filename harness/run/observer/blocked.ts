import { defined } from '../../base/defined.ts';
import { type WaitTarget, watchBlocked } from '../../kernel/index.ts';
import type { BlockedState } from '../../model/index.ts';
import type { BlockedQuery } from '../../steps/context.ts';
import { starvationOf } from '../starvation.ts';
import { FairDeadline } from '../waiting.ts';
import { watchPrinting } from '../watch-printing.ts';
import type { ObserverScene } from './scene.ts';

/** What a program seems to do that sleeps in write(2), since what it prints is not taken as fast as it prints. */
const SLEEPS: readonly BlockedState[] = ['blocked', 'elsewhere', 'polling', 'unseen'];
/** What a program seems to do of which one thread is busy, whatever the others do. */
const BUSY: readonly BlockedState[] = ['spinning', 'polling'];

/** Which call a program is blocked in. `charged`: another scenario fails a program that is busy before any client comes. */
export async function blocked(
  scene: ObserverScene,
  { program, in: call, on, forMs, maxShare }: BlockedQuery,
  within: number,
  charged: boolean,
): Promise<void> {
  const { kernel, signal } = scene.surroundings;
  const ref = scene.programs.ref(program);
  const ports = on === undefined ? undefined : scene.connections.ports(on);
  const about = { what: 'blocked', program, in: call, ...defined({ on }) } as const;
  if (!kernel.can.calls && !kernel.can.cpu) {
    const detail = 'neither its system calls nor its processor time';
    scene.observe({ ...about, state: 'unseen', share: 0, window: 0, threads: [], detail });
    return;
  }
  const protocol = scene.programs.protocol(program);
  if (!ref || (call !== 'accept' && !ports && protocol === 'tcp')) {
    scene.observe({ ...about, state: 'not_accepted', share: 0, window: 0, threads: [] });
    return;
  }
  const target: WaitTarget =
    call === 'accept' || !ports
      ? {
          kind: 'listener',
          port: scene.programs.address(program).port,
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
      ended: () => (on !== undefined && scene.recorder.view.ended(on) ? 'closed' : null),
    });
  const { found, printed } = await watchPrinting(watch, {
    kernel,
    program: ref,
    printed: () => scene.recorder.printedBy(program),
    goesOn: ({ state }) => !charged && SLEEPS.includes(state) && !deadline.overNow(),
    isBusy: ({ state }) => state === 'spinning',
    isWrong: ({ state }) => !charged && (state === 'polling' || state === 'elsewhere'),
  });
  // One that spins was seen to, however seldom it ran.
  if (found.state === 'spinning') scene.waiting().granted += deadline.granted;
  else scene.waiting().count(deadline);
  const { state, share, windowMs, threads, detail, nonBlocking } = found;
  scene.observe({
    ...about,
    state: printed === undefined ? state : 'spinning',
    share,
    window: windowMs,
    threads,
    ...defined({ nonBlocking, printed }),
    ...(detail ? { detail } : {}),
  });
  if (charged && call !== 'accept' && BUSY.includes(state))
    await scene.programs.controlBusy(program, { forMs, maxShare });
}
