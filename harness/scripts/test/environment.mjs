// Where the tests run: Jest's own environment for Node, with a guard for each test and hook that says what it ended and after
// how much, and that gives a shared machine more time (see fair-clock.mjs).
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { TestEnvironment } from 'jest-environment-node';
import { afterFairTime, describeFairTime } from './fair-clock.mjs';
import { countFile } from './progress.mjs';

/** Milliseconds of fair time for one test or hook, unless `testEnvironmentOptions.guard` says otherwise: far more than any takes. */
const GUARD = 300_000;

export default class GuardedEnvironment extends TestEnvironment {
  #file;
  #limit;
  #guarded = new WeakSet();

  constructor(config, context) {
    super(config, context);
    this.#file = context.testPath;
    this.#limit = config.projectConfig.testEnvironmentOptions.guard ?? GUARD;
    this.global.afterFairTime = afterFairTime;
  }

  handleTestEvent(event, state) {
    if (event.name === 'run_start') writeCount(this.#file, countTests(state.rootDescribeBlock));
    if (event.name === 'test_fn_start') this.#guard(event.test, testName(event.test));
    if (event.name === 'hook_start') this.#guard(event.hook, event.hook.type);
  }

  /** The function of a test or hook loses against the guard when it takes too long. */
  #guard(one, name) {
    const { fn } = one;
    if (this.#guarded.has(one) || typeof fn !== 'function' || fn.length > 0) return;
    this.#guarded.add(one);
    const limit = this.#limit;
    const what = `${path.relative(process.cwd(), this.#file)}: ${name}`;
    one.fn = function guarded() {
      const result = fn.call(this);
      return typeof result?.then === 'function' ? within(limit, result, what) : result;
    };
  }
}

function within(limit, result, what) {
  return new Promise((resolve, reject) => {
    const end = afterFairTime(limit, (byClock) => {
      const text = `The guard ended this after ${describeFairTime(limit, byClock)}`;
      process.stderr.write(`${text}: ${what}\n`);
      const error = new Error(text);
      // Its place here helps nobody; Jest names the test.
      error.stack = error.message;
      reject(error);
    });
    result.then(resolve, reject).finally(end);
  });
}

function testName(test) {
  const names = [];
  for (let one = test; one?.parent; one = one.parent) names.unshift(one.name);
  return names.join(' › ');
}

function countTests({ children }) {
  return children.reduce(
    (sum, one) => sum + (one.type === 'test' ? Number(one.mode !== 'skip') : countTests(one)),
    0,
  );
}

/** How many tests a file has, for the progress: Jest does not pass it on. */
function writeCount(file, count) {
  if (process.env.TEST_COUNTS) writeFileSync(countFile(process.env.TEST_COUNTS, file), String(count));
}
