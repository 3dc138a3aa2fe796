import { judgeRun } from './judge/judge-run.ts';
import { notRun, sumScenario } from './judge/sum.ts';
import type { Kernel } from './kernel/index.ts';
import type { Plan, RunVerdict, ScenarioSpec, Verdict } from './model.ts';
import { freePort } from './net/port.ts';
import { runPlan } from './run/run-plan.ts';
import type { Surroundings } from './run/surroundings.ts';
import type { Scratch } from './sandbox/scratch.ts';
import type { Assignment } from './spec/read.ts';
import type { Prepared } from './submission.ts';

interface Watcher {
  started(scenario: string): void;
  finished(verdict: Verdict): void;
}

interface World {
  readonly kernel: Kernel;
  readonly scratch: Scratch;
  readonly signal: AbortSignal;
  readonly timeoutScale: number;
}

/** How often a run is tried before "could not tell" stands. */
const ATTEMPTS = 2;

/** Runs scenarios, side by side where they can't disturb each other. */
export class Schedule {
  readonly #assignment: Assignment;
  readonly #prepared: Prepared;
  readonly #world: World;
  #folders = 0;
  #takesGivenPort = false;
  #tellReady: () => void = () => {};
  readonly #firstReady = new Promise<void>((resolve) => {
    this.#tellReady = resolve;
  });

  constructor(assignment: Assignment, prepared: Prepared, world: World) {
    this.#assignment = assignment;
    this.#prepared = prepared;
    this.#world = world;
  }

  async runAll(scenarios: readonly ScenarioSpec[], jobs: number, watcher: Watcher): Promise<void> {
    const [first, ...rest] = scenarios;
    if (!first) return;
    const one = async (scenario: ScenarioSpec) => {
      if (this.#world.signal.aborted) return;
      watcher.started(scenario.id);
      const verdict = await this.#runScenario(scenario);
      if (!this.#world.signal.aborted || verdict.status === 'pass' || verdict.status === 'fail')
        watcher.finished(verdict);
    };
    // Only a first start shows whether the program takes the port that it is given; one that has a port of its
    // own can run but once at a time.
    const running = one(first);
    const lanes = typeof this.#prepared.portRule === 'number' ? 1 : jobs;
    if (lanes === 1) await running;
    else await Promise.race([running, this.#firstReady]);
    const waiting = [...rest];
    const lane = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await one(next);
    };
    if (this.#takesGivenPort) {
      await Promise.all([running.then(lane), ...Array.from({ length: lanes - 1 }, lane)]);
    } else {
      await running;
      await lane();
    }
  }

  async #runScenario(scenario: ScenarioSpec): Promise<Verdict> {
    const plans = this.#assignment.plans.get(scenario.id) ?? [];
    if (plans.length === 0) {
      return notRun(scenario, 'skip', {
        cause: 'unknown',
        summary: 'It does not apply with these parameters.',
        evidence: [],
      });
    }
    const runs: RunVerdict[] = [];
    for (const plan of plans) {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const run = await this.#runOnce(scenario, plan, attempt);
        runs.push(run);
        if (run.status !== 'inconclusive' || this.#world.signal.aborted) break;
      }
      if (this.#world.signal.aborted) break;
    }
    return sumScenario(scenario, runs);
  }

  /** One run in a fresh copy of the built submission, on a port of its own. */
  async #runOnce(scenario: ScenarioSpec, plan: Plan, attempt: number): Promise<RunVerdict> {
    const { kernel, scratch, signal, timeoutScale } = this.#world;
    const folder = await scratch.folder(`run-${++this.#folders}`);
    const given = typeof this.#prepared.portRule === 'number' ? this.#prepared.portRule : await freePort();
    const programs = await this.#prepared.runnables(folder, given);
    const onReady: Surroundings['onReady'] = (state, port) => {
      // Of a program that is not waited for nothing is known yet; a client that connects tells later.
      if (state === 'ready') return;
      this.#takesGivenPort ||= state === 'listening' && port === given;
      this.#tellReady();
    };
    const onArrival: Surroundings['onArrival'] = (port) => {
      this.#takesGivenPort ||= port === given;
      this.#tellReady();
    };
    const trace = await runPlan(plan, {
      kernel,
      programs,
      port: given,
      timeoutScale,
      signal,
      onReady,
      onArrival,
    });
    return judgeRun(scenario, plan, trace, attempt);
  }
}
