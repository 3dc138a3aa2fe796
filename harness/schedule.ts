import { judgeRun } from './judge/judge-run.ts';
import { notRun, sumScenario } from './judge/sum.ts';
import { withWitness } from './judge/with-witness.ts';
import type { Kernel } from './kernel/index.ts';
import type { Plan, ReadyState, RunVerdict, ScenarioSpec, Verdict } from './model.ts';
import { reservePort } from './net/port.ts';
import { runPlan } from './run/run-plan.ts';
import type { Surroundings } from './run/surroundings.ts';
import type { Scratch } from './sandbox/scratch.ts';
import type { Assignment } from './spec/read.ts';
import type { Prepared } from './submission.ts';
import { compareWithStrace, traceFileIn } from './witness/index.ts';

interface Watcher {
  started(scenario: string): void;
  finished(verdict: Verdict): void;
}

interface World {
  readonly kernel: Kernel;
  readonly scratch: Scratch;
  readonly signal: AbortSignal;
  readonly timeoutScale: number;
  /** Runs each scenario once more, traced, and compares what the kernel said with the system calls. */
  readonly witness?: 'strace';
}

/** A traced program takes its time. */
const TRACED_SCALE = 4;

/** States in which a program listens nowhere, so that several starts of it can't be in each other's way. */
const SILENT: readonly ReadyState[] = ['idle', 'no_listen', 'starting', 'udp', 'waits_on_stdin'];

/** What could not be told may be told at a second try, unless this machine can't show it at all. */
function worthAnotherTry({ status, findings }: RunVerdict, on: 'inconclusive' | 'fail'): boolean {
  if (status === 'fail') return on === 'fail';
  return status === 'inconclusive' && findings.every(({ because }) => because !== 'capability');
}

/** Runs scenarios, side by side where they can't disturb each other. */
export class Schedule {
  readonly #assignment: Assignment;
  readonly #prepared: Prepared;
  readonly #world: World;
  #folders = 0;
  #sideBySide = false;
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
    const [first, ...rest] = requiredFirst(scenarios);
    if (!first) return;
    const verdicts = new Map<string, Promise<Verdict | undefined>>();
    const one = (scenario: ScenarioSpec) => {
      const verdict = run(scenario);
      verdicts.set(scenario.id, verdict);
      return verdict;
    };
    const run = async (scenario: ScenarioSpec): Promise<Verdict | undefined> => {
      const required = await Promise.all(scenario.requires.map((id) => verdicts.get(id)));
      if (this.#world.signal.aborted) return undefined;
      watcher.started(scenario.id);
      const missing = required.find((verdict) => verdict && lacking(verdict));
      const verdict = missing ? skipped(scenario, missing) : await this.#runScenario(scenario);
      if (!this.#world.signal.aborted || verdict.status === 'pass' || verdict.status === 'fail')
        watcher.finished(verdict);
      return verdict;
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
    if (this.#sideBySide) {
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
      const { times, on } = scenario.retries;
      for (let attempt = 1; attempt <= times + 1; attempt++) {
        const run = await this.#runOnce(scenario, plan, attempt);
        runs.push(run);
        if (!worthAnotherTry(run, on) || this.#world.signal.aborted) break;
      }
      if (this.#world.signal.aborted) break;
    }
    return sumScenario(scenario, runs);
  }

  /** One run in a fresh copy of the built submission, on a port of its own. */
  async #runOnce(scenario: ScenarioSpec, plan: Plan, attempt: number): Promise<RunVerdict> {
    const { kernel, scratch, signal, timeoutScale } = this.#world;
    const folder = await scratch.folder(`run-${++this.#folders}`);
    const rule = this.#prepared.portRule;
    const { port: given, release } =
      typeof rule === 'number' ? { port: rule, release: () => {} } : await reservePort();
    const onReady: Surroundings['onReady'] = (state, port) => {
      // Of a program that is not waited for nothing is known yet; a client that connects tells later.
      if (state === 'ready') return;
      this.#sideBySide ||= state === 'listening' ? port === given : SILENT.includes(state);
      this.#tellReady();
    };
    const onArrival: Surroundings['onArrival'] = (port) => {
      this.#sideBySide ||= port === given;
      this.#tellReady();
    };
    try {
      const programs = await this.#prepared.runnables(folder, given, plan.seed);
      const around = { kernel, programs, port: given, timeoutScale, signal, onReady, onArrival };
      const judged = judgeRun(scenario, plan, await runPlan(plan, around), attempt);
      return this.#world.witness ? await this.#confirm(judged, plan, around) : judged;
    } finally {
      release();
    }
  }

  /** A run of its own, since a traced program is slow: what it comes to changes no verdict, only what the witnesses differ in. */
  async #confirm(judged: RunVerdict, plan: Plan, around: Surroundings): Promise<RunVerdict> {
    const { scratch, signal } = this.#world;
    if (signal.aborted) return judged;
    const [folder, traces] = await Promise.all(
      ['run', 'traces'].map((name) => scratch.folder(`witness-${name}-${++this.#folders}`)),
    );
    if (folder === undefined || traces === undefined) return judged;
    const programs = await this.#prepared.runnables(folder, around.port, plan.seed);
    const began = Date.now();
    const trace = await runPlan(plan, {
      ...around,
      programs,
      timeoutScale: around.timeoutScale * TRACED_SCALE,
      traceFile: traceFileIn(traces),
    });
    return withWitness(judged, await compareWithStrace(trace, began, traces));
  }
}

/** In the given order, but each after those that it requires. */
function requiredFirst(scenarios: readonly ScenarioSpec[]): ScenarioSpec[] {
  const byId = new Map(scenarios.map((scenario) => [scenario.id, scenario]));
  const ordered = new Set<ScenarioSpec>();
  const add = (scenario: ScenarioSpec, above: ReadonlySet<string>) => {
    for (const id of scenario.requires) {
      const required = byId.get(id);
      if (required && !above.has(id)) add(required, new Set([...above, id]));
    }
    ordered.add(scenario);
  };
  for (const scenario of scenarios) add(scenario, new Set([scenario.id]));
  return [...ordered];
}

/** It failed, or could not even be tried because another one failed. */
function lacking({ status, findings }: Verdict): boolean {
  return status === 'fail' || findings.some(({ cause }) => cause === 'required_failed');
}

function skipped(scenario: ScenarioSpec, missing: Verdict): Verdict {
  const how = missing.status === 'fail' ? 'which failed' : 'which was skipped, too';
  return notRun(scenario, 'skip', {
    cause: 'required_failed',
    summary: `It was not tried: it requires "${missing.title}" (${missing.id}), ${how}.`,
    evidence: [],
  });
}
