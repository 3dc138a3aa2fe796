import { SleepTracker } from './sleep-tracker.ts';
import type { ThreadObservation } from './types.ts';

function observed(state: string, voluntary: number, involuntary: number, call?: string): ThreadObservation {
  const timedSleep = call === 'clock_nanosleep' || call === 'futex';
  return { pid: 1, tid: 1, state, voluntary, involuntary, timedSleep, ...(call ? { call } : {}) };
}

function watched(observations: readonly ThreadObservation[]): SleepTracker {
  const sleepTracker = new SleepTracker();
  for (const [at, each] of observations.entries()) sleepTracker.update([each], at * 10);
  return sleepTracker;
}

describe('SleepTracker', () => {
  test('a thread that runs never naps, however often it is taken off its core', () => {
    const observations = Array.from({ length: 50 }, (_, at) => observed('R', 3, at));
    expect(watched(observations).naps(observed('R', 3, 50))).toBe(0);
  });

  test('different sleeps are counted, one long one counts once, and waits for other threads do not', () => {
    const sleep = (voluntary: number) => observed('S', voluntary, 0, 'clock_nanosleep');
    expect(watched([sleep(1), sleep(2), sleep(3)]).naps(sleep(3))).toBe(3);
    expect(watched([sleep(1), sleep(1), sleep(1)]).naps(sleep(1))).toBe(1);
    expect(
      watched([observed('S', 1, 0, 'futex'), observed('S', 2, 0, 'futex')]).naps(observed('S', 2, 0)),
    ).toBe(0);
  });

  test('a sleep lasts from the first observation of it; running or any switch ends it', () => {
    const sleep = observed('S', 5, 0, 'accept');
    expect(watched([sleep, sleep, sleep]).allUnchangedMs(30)).toBe(30);
    expect(watched([sleep, observed('R', 5, 0), sleep]).allUnchangedMs(30)).toBe(10);
    expect(watched([sleep, sleep, observed('S', 6, 0, 'accept')]).allUnchangedMs(30)).toBe(10);
    expect(watched([sleep]).sameAsBefore).toBe(false);
    expect(watched([sleep, sleep]).sameAsBefore).toBe(true);
    expect(watched([sleep, sleep, observed('S', 6, 0, 'accept')]).sameAsBefore).toBe(false);
  });
});
