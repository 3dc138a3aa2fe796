import type { Finding, Report, RunVerdict, ScenarioSpec, Status, Verdict } from '../model.ts';

/** Puts the runs of a scenario together: all its rows, each with its last attempt. */
export function sumScenario(scenario: ScenarioSpec, runs: readonly RunVerdict[]): Verdict {
  const last = new Map<string, RunVerdict>();
  for (const run of runs) last.set(run.row ?? '', run);
  const deciding = [...last.values()];
  const status = worst(deciding.map((run) => run.status));
  const attempts = Math.max(0, ...runs.map((run) => run.attempt));
  return {
    ...head(scenario),
    status,
    points: status === 'pass' ? scenario.points : 0,
    attempts,
    flaky: status === 'pass' && attempts > 1,
    durationMs: Math.round(runs.reduce((sum, run) => sum + run.trace.durationMs, 0)),
    findings: deciding.flatMap((run) => run.findings),
    runs,
  };
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

function head({ id, title, points, visibility, explain, references }: ScenarioSpec) {
  return {
    id,
    title,
    maxPoints: points,
    visibility,
    references,
    ...(explain === undefined ? {} : { explain }),
  };
}

const SEVERITY: readonly Status[] = ['pass', 'skip', 'inconclusive', 'fail'];

/** The most serious of some statuses. */
export function worst(statuses: readonly Status[]): Status {
  return SEVERITY.findLast((status) => statuses.includes(status)) ?? 'skip';
}

/**
 * Points and status of a whole submission. Skipped scenarios count neither for nor against it, and
 * those that are worth nothing only inform.
 */
export function total(verdicts: readonly Verdict[]): Pick<Report, 'points' | 'maxPoints' | 'status'> {
  const counted = verdicts.filter(({ status }) => status !== 'skip');
  const sum = (pick: (verdict: Verdict) => number) =>
    Math.round(counted.reduce((so, verdict) => so + pick(verdict), 0) * 100) / 100;
  return {
    points: sum(({ points }) => points),
    maxPoints: sum(({ maxPoints }) => maxPoints),
    status: worst(
      counted
        .filter(({ maxPoints }) => maxPoints > 0 || counted.every((verdict) => verdict.maxPoints === 0))
        .map(({ status }) => status),
    ),
  };
}
