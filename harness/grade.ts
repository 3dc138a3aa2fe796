import os from 'node:os';
import type { Recorded } from './judge/judge-again.ts';
import { notRun, total } from './judge/sum.ts';
import { type Kernel, openKernel } from './kernel/index.ts';
import { loadAssignment } from './load-assignment.ts';
import type { BuildResult, Report, ScenarioSpec, Verdict } from './model.ts';
import { type Recording, recordingOf } from './recording.ts';
import { makeScratch } from './sandbox/scratch.ts';
import { Schedule } from './schedule.ts';
import type { Assignment } from './spec/read.ts';
import { prepareSubmission } from './submission.ts';
import { version } from './version.ts';

/** What a person asks for. */
export interface GradeOptions {
  /** A folder or a single file. */
  readonly submission: string;
  /** The specification. */
  readonly spec: string;
  /** Only these scenarios; all of them when empty. */
  readonly only?: readonly string[];
  /** Settings of the assignment, as text. */
  readonly params?: Readonly<Record<string, string>>;
  /** Overrides of how the program is built and started, and of its port. */
  readonly build?: string;
  readonly run?: string;
  readonly port?: 'auto' | 'any' | number;
  /** Scenarios at a time. @default twice the number of cores, at least 4 */
  readonly jobs?: number;
  /** Makes random bytes repeatable. @default random */
  readonly seed?: string;
  /** Stretches every deadline. @default 1 */
  readonly timeoutScale?: number;
  /** Where compilers and interpreters are looked for. @default /usr/local/bin:/usr/bin:/bin */
  readonly searchPath?: string;
  readonly evidence?: Kernel['kind'];
  readonly signal?: AbortSignal;
}

/** What happens while grading, for those who watch. */
export type Progress =
  /** The scenarios that will run, in their order. */
  | { readonly type: 'planned'; readonly scenarios: readonly ScenarioSpec[] }
  | { readonly type: 'built'; readonly build: BuildResult }
  | { readonly type: 'started'; readonly scenario: string }
  /** A scenario is done; the report has all that are done so far. */
  | { readonly type: 'finished'; readonly verdict: Verdict; readonly report: Report }
  /** All is over; this is what judging it again needs. */
  | { readonly type: 'recorded'; readonly recording: Recording };

/** Grades one submission: read, plan, run, judge, report. */
export async function grade(
  options: GradeOptions,
  onProgress: (progress: Progress) => void = () => {},
): Promise<Report> {
  const seed = options.seed ?? String(Math.floor(Math.random() * 1e9));
  const assignment = await loadAssignment(options.spec, options.params ?? {}, seed);
  const scenarios = choose(assignment, options.only ?? []);
  const began = performance.now();
  const startedAt = new Date().toISOString();
  const kernel = await openKernel(options.evidence === undefined ? {} : { force: options.evidence });
  const scratch = await makeScratch();
  const signal = options.signal ?? new AbortController().signal;
  const verdicts = new Map<string, Verdict>();
  const runs: Recorded[] = [];
  try {
    onProgress({ type: 'planned', scenarios });
    const prepared = await prepareSubmission(assignment, options, { kernel, scratch, signal });
    for (const build of prepared.builds) onProgress({ type: 'built', build });
    const report = (): Report => ({
      schema: 'socket-grader/report/v1',
      grader: { version: version() },
      spec: { title: assignment.spec.title, file: assignment.spec.file, sha256: assignment.spec.sha256 },
      submission: prepared.submission,
      host: {
        platform: `${process.platform} ${os.release()}`,
        node: process.version,
        cores: os.availableParallelism(),
        evidence: kernel.kind,
        unseen: kernel.unseen,
      },
      isolation: { level: 'none', lost: ['network of its own', 'file system of its own', 'limits'] },
      startedAt,
      durationMs: Math.round(performance.now() - began),
      seed,
      ...(Object.keys(options.params ?? {}).length === 0 ? {} : { params: options.params ?? {} }),
      ...total([...verdicts.values()]),
      interrupted: signal.aborted,
      ...(prepared.builds.length > 0 ? { build: prepared.builds } : {}),
      scenarios: scenarios
        .map((scenario) => verdicts.get(scenario.id))
        .filter((verdict) => verdict !== undefined),
    });
    const finish = (verdict: Verdict) => {
      verdicts.set(verdict.id, verdict);
      onProgress({ type: 'finished', verdict, report: report() });
    };
    const schedule = new Schedule(assignment, prepared, {
      kernel,
      scratch,
      signal,
      timeoutScale: options.timeoutScale ?? 1,
    });
    if (prepared.failed) {
      for (const scenario of scenarios)
        finish(
          notRun(scenario, prepared.failed.because === undefined ? 'fail' : 'inconclusive', prepared.failed),
        );
    } else {
      await schedule.runAll(scenarios, options.jobs ?? Math.max(4, 2 * os.availableParallelism()), {
        started: (scenario) => onProgress({ type: 'started', scenario }),
        finished: finish,
        recorded: (run) => runs.push(run),
      });
    }
    const done = report();
    const { failed } = prepared;
    onProgress({ type: 'recorded', recording: recordingOf(done, { options, assignment, runs, failed }) });
    return done;
  } finally {
    kernel.close();
    await scratch.remove();
  }
}

function choose({ spec }: Assignment, only: readonly string[]): readonly ScenarioSpec[] {
  if (only.length === 0) return spec.scenarios;
  return spec.scenarios.filter(({ id }) => only.includes(id));
}
