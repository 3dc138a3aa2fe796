import { defined } from '../base/defined.ts';
import { total } from '../judge/sum.ts';
import type { Report, Verdict, Visibility } from '../model/index.ts';
import { withFailureDetails } from './failure-details.ts';
import type { Audience } from './formats/format.ts';
import { secretsOf, withoutSecrets } from './secrets.ts';

/** What each audience is shown; when grades are published, staff decide by rendering for themselves. */
const SHOWN: Readonly<Record<Audience, readonly Visibility[]>> = {
  student: ['visible'],
  student_after_due: ['visible', 'after_due_date'],
  staff: ['visible', 'after_due_date', 'after_published', 'hidden'],
};

type Late = NonNullable<Report['late']>;
type Override = NonNullable<Report['overrides']>[number];

/** Whether an audience may know of a scenario. */
export function mayKnow(audience: Audience, visibility: Visibility): boolean {
  return SHOWN[audience].includes(visibility);
}

/**
 * The report as an audience may see it. Scenarios that are not shown leave nothing behind: points, status and duration
 * are summed again over those that are. Built field by field, so that a field added later is not shown by accident.
 */
export function forAudience(report: Report, audience: Audience): Report {
  if (audience === 'staff') return report;
  const shown = report.scenarios.filter(({ visibility }) => mayKnow(audience, visibility));
  const hinted = report.scenarios.filter((verdict) => !shown.includes(verdict)).flatMap(message);
  const { schema, grader, spec, submission, host, isolation, startedAt, seed, interrupted, build, late } =
    report;
  const sums = total(shown);
  const secrets = secretsOf(report, shown);
  const limited = secretsOf(report, shown.filter(isFull));
  const isShown = ({ scenario, title }: Pick<Override, 'scenario' | 'title'>) =>
    scenario === undefined || title !== undefined || shown.some(({ id }) => id === scenario);
  const overrides = report.overrides?.filter(isShown).map(withoutAuthor) ?? [];
  const comments = report.comments?.filter(isShown).map(withoutAuthor) ?? [];
  return {
    schema,
    grader: { version: grader.version },
    spec: { title: spec.title, file: spec.file, sha256: spec.sha256 },
    submission: {
      id: submission.id,
      path: submission.path,
      sha256: submission.sha256,
      run: commands(report, shown),
      ...defined({ unused: submission.unused }),
    },
    host: {
      platform: host.platform,
      node: host.node,
      cores: host.cores,
      evidence: host.evidence,
      unseen: host.unseen,
    },
    isolation: {
      level: isolation.level,
      lost: isolation.lost,
      ...defined({
        left: isolation.left === undefined ? undefined : withoutSecrets(isolation.left, limited),
      }),
    },
    startedAt,
    durationMs: Math.round([...shown, ...(build ?? [])].reduce((sum, { durationMs }) => sum + durationMs, 0)),
    seed,
    ...sums,
    // What was not finished may be among what is not shown.
    ...(interrupted && sums.status === 'pass' ? { status: 'inconclusive' } : {}),
    ...defined({
      late: late === undefined ? undefined : lateOf(late, shown.length < report.scenarios.length),
    }),
    ...(overrides.length === 0 ? {} : { overrides }),
    ...(comments.length === 0 ? {} : { comments }),
    interrupted,
    ...defined({ build: build === undefined ? undefined : withoutSecrets(build, limited) }),
    scenarios: [
      ...shown.map((verdict) => {
        const { findings, runs } = withFailureDetails(verdict);
        const known = isFull(verdict) ? limited : secrets;
        return {
          ...verdict,
          findings: withoutSecrets(findings, known),
          runs: withoutSecrets(runs, known),
        };
      }),
      ...hinted,
    ],
  };
}

function isFull({ failureDetails = 'full' }: Verdict): boolean {
  return failureDetails === 'full';
}

/** Students hear what was decided, not by whom. */
function withoutAuthor<T extends { readonly by?: string; readonly at?: string }>({
  by: _,
  at: __,
  ...said
}: T): Omit<T, 'by' | 'at'> {
  return said;
}

function lateOf({ percent, summary }: Late, isPart: boolean): Late {
  return isPart ? { percent, summary, partial: true } : { percent, summary };
}

/** What the author wants said of a hidden scenario that did not pass; nothing else of it is shown. */
function message({ hiddenMessage, status, visibility }: Verdict, number: number): Verdict[] {
  if (hiddenMessage === undefined || (status !== 'fail' && status !== 'inconclusive')) return [];
  return [
    {
      id: `hidden-${number + 1}`,
      title: 'A hidden test',
      status,
      points: 0,
      maxPoints: 0,
      visibility,
      attempts: 0,
      flaky: false,
      durationMs: 0,
      findings: [{ cause: 'unknown', summary: hiddenMessage, evidence: [] }],
      references: [],
      runs: [],
    },
  ];
}

/** The commands of programs that are not known only from scenarios that are left out. */
function commands(
  { scenarios, submission }: Report,
  shown: readonly Verdict[],
): Readonly<Record<string, string>> {
  const inShown = programs(shown);
  const inHidden = programs(scenarios.filter((verdict) => !shown.includes(verdict)));
  return Object.fromEntries(
    Object.entries(submission.run).filter(([name]) => inShown.has(name) || !inHidden.has(name)),
  );
}

function programs(verdicts: readonly Verdict[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { runs } of verdicts)
    for (const { trace } of runs)
      for (const event of trace.events) if ('program' in event) names.add(event.program);
  return names;
}
