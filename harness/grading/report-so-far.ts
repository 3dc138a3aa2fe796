import os from 'node:os';
import { defined } from '../base/defined.ts';
import { version } from '../base/version.ts';
import { wasInterrupted } from '../judge/interrupted.ts';
import { remarkOnce, total } from '../judge/sum.ts';
import type { Kernel } from '../kernel/index.ts';
import type { Planned, Report, ScenarioSpec, Verdict } from '../model/index.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Prepared } from './submission.ts';

interface Surroundings {
  readonly kernel: Kernel;
  readonly sandbox: Sandbox;
  readonly seed: string;
  readonly params: Readonly<Record<string, string>>;
}

/** The verdicts of a grading as they come in, and the report that they make at any time. */
export class ReportSoFar {
  /** What programs left behind when all was over. */
  left: readonly string[] = [];
  readonly #began = performance.now();
  readonly #startedAt = new Date().toISOString();
  readonly #verdicts = new Map<string, Verdict>();
  readonly #assignment: Planned;
  readonly #scenarios: readonly ScenarioSpec[];
  readonly #around: Surroundings;

  /** `scenarios` are those that are to be graded, in their order. */
  constructor(assignment: Planned, scenarios: readonly ScenarioSpec[], around: Surroundings) {
    this.#assignment = assignment;
    this.#scenarios = scenarios;
    this.#around = around;
  }

  has(scenario: ScenarioSpec): boolean {
    return this.#verdicts.has(scenario.id);
  }

  add(verdict: Verdict): void {
    this.#verdicts.set(verdict.id, verdict);
  }

  report({ submission, builds }: Prepared): Report {
    const { spec } = this.#assignment;
    const { kernel, sandbox, seed, params } = this.#around;
    const verdicts = [...this.#verdicts.values()];
    return {
      schema: 'socket-grader/report/v1',
      grader: { version: version() },
      spec: { title: spec.title, file: spec.file, sha256: spec.sha256 },
      submission,
      host: {
        platform: `${process.platform} ${os.release()}`,
        node: process.version,
        cores: os.availableParallelism(),
        evidence: kernel.kind,
        unseen: kernel.unseen,
      },
      isolation: {
        level: sandbox.level,
        lost: sandbox.lost,
        ...defined({ left: this.left.length === 0 ? undefined : this.left }),
      },
      startedAt: this.#startedAt,
      durationMs: Math.round(performance.now() - this.#began),
      seed,
      ...defined({ params: Object.keys(params).length === 0 ? undefined : params }),
      ...total(verdicts),
      interrupted: wasInterrupted(verdicts),
      ...defined({ build: builds.length === 0 ? undefined : builds }),
      scenarios: remarkOnce(this.#scenarios.flatMap(({ id }) => this.#verdicts.get(id) ?? [])),
    };
  }
}
