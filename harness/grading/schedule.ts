import { defined } from '../base/defined.ts';
import { type RunChecker, withCheckers } from '../judge/checked.ts';
import { interrupted } from '../judge/interrupted.ts';
import type { Recorded } from '../judge/judge-again.ts';
import { judgeRun } from '../judge/judge-run.ts';
import { doesNotApply, lacking, requiredFirst, skipped, worthAnotherTry } from '../judge/required.ts';
import { notRun, sumScenario } from '../judge/sum.ts';
import { withWitness } from '../judge/with-witness.ts';
import type { Kernel } from '../kernel/index.ts';
import type {
  Finding,
  Plan,
  Planned,
  PortRule,
  ReadyState,
  RunVerdict,
  ScenarioSpec,
  Verdict,
} from '../model/index.ts';
import { runCertificates } from '../net/index.ts';
import { reservePort } from '../net/port.ts';
import { OldConnections } from '../run/old-connections.ts';
import { runPlan } from '../run/run-plan.ts';
import type { Surroundings } from '../run/surroundings.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { STEPS } from '../steps/index.ts';
import { leastTime } from '../steps/replay.ts';
import { compareWithStrace, traceFileIn } from '../witness/index.ts';
import { checkersIn } from './checker.ts';
import { phases } from './phases.ts';
import type { Prepared } from './submission.ts';
import { Turns } from './turns.ts';

interface Watcher {
  started(scenario: string): void;
  finished(verdict: Verdict): void;
  /** One run is over, be it the last of its scenario or not. */
  recorded(run: Recorded): void;
}

interface World {
  readonly kernel: Kernel;
  readonly sandbox: Sandbox;
  readonly signal: AbortSignal;
  readonly timeoutScale: number;
  /**
   * Makes folders for traces. With them each scenario runs once more under strace(1), and what the kernel said is
   * compared with the system calls.
   */
  readonly traces?: (name: string) => Promise<string>;
}

/** A traced program takes its time. */
const TRACED_SCALE = 4;

/** States in which a program listens nowhere, so that several starts of it can't be in each other's way. */
const SILENT: readonly ReadyState[] = ['idle', 'no_listen', 'starting', 'udp', 'waits_on_stdin'];

const STILL_THERE: Finding = {
  cause: 'unprotected',
  because: 'harness',
  summary:
    'It was not run: a process of an earlier scenario could not be ended, and could have revealed this one.',
  evidence: [],
};

