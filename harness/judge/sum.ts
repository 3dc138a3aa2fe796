import { defined } from '../base/defined.ts';
import { hundredths } from '../base/units.ts';
import type { Credit, Finding, Report, RunVerdict, ScenarioSpec, Status, Verdict } from '../model/index.ts';

/** Puts the runs of a scenario together: all its rows, each with its last attempt. */
export function sumScenario(scenario: ScenarioSpec, runs: readonly RunVerdict[]): Verdict {
  const last = new Map<string, RunVerdict>();
  for (const run of runs) last.set(run.row ?? '', run);
  const { deciding, broken } = apartFromReferences([...last.values()]);
  const attempts = Math.max(0, ...runs.map((run) => run.attempt));
  if (broken) return { ...notRun(scenario, 'inconclusive', referenceFailed(broken)), attempts, runs };
  const status = worst(deciding.map((run) => run.status));
  return {
    ...head(scenario),
    status,
    points: earned(scenario, deciding, status),
    attempts,
    flaky: status === 'pass' && runs.some((run) => run.status !== 'pass'),
    durationMs: Math.round(runs.reduce((sum, run) => sum + run.trace.durationMs, 0)),
    findings: deciding.flatMap((run) => run.findings),
    runs,
  };
}

/**
 * The rows that decide: those in which only programs of the course talk to each other carry no points. Where one of them
 * fails, the course has a mistake, and no other row proves anything.
 */
function apartFromReferences(rows: readonly RunVerdict[]): {
  readonly deciding: readonly RunVerdict[];
  readonly broken?: RunVerdict;
} {
  const own = rows.filter((run) => !isReference(run));
  if (own.length === 0) return { deciding: rows };
  const broken = rows.find((run) => isReference(run) && run.status !== 'pass');
  return { deciding: own, ...defined({ broken }) };
}

/** Whether only helpers were started in a run. */
function isReference({ trace }: RunVerdict): boolean {
  const starts = trace.events.flatMap((event) => (event.type === 'process_start' ? [event] : []));
  return starts.length > 0 && starts.every(({ helper }) => helper === true);
}

function referenceFailed({ findings, row }: RunVerdict): Finding {
  const [first] = findings;
  return {
    ...(first ?? { cause: 'unknown', evidence: [] }),
    because: 'precondition',
    summary: `The reference programs of the course do not pass this with each other${row === undefined ? '' : ` (${row})`}: ${first?.summary ?? 'it could not be judged.'}`,
    hint: 'Repair the reference programs or the scenario; submissions are not judged by it.',
  };
}

/** All or nothing, unless steps have points of their own or each row counts by itself. */
function earned(scenario: ScenarioSpec, runs: readonly RunVerdict[], status: Status): number {
  const credits = runs.flatMap((run) => run.credits ?? []);
  if (credits.length > 0) {
    const steps = new Map<string, Credit>();
    for (const credit of credits) {
      const key = `${credit.line}:${credit.column}`;
      // A step that is done several times must pass each time.
      if (steps.get(key)?.earned !== false) steps.set(key, credit);
    }
    const sum = [...steps.values()].reduce((so, one) => so + (one.earned ? one.points : 0), 0);
    return hundredths(sum);
  }
  if (scenario.scoring === 'by_row') {
    const passed = runs.filter((run) => run.status === 'pass').length;
    return hundredths((scenario.points * passed) / Math.max(1, runs.length));
  }
  return status === 'pass' ? scenario.points : 0;
}

/** A scenario that did not run, and why. */
export function notRun(scenario: ScenarioSpec, status: Exclude<Status, 'pass'>, found: Finding): Verdict {
  return {
    ...head(scenario),
    status,
    points: 0,
    attempts: 0,
    flaky: false,
    durationMs: 0,
    findings: [found],
    runs: [],
  };
}

function head(scenario: ScenarioSpec) {
  const { id, title, points, visibility, hiddenMessage, failureDetails, explain, references } = scenario;
  return {
    id,
    title,
    maxPoints: points,
    visibility,
    ...defined({ hiddenMessage, failureDetails }),
    references,
    ...defined({ explain }),
  };
}

/** Whether a scenario was not finished because the grading was interrupted. */
export function isInterrupted({ findings }: Pick<Verdict, 'findings'>): boolean {
  return findings.some(({ because }) => because === 'interrupted');
}

/** The same verdicts, with a remark that several of them would make left to the first. */
export function remarkOnce(verdicts: readonly Verdict[]): Verdict[] {
  const made = new Map<string, Verdict>();
  return verdicts.map((verdict) => {
    const findings = verdict.findings.filter(({ remark, cause, hint }) => {
      if (!remark || cause !== 'swapped_port') return true;
      const key = `${cause} ${hint}`;
      if (!made.has(key)) made.set(key, verdict);
      return made.get(key) === verdict;
    });
    return { ...verdict, findings };
  });
}

const SEVERITY: readonly Status[] = ['pass', 'skip', 'inconclusive', 'fail'];

/** The most serious of some statuses. */
export function worst(statuses: readonly Status[]): Status {
  return SEVERITY.findLast((status) => statuses.includes(status)) ?? 'skip';
}

/**
 * Points and status of a whole submission. Scenarios that do not apply count neither for nor against
 * it; those that were skipped because another one failed count as not passed; those that are worth
 * nothing only inform.
 */
export function total(verdicts: readonly Verdict[]): Pick<Report, 'points' | 'maxPoints' | 'status'> {
  const applying = (verdict: Verdict) =>
    verdict.status !== 'skip' || verdict.findings.some(({ cause }) => cause === 'required_failed');
  const counted = verdicts.filter(applying);
  const sum = (pick: (verdict: Verdict) => number) =>
    hundredths(counted.reduce((so, verdict) => so + pick(verdict), 0));
  return {
    points: sum(({ points }) => points),
    maxPoints: sum(({ maxPoints }) => maxPoints),
    status: worst([
      ...counted
        .filter(({ maxPoints }) => maxPoints > 0 || counted.every((verdict) => verdict.maxPoints === 0))
        .map(({ status }) => status),
      // What was not finished is no success, whatever it is worth.
      ...counted.filter(isInterrupted).map(({ status }) => status),
    ]),
  };
}
