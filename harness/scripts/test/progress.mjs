// A Jest reporter that shows life: which suites run, and how many of how many are done. On a terminal Jest does so itself.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export default class Progress {
  #counts = mkdtempSync(path.join(os.tmpdir(), 'socket-grader-counts-'));
  #running = new Map();
  #suites = 0;
  #done = 0;
  #tests = 0;
  #timer;
  #every;

  /** `every`: milliseconds of silence after which there is a line. */
  constructor(_, { every = 10_000 } = {}) {
    this.#every = every;
    // The workers inherit it.
    process.env.TEST_COUNTS = this.#counts;
  }

  onRunStart({ numTotalTestSuites }) {
    this.#suites = numTotalTestSuites;
    if (!process.stderr.isTTY) this.#timer = setInterval(() => this.#print(), this.#every);
  }

  onTestFileStart({ path: file }) {
    this.#running.set(file, { began: performance.now(), done: 0 });
  }

  onTestCaseResult({ path: file }) {
    const suite = this.#running.get(file);
    if (suite) suite.done += 1;
    this.#tests += 1;
  }

  onTestFileResult({ path: file }) {
    this.#running.delete(file);
    this.#done += 1;
    // A line comes only where nothing has been printed for a while: Jest has just printed the result of this suite.
    this.#timer?.refresh();
  }

  onRunComplete() {
    clearInterval(this.#timer);
    rmSync(this.#counts, { recursive: true, force: true });
  }

  #print() {
    const suites = [...this.#running].map(([file, { began, done }]) => {
      const name = path.relative('harness', path.relative(process.cwd(), file)).replace(/\.test\.ts$/, '');
      return `${name} ${done} of ${this.#count(file)} (${Math.round((performance.now() - began) / 1000)} s)`;
    });
    process.stderr.write(
      `… ${this.#done} of ${this.#suites} suites, ${this.#tests} tests done; running ${suites.join(', ') || 'none'}\n`,
    );
  }

  /** The environment of a suite writes how many tests it has. */
  #count(file) {
    try {
      return readFileSync(countFile(this.#counts, file), 'utf8');
    } catch {
      return '?';
    }
  }
}

/** Where the number of tests of a suite is written. */
export function countFile(folder, file) {
  return path.join(folder, createHash('sha256').update(file).digest('hex'));
}
