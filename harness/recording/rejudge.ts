import { defined } from '../base/defined.ts';
import { UserError } from '../base/user-error.ts';
import { version } from '../base/version.ts';
import { type Environment, loadAssignment } from '../grading/load-assignment.ts';
import { programsOf, type Recording } from '../grading/recording-of.ts';
import { type RunChecker, withCheckers } from '../judge/checked.ts';
import { judgeAgain, type Recorded } from '../judge/judge-again.ts';
import { notBuilt } from '../judge/not-built.ts';
import { chosen, doesNotApply, lacking, requiredFirst, skipped, worthAnotherTry } from '../judge/required.ts';
import { notRun, remarkOnce, sumScenario, total } from '../judge/sum.ts';
import type { Plan, Report, RunVerdict, ScenarioSpec, Verdict } from '../model/index.ts';
import type { Assignment } from '../spec/read.ts';
import { areUsual } from '../spec/usual-variants.ts';
import { isVerifiedRecording } from './recording-file.ts';

/** What may differ from when it was recorded. */
export interface RejudgeOptions {
  /** The specification to judge by. */
  readonly spec: string;
  /** Settings of the assignment, over those that were recorded. */
  readonly params?: Readonly<Record<string, string>>;
  /** Only these scenarios. @default those that were asked for when it was recorded */
  readonly only?: readonly string[];
  /** Where the specification looks up what it lists under `env`. @default nothing */
  readonly env?: Environment;
  /** What the specification comes to with the settings and the seed of the recording. @default it is read */
  readonly assignment?: Assignment;
  /** Runs the checkers of the course, isolated. @default none is run, and what they check is inconclusive */
  readonly runChecker?: RunChecker;
}

/**
 * Judges a recorded run of a submission by a specification that may have changed: points, hints, visibility, matchers.
 * Nothing is run but checkers of the course. What the recording can't tell is inconclusive, and says so.
 */
export async function rejudge(recording: Recording, options: RejudgeOptions): Promise<Report> {
  try {
    return await judgeRecording(recording, options);
  } catch (error) {
    // A checksum proves that the grader has written it so; else nothing but the file can be at fault.
    if (error instanceof UserError || isVerifiedRecording(recording)) throw error;
    throw new UserError({
      where: recording.report.submission.path,
      what: `the recording is damaged, and can't be judged: ${(error as Error).message}`,
      fix: 'Grade the submission again with "socket-grader run".',
    });
  }
}

async function judgeRecording(recording: Recording, options: RejudgeOptions): Promise<Report> {
  const { report, settings } = recording;
  const { runChecker } = options;
  const params = { ...settings.params, ...options.params };
  const assignment =
    options.assignment ?? (await loadAssignment(options.spec, params, report.seed, options.env));
  const { spec } = assignment;
  const only = options.only ?? settings.only;
  const scenarios = chosen(spec.scenarios, only);
  const verdicts = new Map<string, Verdict>();
  for (const scenario of requiredFirst(scenarios))
    verdicts.set(
      scenario.id,
      await judgeScenario(scenario, { ...assignment, ...defined({ runChecker }) }, recording, verdicts),
    );
  const judged = scenarios.map(({ id }) => verdicts.get(id)).filter((verdict) => verdict !== undefined);
  return {
    schema: 'socket-grader/report/v1',
    ...report,
    ...(Object.keys(params).length === 0 ? {} : { params }),
    grader: { version: version() },
    spec: { title: spec.title, file: spec.file, sha256: spec.sha256 },
    ...total(judged),
    scenarios: remarkOnce(judged),
  };
}

/** By what a scenario is judged. */
type Judging = Assignment & Pick<RejudgeOptions, 'runChecker'>;

async function judgeScenario(
  scenario: ScenarioSpec,
  { spec, plans: planned, runChecker }: Judging,
  recording: Recording,
  verdicts: ReadonlyMap<string, Verdict>,
): Promise<Verdict> {
  const plans = planned.get(scenario.id) ?? [];
  if (!startsAlike(recording.programs, programsOf(spec)))
    return missing(scenario, 'the specification now builds or starts the program in another way');
  const { failed } = recording;
  if (failed) return notBuilt(scenario, failed);
  if (plans.length === 0) return doesNotApply(scenario);
  const lacks = scenario.requires.map((id) => verdicts.get(id)).find((one) => one && lacking(one));
  if (lacks) return skipped(scenario, lacks);
  const runs: RunVerdict[] = [];
  for (const plan of plans) {
    const recorded = recording.runs.filter(
      (run) => run.plan.scenario === scenario.id && run.plan.row === plan.row,
    );
    if (recorded.length === 0)
      return missing(
        scenario,
        `${plan.row === undefined ? 'the scenario' : `its row ${plan.row}`} was not run when it was recorded`,
      );
    runs.push(...(await judgeRow(scenario, plan, recorded, runChecker)));
  }
  return sumScenario(scenario, runs);
}

/** Whether both specifications build and start the programs in the same way; the usual way has learned new languages. */
function startsAlike(before: Recording['programs'], now: Recording['programs']): boolean {
  const names = Object.keys(now);
  if (Object.keys(before).join() !== names.join()) return false;
  return names.every((name) => {
    const { variants: newer = [], usual, ...others } = now[name] ?? {};
    const { variants: older = [], usual: _, ...known } = before[name] ?? {};
    if (JSON.stringify(known) !== JSON.stringify(others)) return false;
    return usual ? areUsual(name, older) : JSON.stringify(older) === JSON.stringify(newer);
  });
}

/** The attempts that the retries of the scenario would have led to, as far as they were made. */
async function judgeRow(
  scenario: ScenarioSpec,
  plan: Plan,
  recorded: readonly Recorded[],
  runChecker: RunChecker = async () => ({ problem: 'it was not run again' }),
): Promise<RunVerdict[]> {
  const { times, on } = scenario.retries;
  const runs: RunVerdict[] = [];
  for (const run of [...recorded].sort((a, b) => a.attempt - b.attempt).slice(0, times + 1)) {
    // Checkers of the course say again what they think of what was recorded.
    const trace = await withCheckers(plan, run.trace, runChecker);
    const verdict = judgeAgain(scenario, plan, { ...run, trace });
    runs.push(verdict);
    if (!worthAnotherTry(verdict, on, { exposed: true })) break;
  }
  return runs;
}

function missing(scenario: ScenarioSpec, why: string): Verdict {
  return notRun(scenario, 'inconclusive', {
    cause: 'unknown',
    because: 'not_recorded',
    summary: `The recording does not show it: ${why}.`,
    evidence: [],
    hint: 'Grade the submission again with "socket-grader run".',
  });
}
