import { createHash } from 'node:crypto';
import type { Report, Status, Verdict } from '../model/index.ts';
import { openPoints } from '../report/tally.ts';

/** The outcome of one scenario. */
export interface ScenarioResult {
  readonly id: string;
  readonly status: Status;
  readonly points: number;
  readonly ms: number;
}

/** What the journal keeps of a graded submission; everything else is in its folder. */
export interface Result {
  readonly id: string;
  /** What it was graded from and by: see `resultKey`. */
  readonly key: string;
  readonly status: Status;
  /** Before anything is taken off for being late. */
  readonly points: number;
  readonly maxPoints: number;
  readonly scenarios: readonly ScenarioResult[];
  /** Why it has no grade, for the person who looks at it. */
  readonly open?: string;
  /** It was inconclusive, and has been tried again with nothing else running. */
  readonly again: boolean;
  readonly isolation: Report['isolation']['level'];
  readonly ms: number;
  /** Scenarios that were tried more than once. @default 0, as in journals of before */
  readonly retried?: number;
  /** Milliseconds that deadlines stood still while programs were kept from running. @default 0 */
  readonly granted?: number;
}

/** The same for the same submission, specification, version of the grader and settings; anything else differs. */
export function resultKey(submission: string, spec: string, version: string, settings: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([submission, spec, version, settings]))
    .digest('hex');
}

/** What there is to keep of a report. */
export function resultOf(report: Report, id: string, key: string, again: boolean): Result {
  const open = openPoints(report);
  const retried = report.scenarios.filter(({ attempts }) => attempts > 1).length;
  const granted = Math.round(grantedMs(report));
  return {
    id,
    key,
    status: report.status,
    points: report.points,
    maxPoints: report.maxPoints,
    scenarios: report.scenarios.map((one) => ({
      id: one.id,
      status: one.status,
      points: one.points,
      ms: Math.round(one.durationMs),
    })),
    ...(open.length === 0 ? {} : { open: whyOpen(open) }),
    again,
    isolation: report.isolation.level,
    ms: report.durationMs,
    ...(retried === 0 ? {} : { retried }),
    ...(granted === 0 ? {} : { granted }),
  };
}

function grantedMs({ scenarios }: Report): number {
  const events = scenarios.flatMap(({ runs }) => runs.flatMap(({ trace }) => trace.events));
  return events.reduce((sum, event) => sum + (event.type === 'step_end' ? event.granted : 0), 0);
}

/** One reason for all, or the first with its scenario. */
function whyOpen(open: readonly Verdict[]): string {
  const [first = '', ...others] = open.map(
    ({ findings }) => findings[0]?.summary ?? 'it could not be judged',
  );
  if (open.length > 1 && others.every((why) => why === first)) return first;
  return `${open[0]?.id}: ${first}${others.length > 0 ? ` (and ${others.length} more)` : ''}`;
}
