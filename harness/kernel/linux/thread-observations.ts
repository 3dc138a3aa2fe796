import { describeWait } from '../describe.ts';
import type { ThreadObservation, WaitedFd } from '../types.ts';
import type { Call } from './call.ts';
import { socketInode, targetOf } from './descriptors.ts';
import type { Targets } from './targets.ts';
import type { RawThread } from './threads.ts';

const FUTEX_TIMED_OPERATIONS = new Set([0, 6, 9, 11, 13]); // WAIT, LOCK_PI, WAIT_BITSET, WAIT_REQUEUE_PI, LOCK_PI2

/** Looks at threads with their descriptors in words. */
export async function observeThreads(
  observations: readonly RawThread[],
  targets: Targets,
): Promise<ThreadObservation[]> {
  const inodes = observations.flatMap(({ pid, waits }) =>
    (waits?.fds ?? []).flatMap(({ fd }) => socketInode(targetOf(pid, fd)) ?? []),
  );
  await targets.learn(inodes);
  return observations.map((observed) => describe(observed, targets));
}

function describe(observed: RawThread, targets: Targets): ThreadObservation {
  const { pid, tid, state, voluntary, involuntary, call, waits, service } = observed;
  const name = callName(observed);
  const fds: WaitedFd[] = (waits?.fds ?? []).map((wait) => ({
    ...wait,
    target: targets.describe(pid, wait),
  }));
  const waitSet = waits ? { fds, timeoutMs: waits.timeoutMs } : undefined;
  const timer = fds.some(({ target, read }) => target === 'timer' && read);
  const timedSleep = isTimed(call) || timer || (waits?.timeoutMs ?? null) !== null;
  const waitsFor = name && describeWait(name, waitSet, timedSleep);
  return {
    pid,
    tid,
    state,
    ...(name ? { call: name } : {}),
    ...(waitsFor ? { waitsFor } : {}),
    voluntary,
    involuntary,
    ...(waitSet ? { waitSet } : {}),
    timedSleep,
    ...(service ? { service } : {}),
  };
}

function callName({ state, call }: RawThread): string | undefined {
  if (state === 'R' || call.kind === 'running') return undefined;
  return call.kind === 'call' ? call.name : 'unknown';
}

/** Does the call end by itself? A restarted one may be a sleep, a poll or a futex, each with a limit. */
function isTimed(call: Call): boolean {
  if (call.kind !== 'call') return false;
  const { name, args } = call;
  if (name === 'nanosleep' || name === 'clock_nanosleep' || name === 'restart_syscall') return true;
  if (name === 'futex') return FUTEX_TIMED_OPERATIONS.has(Number(args[1] ?? 0n) & 0x7f) && args[3] !== 0n;
  if (name === 'futex_waitv') return args[3] !== 0n;
  return name === 'rt_sigtimedwait' && args[2] !== 0n;
}
