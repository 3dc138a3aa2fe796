import type { Recording } from '../grading/recording-of.ts';
import { total } from '../judge/sum.ts';
import type { Report } from '../model/index.ts';

/**
 * A report after a second try: what the first try could judge stands, so that no verdict depends on how often it was
 * tried; what it could not judge comes from the second.
 */
export function mergeTries(first: Report, second: Report): Report {
  const better = new Map(second.scenarios.map((verdict) => [verdict.id, verdict]));
  const ids = [...first.scenarios, ...second.scenarios].map(({ id }) => id);
  const known = new Map(first.scenarios.map((verdict) => [verdict.id, verdict]));
  const scenarios = [...new Set(ids)].flatMap((id) => {
    const old = known.get(id);
    const kept = old === undefined || old.status === 'inconclusive' ? (better.get(id) ?? old) : old;
    return kept === undefined ? [] : [kept];
  });
  return { ...second, durationMs: first.durationMs + second.durationMs, scenarios, ...total(scenarios) };
}

/** What was recorded of both tries, so that judging it again comes to what `mergeTries` does. */
export function mergeRecordings(
  first: Report,
  before: Recording | undefined,
  second: Recording | undefined,
): Recording | undefined {
  if (before === undefined || second === undefined) return second ?? before;
  const kept = new Set(first.scenarios.filter(({ status }) => status !== 'inconclusive').map(({ id }) => id));
  const { failed, ...rest } = second;
  return {
    ...rest,
    // What could be judged once stands, whatever became of the second try.
    ...(failed === undefined || kept.size > 0 ? {} : { failed }),
    report: { ...second.report, durationMs: before.report.durationMs + second.report.durationMs },
    runs: [
      ...before.runs.filter(({ plan }) => kept.has(plan.scenario)),
      ...second.runs.filter(({ plan }) => !kept.has(plan.scenario)),
    ],
  };
}
