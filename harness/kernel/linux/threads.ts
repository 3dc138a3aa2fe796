import { type Call, callOf } from './call.ts';
import { readAgain } from './proc.ts';
import { isDead, threadsOf } from './processes.ts';
import { roleOf } from './runtime-threads.ts';
import { type RawWaitSet, waitSetOf } from './wait-set.ts';

/** One coherent look at a thread: state, counters and call belong together. */
export interface RawThread {
  readonly pid: number;
  readonly tid: number;
  readonly state: string;
  readonly voluntary: number;
  readonly involuntary: number;
  readonly call: Call;
  readonly waits: RawWaitSet | null;
  /** A helper of the language's runtime. */
  readonly service: boolean;
}

interface Status {
  readonly state: string;
  readonly voluntary: number;
  readonly involuntary: number;
}

const TRIES = 3;
const CACHE_LIMIT = 5000;

/** Looks at threads; one that slept on since the last observation is not asked again. */
export class Threads {
  readonly #last = new Map<string, RawThread>();

  observations(pids: readonly number[]): RawThread[] {
    if (this.#last.size > CACHE_LIMIT) this.#last.clear();
    return pids.flatMap((pid) => threadsOf(pid).flatMap((tid) => this.#observed(pid, tid) ?? []));
  }

  #observed(pid: number, tid: number): RawThread | null {
    const key = `${pid}:${tid}`;
    for (let tries = 0; tries < TRIES; tries++) {
      const before = statusOf(pid, tid);
      if (!before || isDead(before.state)) return null;
      const last = this.#last.get(key);
      if (last && before.state === 'S' && isSame(before, last)) return this.#keep(key, sameSleep(last));
      const role = last?.service ? 'service' : roleOf(pid, tid);
      if (role === 'clock') return null;
      const call = callOf(pid, tid);
      const waits = before.state === 'S' ? waitSetOf({ pid, tid }, call) : null;
      const after = statusOf(pid, tid);
      if (after && isSame(before, after))
        return this.#keep(key, { pid, tid, ...before, call, waits, service: role === 'service' });
    }
    const status = statusOf(pid, tid);
    if (!status || isDead(status.state)) return null;
    // It ran between each two reads.
    const service = roleOf(pid, tid) === 'service';
    return { pid, tid, ...status, state: 'R', call: { kind: 'running' }, waits: null, service };
  }

  #keep(key: string, observed: RawThread): RawThread {
    this.#last.set(key, observed);
    return observed;
  }
}

function isSame(a: Status, b: Status): boolean {
  return a.state === b.state && a.voluntary === b.voluntary && a.involuntary === b.involuntary;
}

/** The sleep goes on with the same call; only an epoll set may have been changed by another thread. */
function sameSleep(last: RawThread): RawThread {
  return last.waits?.epoll ? { ...last, waits: waitSetOf(last, last.call) } : last;
}

function statusOf(pid: number, tid: number): Status | null {
  return parseStatus(readAgain(`/proc/${pid}/task/${tid}/status`) ?? '');
}

/** State and context switches from the text of proc_pid_status(5), or null when one is missing. */
export function parseStatus(text: string): Status | null {
  const state = /^State:\s*(\S)/m.exec(text)?.[1];
  const voluntary = /^voluntary_ctxt_switches:\s*(\d+)/m.exec(text)?.[1];
  const involuntary = /^nonvoluntary_ctxt_switches:\s*(\d+)/m.exec(text)?.[1];
  if (!state || !voluntary || !involuntary) return null;
  return { state, voluntary: Number(voluntary), involuntary: Number(involuntary) };
}
