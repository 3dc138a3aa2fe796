import { shareOf } from './share.ts';
import { SleepTracker } from './sleep-tracker.ts';
import type { ProgramUsage, ThreadObservation, WaitersObservation } from './types.ts';

/** What one observation of a program showed. */
export interface Sample {
  readonly at: number;
  readonly observed: WaitersObservation;
  readonly usage: ProgramUsage | null;
}

/** How the threads of the samples in a window spent it. */
export interface WindowSum {
  readonly samples: number;
  readonly windowMs: number;
  /** Parts of the samples, 0 to 1: some thread waited on the target; none did and all slept somewhere else. */
  readonly waiting: number;
  readonly elsewhere: number;
  /** Share of a core that the program wanted at least, and may have wanted; null when that can't be seen. */
  readonly share: number | null;
  readonly mostShare: number | null;
  /** Milliseconds that it ran. */
  readonly runMs: number;
}

/** Fewer looks than this prove nothing: the harness itself got no core. */
export const LEAST_SAMPLES = 4;

/** The looks of the last while. */
export class BlockedWindow {
  readonly sleepTracker = new SleepTracker();
  #samples: Sample[] = [];

  add(sample: Sample): void {
    this.#samples.push(sample);
    this.sleepTracker.update(sample.observed.threads, sample.at);
  }

  get last(): Sample | undefined {
    return this.#samples.at(-1);
  }

  /** Forgets looks that are older than needed for a window of this length. */
  keep(windowMs: number): void {
    const from = (this.last?.at ?? 0) - windowMs;
    // The one before the window's begin stays, so that the window is never too short.
    const first = this.#samples.findLastIndex(({ at }) => at <= from);
    const surplus = Math.min(first, this.#samples.length - LEAST_SAMPLES);
    if (surplus > 0) this.#samples.splice(0, surplus);
  }

  /** The sum over the shortest window that is at least so long and has enough looks, or over all there is. */
  sum(windowMs: number): WindowSum {
    const from = (this.last?.at ?? 0) - windowMs;
    const longEnough = this.#samples.findLastIndex(({ at }) => at <= from);
    const begin = Math.min(longEnough, this.#samples.length - LEAST_SAMPLES);
    const samples = this.#samples.slice(Math.max(0, begin));
    const [first] = samples;
    const last = samples.at(-1);
    const lengthMs = first && last ? last.at - first.at : 0;
    const part = (test: (sample: Sample) => boolean) =>
      samples.filter(test).length / Math.max(1, samples.length);
    const before = first?.usage ?? null;
    const after = last?.usage ?? null;
    const share = before && after ? shareOf(before, after, lengthMs) : null;
    return {
      samples: samples.length,
      windowMs: lengthMs,
      waiting: part(({ observed }) => observed.state === 'waiting'),
      elsewhere: part(({ observed }) => observed.state !== 'waiting' && observed.threads.every(isAsleep)),
      share: share?.least ?? null,
      mostShare: share?.most ?? null,
      runMs: before && after ? total(after) - total(before) : 0,
    };
  }
}

function isAsleep({ state }: ThreadObservation): boolean {
  return state !== 'R';
}

function total({ threads }: ProgramUsage): number {
  return [...threads.values()].reduce((sum, { runMs }) => sum + runMs, 0);
}
