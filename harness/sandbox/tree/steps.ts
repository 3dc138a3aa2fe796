/** Work on files in small steps: it yields wherever something else may have its turn. */
export type Steps<Result> = Generator<void, Result>;

/** Longest time in one go, in milliseconds: what is measured beside it must not wait. */
const SLICE = 3;

/** Does it in one go, while nothing else is done. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Does it in slices, beside what else is going on. */
export async function inSlices<Result>(steps: Steps<Result>): Promise<Result> {
  for (let end = performance.now() + SLICE; ; ) {
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() < end) continue;
    await new Promise((resolve) => setImmediate(resolve));
    end = performance.now() + SLICE;
  }
}