/** Runs scenarios, side by side where they can't disturb each other. */
export class Schedule {
  readonly #assignment: Planned;
  readonly #prepared: Prepared;
  readonly #world: World;
  #traced = 0;
  readonly #old: OldConnections;
  readonly #turns = new Turns();
  #sideBySide = false;
  #record: Watcher['recorded'] = () => {};
  #markReady: () => void = () => {};
  readonly #firstReady = new Promise<void>((resolve) => {
    this.#markReady = resolve;
  });

  readonly #runChecker: RunChecker;

  constructor(assignment: Planned, prepared: Prepared, world: World) {
    this.#assignment = assignment;
    this.#prepared = prepared;
    this.#world = world;
    this.#old = new OldConnections(world.kernel);
    this.#runChecker = checkersIn(world.sandbox);
  }

  /** Runs what everybody may see first, and the rest once that is over for good. */
  async runAll(scenarios: readonly ScenarioSpec[], jobs: number, watcher: Watcher): Promise<void> {
    this.#record = (run) => watcher.recorded(run);
    const verdicts = new Map<string, Promise<Verdict | undefined>>();
    const atATime = typeof this.#prepared.portRule === 'number' || this.#needsTurns(scenarios) ? 1 : jobs;
    for (const [number, phase] of phases(scenarios).entries()) {
      if (this.#world.signal.aborted) return;
      if (number > 0 && !(await this.#world.sandbox.clear())) {
        for (const scenario of phase) watcher.finished(notRun(scenario, 'inconclusive', STILL_THERE));
        continue;
      }
      await this.#runPhase(phase, atATime, verdicts, watcher);
    }
  }

  async #runPhase(
    scenarios: readonly ScenarioSpec[],
    atATime: number,
    verdicts: Map<string, Promise<Verdict | undefined>>,
    watcher: Watcher,
  ): Promise<void> {
    const [first, ...rest] = requiredFirst(atATime === 1 ? scenarios : this.#longestFirst(scenarios));
    if (!first) return;
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
      watcher.finished(verdict);
      return verdict;
    };
    // Only a first start shows whether the program takes the port that it is given; one that has a port of its
    // own can run but once at a time.
    const running = one(first);
    if (atATime === 1) await running;
    else
      await Promise.all([
        Promise.race([running, this.#firstReady]),
        this.#makeRoom(rest.slice(0, atATime - 1)),
      ]);
    const waiting = [...rest];
    const runNext = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await one(next);
    };
    if (this.#sideBySide) {
      await Promise.all([running.then(runNext), ...Array.from({ length: atATime - 1 }, runNext)]);
    } else {
      await running;
      await runNext();
    }
  }

  /** What takes longest begins first, so that nothing is waited for alone in the end. */
  #longestFirst(scenarios: readonly ScenarioSpec[]): readonly ScenarioSpec[] {
    const times = new Map(
      scenarios.map(({ id }) => {
        const plans = this.#assignment.plans.get(id) ?? [];
        return [id, plans.reduce((sum, plan) => sum + leastTime(plan), 0)];
      }),
    );
    return [...scenarios].sort((a, b) => (times.get(b.id) ?? 0) - (times.get(a.id) ?? 0));
  }

  /** Folders for the next runs, while the first program starts; errors are ignored, since the run itself will hit and report them. */
  async #makeRoom(scenarios: readonly ScenarioSpec[]): Promise<void> {
    const rooms = scenarios.map(({ limits }) => this.#prepared.room(limits));
    await this.#world.sandbox.ready?.(rooms).catch(() => {});
  }

  /** Whether some scenario takes something that there is only one of, a fixed port for instance. */
  #needsTurns(scenarios: readonly ScenarioSpec[]): boolean {
    const steps = scenarios
      .flatMap(({ id }) => this.#assignment.plans.get(id) ?? [])
      .flatMap(({ steps }) => steps);
    return steps.some(({ verb, args }) => STEPS.get(verb)?.isExclusive?.(args) ?? false);
  }

  async #runScenario(scenario: ScenarioSpec): Promise<Verdict> {
    const plans = this.#assignment.plans.get(scenario.id) ?? [];
    if (plans.length === 0) {
      return doesNotApply(scenario);
    }
    const runs: RunVerdict[] = [];
    for (const plan of plans) {
      const { times, on } = scenario.retries;
      for (let attempt = 1; attempt <= times + 1; attempt++) {
        const once = () => this.#runOnce(scenario, plan, attempt);
        // What came between may have been another scenario's program: the next try has nobody beside it.
        const run = await (attempt === 1 ? this.#turns.beside(once) : this.#turns.alone(once));
        // It ended before its time, or was not looked at to its end.
        if (this.#world.signal.aborted) return interrupted(scenario);
        runs.push(run);
        if (!worthAnotherTry(run, on, { exposed: this.#world.sandbox.level !== 'full' })) break;
      }
    }
    return sumScenario(scenario, runs);
  }

  /** One run in a fresh copy of the built submission, on a port of its own. */
  async #runOnce(scenario: ScenarioSpec, plan: Plan, attempt: number): Promise<RunVerdict> {
    const { kernel, sandbox, signal, timeoutScale } = this.#world;
    const lease = await sandbox.lease(this.#prepared.room(scenario.limits));
    const rule = this.#prepared.portRule;
    const helpers = this.#prepared.helperRoom && (await sandbox.lease(this.#prepared.helperRoom));
    const { port: given, ports, release } = await this.#reserve(plan, rule);
    const onReady: Surroundings['onReady'] = (state, port) => {
      // Of a program that is not waited for nothing is known yet; a client that connects tells later.
      if (state === 'ready') return;
      this.#sideBySide ||= state === 'listening' ? port === given : SILENT.includes(state);
      this.#markReady();
    };
    const onArrival: Surroundings['onArrival'] = (port) => {
      this.#sideBySide ||= port === given;
      this.#markReady();
    };
    try {
      const place = { lease, port: given, ports, ...(helpers ? { helpers } : {}) };
      const programs = await this.#prepared.runnables(place, plan.seed, scenario.limits);
      const certificates = runCertificates;
      const around = {
        kernel,
        programs,
        port: given,
        ports,
        certificates,
        timeoutScale,
        signal,
        onReady,
        onArrival,
        ...defined({ sources: this.#prepared.sources }),
      };
      const trace = await withCheckers(plan, await runPlan(plan, around), this.#runChecker);
      this.#record({ plan, attempt, trace });
      const judged = judgeRun(scenario, plan, trace, attempt);
      return this.#world.traces ? await this.#confirm(judged, plan, around, this.#world.traces) : judged;
    } finally {
      release();
      await lease.release();
      await helpers?.release();
    }
  }

  /** The port of a run, and those that some of its programs and listeners have for themselves. */
  async #reserve(plan: Plan, rule: PortRule) {
    const reserve = () => reservePort((port) => this.#old.isClean(port));
    const first = typeof rule === 'number' ? { port: rule, release: () => {} } : await reserve();
    const reserved = [first];
    const ports = new Map<string, number>();
    for (const [name, index] of Object.entries(plan.ports ?? {})) {
      // Several may have the same: who connects to a place is given the port of that.
      const one = reserved[index] ?? (await reserve());
      reserved[index] = one;
      ports.set(name, one.port);
    }
    const release = () => {
      for (const one of reserved) one.release();
    };
    return { port: first.port, ports, release };
  }

  /** Runs again under strace, since a traced program is slow; only a disagreement of the two observers changes the verdict. */
  async #confirm(
    judged: RunVerdict,
    plan: Plan,
    around: Surroundings,
    traces: (name: string) => Promise<string>,
  ): Promise<RunVerdict> {
    const { sandbox, signal } = this.#world;
    if (signal.aborted) return judged;
    const lease = await sandbox.lease(this.#prepared.room());
    const helpers = this.#prepared.helperRoom && (await sandbox.lease(this.#prepared.helperRoom));
    try {
      const folder = await traces(`traces-${++this.#traced}`);
      const place = {
        lease,
        port: around.port,
        ports: around.ports ?? new Map(),
        ...(helpers ? { helpers } : {}),
      };
      const programs = await this.#prepared.runnables(place, plan.seed);
      const began = Date.now();
      const trace = await runPlan(plan, {
        ...around,
        programs,
        timeoutScale: around.timeoutScale * TRACED_SCALE,
        traceFile: traceFileIn(folder),
      });
      return withWitness(judged, await compareWithStrace(trace, began, folder));
    } finally {
      await lease.release();
      await helpers?.release();
    }
  }
}
