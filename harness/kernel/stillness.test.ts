import { Stillness } from './stillness.ts';
import type { ThreadLook } from './types.ts';

function look(state: string, voluntary: number, involuntary: number, call?: string): ThreadLook {
  const timedSleep = call === 'clock_nanosleep' || call === 'futex';
  return { pid: 1, tid: 1, state, voluntary, involuntary, timedSleep, ...(call ? { call } : {}) };
}

function watched(looks: readonly ThreadLook[]): Stillness {
  const stillness = new Stillness();
  for (const [at, each] of looks.entries()) stillness.update([each], at * 10);
  return stillness;
}

describe('Stillness', () => {
  test('a thread that runs never naps, however often it is taken off its core', () => {
    const looks = Array.from({ length: 50 }, (_, at) => look('R', 3, at));
    expect(watched(looks).naps(look('R', 3, 50))).toBe(0);
  });

  test('different sleeps are counted, one long one counts once, and waits for other threads do not', () => {
    const sleep = (voluntary: number) => look('S', voluntary, 0, 'clock_nanosleep');
    expect(watched([sleep(1), sleep(2), sleep(3)]).naps(sleep(3))).toBe(3);
    expect(watched([sleep(1), sleep(1), sleep(1)]).naps(sleep(1))).toBe(1);
    expect(watched([look('S', 1, 0, 'futex'), look('S', 2, 0, 'futex')]).naps(look('S', 2, 0))).toBe(0);
  });

  test('stillness lasts from the first look at a sleep; running or any switch ends it', () => {
    const sleep = look('S', 5, 0, 'accept');
    expect(watched([sleep, sleep, sleep]).allUnchangedMs(30)).toBe(30);
    expect(watched([sleep, look('R', 5, 0), sleep]).allUnchangedMs(30)).toBe(10);
    expect(watched([sleep, sleep, look('S', 6, 0, 'accept')]).allUnchangedMs(30)).toBe(10);
    expect(watched([sleep]).sameAsBefore).toBe(false);
    expect(watched([sleep, sleep]).sameAsBefore).toBe(true);
    expect(watched([sleep, sleep, look('S', 6, 0, 'accept')]).sameAsBefore).toBe(false);
  });
});
