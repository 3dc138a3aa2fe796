import { defined } from '../../base/defined.ts';
import { worst } from '../../judge/sum.ts';
import { lateDeduction } from '../../report/late.ts';
import type { Concern } from '../attention.ts';
import type { RosterRow } from '../gradebook/columns.ts';
import { labelOf } from '../gradebook/match.ts';
import type { Roster } from '../gradebook/roster.ts';
import type { GradeRow, SetByStaff } from '../gradebook/row.ts';
import type { ManifestScenario } from '../manifest.ts';
import type { Result } from '../result.ts';
import type { Submission } from '../types.ts';
import { basisOf, mostPoints, OVERRIDES, type OverrideLine } from './overrides.ts';
import { type Whom, whomFinder } from './whom.ts';

interface Applied {
  readonly rows: readonly GradeRow[];
  /** What could not be applied, or has to be decided again. */
  readonly concerns: readonly Concern[];
  /** The same lines, with what they rest on filled in. */
  readonly lines: readonly OverrideLine[];
}

/**
 * Puts what people have decided in the place of what the grader found. A decision about other files or another result
 * than there are now does not count any more, and neither does what the grader found: a person has to decide again.
 */
export function applyOverrides(
  rows: readonly GradeRow[],
  lines: readonly OverrideLine[],
  {
    submissions,
    roster,
    scenarios,
  }: {
    readonly submissions: readonly Submission[];
    readonly roster: Roster | undefined;
    readonly scenarios: readonly ManifestScenario[];
  },
): Applied {
  const find = whomFinder(submissions, roster);
  const concerns: Concern[] = [];
  const bound: OverrideLine[] = [];
  const decided: Decided = new Map();
  const stale = new Map<GradeRow, string>();
  const absent = new Map<RosterRow, GradeRow>();
  for (const line of lines) {
    const { points, student } = line;
    if (points === undefined) {
      bound.push(line);
      continue;
    }
    const whom = find(student);
    const place = `${OVERRIDES.name}, line ${line.line}`;
    const targets = targetsOf(whom, rows, absent);
    const [target] = targets;
    if (target === undefined || 'why' in whom) {
      const why = 'why' in whom ? whom.why : 'no student is called this';
      const what = `${place}: the decision fits no student: ${why}`;
      concerns.push({ who: student, what, grade: 'not placed' });
      bound.push(line);
      continue;
    }
    bound.push(decide(line, targets, basisNow(target), { decided, stale }));
  }
  const change = (row: GradeRow) => {
    const why = stale.get(row);
    if (why !== undefined) return undecided(row, why);
    const own = decided.get(row);
    return own === undefined ? row : withDecisions(row, [...own.values()], scenarios);
  };
  return { rows: [...rows, ...absent.values()].map(change), concerns, lines: bound };
}

/** The decisions about a row, by their scenario. */
type Decided = Map<GradeRow, Map<string | undefined, OverrideLine>>;

/** Takes a decision for its rows, or notes that it rests on something else than there is now; the line with its basis. */
function decide(
  line: OverrideLine,
  targets: readonly GradeRow[],
  now: string | undefined,
  { decided, stale }: { readonly decided: Decided; readonly stale: Map<GradeRow, string> },
): OverrideLine {
  const { basis, scenario } = line;
  if (basis !== '' && now !== undefined && basis !== now) {
    const place = `${OVERRIDES.name}, line ${line.line}`;
    const why = `decide again: ${place} was decided on other files or another result`;
    for (const one of targets) stale.set(one, why);
    return line;
  }
  for (const one of targets) decided.set(one, (decided.get(one) ?? new Map()).set(scenario, line));
  return basis === '' && now !== undefined ? { ...line, basis: now } : line;
}

/** The rows that a decision is about; a student without a submission gets a row, which is kept in `absent`. */
function targetsOf(
  whom: Whom,
  rows: readonly GradeRow[],
  absent: Map<RosterRow, GradeRow>,
): readonly GradeRow[] {
  if ('why' in whom) return [];
  if ('submission' in whom) return rows.filter((row) => row.submission.id === whom.submission);
  const known = rows.filter((row) => row.roster === whom.row);
  if (known.length > 0) return known;
  const row = absent.get(whom.row) ?? handedNothingIn(whom.row);
  absent.set(whom.row, row);
  return [row];
}

/** What a decision about a row rests on now; undefined as long as it has not been graded. */
function basisNow({ submission, result }: GradeRow): string | undefined {
  const isAbsent = submission.sha256 === '';
  return isAbsent || result !== undefined ? basisOf(isAbsent ? undefined : submission, result) : undefined;
}

/** A student with points and without a submission: an email, a mark given in class. */
function handedNothingIn(row: RosterRow): GradeRow {
  const id = labelOf(row);
  const submission: Submission = {
    id,
    students: [],
    from: '',
    late: false,
    earlier: [],
    files: 0,
    sha256: '',
    gist: '',
    refused: [],
    renamed: [],
  };
  return { submission, student: { name: row.name, ids: row.ids }, roster: row, lateness: {}, off: 0 };
}

function undecided({ grade: _, ...row }: GradeRow, why: string): GradeRow {
  return { ...row, off: 0, open: why };
}

function withDecisions(
  row: GradeRow,
  lines: readonly OverrideLine[],
  scenarios: readonly ManifestScenario[],
): GradeRow {
  const decisions = lines.map(
    ({ scenario, points = 0, comment, by, at }): SetByStaff => ({
      points,
      maxPoints: mostPoints(scenarios, scenario),
      comment,
      by,
      at,
      ...defined({ scenario }),
    }),
  );
  const total = decisions.find(({ scenario }) => scenario === undefined);
  const result = row.result === undefined ? undefined : decidedResult(row.result, decisions, scenarios);
  const { grade: _, open: __, ...rest } = row;
  const base = { ...rest, ...defined({ result }), setByStaff: decisions };
  if (total !== undefined) return { ...base, off: 0, grade: total.points };
  if (result === undefined) return base;
  if (result.open !== undefined) return { ...base, open: result.open };
  const off = lateDeduction({ ...result, ...row.lateness });
  return { ...base, off, grade: Math.round((result.points - off) * 100) / 100 };
}

/** A result with the points of some scenarios as people have set them. */
function decidedResult(
  { open, ...result }: Result,
  decisions: readonly SetByStaff[],
  all: readonly ManifestScenario[],
): Result {
  const set = new Map(decisions.map((one) => [one.scenario, one]));
  const scenarios = result.scenarios.map((one) => {
    const own = set.get(one.id);
    if (own === undefined) return one;
    return {
      ...one,
      points: own.points,
      status: own.points >= own.maxPoints ? ('pass' as const) : ('fail' as const),
    };
  });
  const worth = new Map(all.map(({ id, points }) => [id, points]));
  const isOpen = scenarios.some(({ id, status }) => status === 'inconclusive' && (worth.get(id) ?? 0) > 0);
  const counted = scenarios.filter(({ id, status }) => status !== 'skip' && (worth.get(id) ?? 0) > 0);
  const sum = (ones: typeof scenarios) => ones.reduce((so, { points }) => so + points, 0);
  const points = result.points + sum(scenarios) - sum([...result.scenarios]);
  return {
    ...result,
    scenarios,
    points: Math.round(points * 100) / 100,
    status:
      set.size === 0
        ? result.status
        : worst((counted.length > 0 ? counted : scenarios).map(({ status }) => status)),
    ...(isOpen && open !== undefined ? { open } : {}),
  };
}
