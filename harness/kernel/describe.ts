import type { ThreadState } from '../model/index.ts';
import type { ThreadObservation, WaitSet } from './types.ts';

const VERBS: { readonly [call: string]: string } = {
  accept4: 'accept',
  recvfrom: 'recv',
  recvmsg: 'recv',
  recvmmsg: 'recv',
  readv: 'read',
  pread64: 'read',
  sendto: 'send',
  sendmsg: 'send',
  sendmmsg: 'send',
  writev: 'write',
  ppoll: 'poll',
  pselect6: 'select',
  epoll_wait: 'epoll',
  epoll_pwait: 'epoll',
  epoll_pwait2: 'epoll',
  restart_syscall: 'poll',
};
const WITHOUT_DESCRIPTOR: { readonly [call: string]: string } = {
  nanosleep: 'a sleep',
  clock_nanosleep: 'a sleep',
  restart_syscall: 'a sleep that continues after a stop',
  futex: 'another thread',
  futex_waitv: 'another thread',
  wait4: 'a child process',
  waitid: 'a child process',
  pause: 'a signal',
  rt_sigsuspend: 'a signal',
  rt_sigtimedwait: 'a signal',
  fcntl: 'a file lock',
  flock: 'a file lock',
  openat: 'a file that it opens',
  io_uring_enter: 'a completion',
};
const MOST_FDS = 4;

/** What people call a system call, its variants alike: `recv` for recvfrom(2), `select` for pselect6(2). */
export function callWord(call: string): string {
  return VERBS[call] ?? call;
}

/** What a call waits for, in words: `recv on connection from 127.0.0.1:51234`, `a child process (wait4)`. */
export function describeWait(call: string, waitSet: WaitSet | undefined, timed: boolean): string | undefined {
  if (waitSet && waitSet.fds.length > 0) {
    const names = [...new Set(waitSet.fds.map((fd) => fd.target))];
    const listed = names.slice(0, MOST_FDS).join(', ');
    const more = names.length > MOST_FDS ? ` and ${names.length - MOST_FDS} more` : '';
    const limit = waitSet.timeoutMs === null ? '' : ` (at most ${Math.ceil(waitSet.timeoutMs)} ms)`;
    return `${callWord(call)} on ${listed}${more}${limit}`;
  }
  if (waitSet && waitSet.timeoutMs === null && /poll|select/.test(call))
    return `${callWord(call)} on nothing`;
  if (waitSet && waitSet.timeoutMs !== null) return `a sleep (${call}, ${Math.ceil(waitSet.timeoutMs)} ms)`;
  const description = WITHOUT_DESCRIPTOR[call];
  if (!description) return undefined;
  const sleep = description.startsWith('a sleep');
  // The JVM sleeps that way, too.
  if (timed && description === 'another thread')
    return `${description} or the clock (${call}, with a time limit)`;
  return `${description} (${call}${timed && !sleep ? ', with a time limit' : ''})`;
}

const STATES: { readonly [letter: string]: string } = {
  R: 'runs',
  D: 'waits for a disk',
  T: 'is stopped by a signal',
  t: 'is stopped by a debugger',
};

/** The threads that a program's author knows of; all of them where only a runtime's helpers are left. */
export function shown<T extends { readonly service?: boolean }>(threads: readonly T[]): readonly T[] {
  const own = threads.filter(({ service }) => !service);
  return own.length > 0 ? own : threads;
}

/** One sentence part on what a program's threads do, the same ones counted: `recv on … (2 threads)`. */
export function describeThreadWaits(threads: readonly ThreadObservation[]): string {
  const counts = new Map<string, number>();
  for (const thread of shown(threads)) {
    const description = describeThread(thread);
    counts.set(description, (counts.get(description) ?? 0) + 1);
  }
  if (counts.size === 0) return 'no thread is left';
  return [...counts]
    .map(([description, count]) => (count === 1 ? description : `${description} (${count} threads)`))
    .join('; ');
}

function describeThread({ state, call, waitsFor }: ThreadState): string {
  const special = STATES[state];
  if (special) return special;
  if (!waitsFor) return call && call !== 'unknown' ? `sleeps in ${call}` : 'sleeps';
  if (waitsFor.startsWith('a sleep')) return waitsFor.replace('a sleep', 'sleeps');
  return /^an? |^another /.test(waitsFor) ? `waits for ${waitsFor}` : `waits in ${waitsFor}`;
}

/** The part of some looks that goes into a report. */
export function threadStates(threads: readonly ThreadObservation[]): ThreadState[] {
  return shown(threads).map(threadState);
}

function threadState({ pid, tid, state, call, waitsFor }: ThreadObservation): ThreadState {
  return { pid, tid, state, ...(call ? { call } : {}), ...(waitsFor ? { waitsFor } : {}) };
}
