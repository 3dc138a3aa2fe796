/** How `afterFairTime` of scripts/test/fair-clock.mjs is called, which the tests' environment provides. */
type AfterFairTime = (ms: number, expired: (byClock: number) => void) => () => void;

declare global {
  var afterFairTime: AfterFairTime | undefined;
}

/** Outside of the tests, in a script, time is what the clock says. */
const byTheClock: AfterFairTime = (ms, expired) => {
  const timer = setTimeout(() => expired(ms), ms).unref();
  return () => clearTimeout(timer);
};

/**
 * A guard: calls `expired` after so many milliseconds of fair time, which passes more slowly where the machine is shared.
 * Returns what ends it. `expired` gets the sentence that says what the guard did, and after how much.
 */
export function guard(ms: number, expired: (message: string) => void): () => void {
  return (globalThis.afterFairTime ?? byTheClock)(ms, (byClock) => {
    const seconds = (time: number) => `${Math.round(time / 1000)} s`;
    expired(`the guard ended it after ${seconds(ms)} of fair time (${seconds(byClock)} by the clock)`);
  });
}

/** Waits for something to become true; fails loudly when it does not. `within` is in milliseconds of fair time. */
export async function eventually(test: () => boolean, what: string, within = 30_000): Promise<void> {
  let late: string | undefined;
  const done = guard(within, (message) => {
    late = message;
  });
  try {
    while (!test()) {
      if (late !== undefined) throw new Error(`waited in vain for: ${what}; ${late}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  } finally {
    done();
  }
}
