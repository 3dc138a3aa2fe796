import { defined } from '../../base/defined.ts';
import { hundredths } from '../../base/units.ts';
import { worst } from '../../judge/sum.ts';
import { lateDeduction } from '../../report/late.ts';
import type { Concern } from '../attention.ts';
import type { Roster } from '../gradebook/roster.ts';
import type { GradeRow, SetByStaff, StaffComment } from '../gradebook/row.ts';
import type { ManifestScenario } from '../manifest.ts';
import type { Result, ScenarioResult } from '../result.ts';
import type { Submission } from '../types.ts';
import type { OverrideLine } from './overrides.ts';
import { type PlacedLine, placeLines, placeOf } from './place-lines.ts';
import { mostPoints } from './points.ts';
import type { RubricItem } from './rubric.ts';

interface Applied {
  readonly rows: readonly GradeRow[];
  /** What could not be applied, or has to be decided again. */
  readonly concerns: readonly Concern[];
  /** The same lines, with what they rest on filled in. */
  readonly lines: readonly OverrideLine[];
  readonly placed: readonly PlacedLine[];
}

/** What decisions are about. */
interface Subject {
  readonly submissions: readonly Submission[];
  readonly roster: Roster | undefined;
  /** Those of the assignment. */
  readonly scenarios: readonly ManifestScenario[];
  /** @default none */
  readonly rubric?: readonly RubricItem[];
}

/**
 * Puts what people have decided in the place of what the grader found. A decision about other files or another result
 * than there are now does not count any more, and neither does what the grader found: a person has to decide again. As
 * long as an item of the rubric is undecided there is no grade either.
 */
export function applyOverrides(
  rows: readonly GradeRow[],
  lines: readonly OverrideLine[],
  { submissions, roster, scenarios, rubric = [] }: Subject,
): Applied {
  const { lines: placed, absent, concerns } = placeLines(lines, rows, { submissions, roster });
  const own = new Map<GradeRow, PlacedLine[]>();
  for (const one of placed)
    for (const target of one.targets) own.set(target, [...(own.get(target) ?? []), one]);
  const all = [...scenarios, ...rubric];
  const change = (row: GradeRow) => {
    const decisions = own.get(row) ?? [];
    return decisions.length === 0 && rubric.length === 0 ? row : decidedRow(row, decisions, { all, rubric });
  };
  return {
    rows: [...rows, ...absent].map(change),
    concerns: [...concerns, ...placed.flatMap(commentConcern)],
    lines: placed.map(({ line }) => line),
    placed,
  };
}

/** A comment on other files is not passed on. */
function commentConcern({ line, targets: [target], again }: PlacedLine): readonly Concern[] {
  if (!again || line.points !== undefined || target === undefined) return [];
  const what = `${placeOf(line)}: the comment was written on other files or another result, and is not passed on`;
  return [{ who: target.submission.id, what }];
}

interface Scale {
  readonly all: readonly ManifestScenario[];
  readonly rubric: readonly RubricItem[];
}

/** A row with all that people have decided about it. */
function decidedRow(row: GradeRow, placed: readonly PlacedLine[], { all, rubric }: Scale): GradeRow {
  const notes = placed.flatMap(({ line: { note, by, at } }) => (note === '' ? [] : [{ note, by, at }]));
  const base = { ...withRubric(row, rubric), ...(notes.length === 0 ? {} : { notes }) };
  const stale = placed.find(({ line, again }) => again && line.points !== undefined);
  if (stale !== undefined) {
    const why = `decide again: ${placeOf(stale.line)} was decided on other files or another result`;
    const { grade: _, ...rest } = base;
    return { ...rest, off: 0, open: why, again: true };
  }
  // Of several lines about the same the last counts.
  const counting = new Map(placed.filter(({ again }) => !again).map(({ line }) => [line.scenario, line]));
  const titles = new Map(rubric.map(({ id, title }) => [id, title]));
  const about = ({ scenario, comment, by, at }: OverrideLine): StaffComment => ({
    comment,
    by,
    at,
    ...defined({ scenario, title: scenario === undefined ? undefined : titles.get(scenario) }),
  });
  const lines = [...counting.values()];
  const comments = lines.filter(({ points, comment }) => points === undefined && comment !== '').map(about);
  const set = lines.flatMap((line): SetByStaff[] =>
    line.points === undefined
      ? []
      : [{ ...about(line), points: line.points, maxPoints: mostPoints(all, line.scenario) }],
  );
  const said = { ...base, ...(comments.length === 0 ? {} : { comments }) };
  return set.length === 0 ? said : withPoints(said, set, { all, rubric });
}

/** The items of the rubric beside the scenarios, undecided. */
function withRubric(row: GradeRow, rubric: readonly RubricItem[]): GradeRow {
  const { result, grade: _, ...rest } = row;
  if (rubric.length === 0 || result === undefined) return row;
  const items = rubric.map(
    ({ id, points }): ScenarioResult => ({
      id,
      status: points > 0 ? 'inconclusive' : 'skip',
      points: 0,
      ms: 0,
    }),
  );
  const whole: Result = {
    ...result,
    maxPoints: hundredths(result.maxPoints + mostPoints(rubric, undefined)),
    scenarios: [...result.scenarios, ...items],
  };
  return graded({ ...rest, result: whole }, rubric, result.open);
}

/** A row with the grade that its result comes to, or with the reason why there is none. */
function graded(
  row: Omit<GradeRow, 'open' | 'grade'> & { readonly result: Result },
  rubric: readonly RubricItem[],
  why: string | undefined,
): GradeRow {
  const { open: _, ...result } = row.result;
  const isItem = new Map(rubric.map(({ id, points }) => [id, points]));
  const waiting = result.scenarios.filter(({ id, status }) => status === 'inconclusive' && isItem.get(id));
  const open =
    why ?? (waiting.length === 0 ? undefined : `not decided yet: ${waiting.map(({ id }) => id).join(', ')}`);
  const whole = { ...result, ...defined({ open }) };
  if (open !== undefined) return { ...row, result: whole, open };
  const off = lateDeduction({ ...whole, ...row.lateness });
  return { ...row, result: whole, off, grade: hundredths(whole.points - off) };
}

function withPoints(row: GradeRow, setByStaff: readonly SetByStaff[], { all, rubric }: Scale): GradeRow {
  const total = setByStaff.find(({ scenario }) => scenario === undefined);
  const { grade: _, open, result, ...rest } = row;
  const decided = result === undefined ? undefined : decidedResult(result, setByStaff, all);
  const base = { ...rest, setByStaff, ...defined({ result: decided }) };
  if (total !== undefined) return { ...base, off: 0, grade: total.points };
  if (decided === undefined) return base;
  const graders = new Map(
    all.filter(({ id }) => !rubric.some((item) => item.id === id)).map((one) => [one.id, one.points]),
  );
  const isOpen = decided.scenarios.some(
    ({ id, status }) => status === 'inconclusive' && (graders.get(id) ?? 0) > 0,
  );
  return graded({ ...base, result: decided }, rubric, isOpen ? open : undefined);
}

/** A result with the points of some scenarios as people have set them. */
function decidedResult(
  result: Result,
  decisions: readonly SetByStaff[],
  all: readonly ManifestScenario[],
): Result {
  const set = new Map(decisions.map((one) => [one.scenario, one]));
  const scenarios = result.scenarios.map((one) => {
    const own = set.get(one.id);
    if (own === undefined) return one;
    const status = own.points >= own.maxPoints ? ('pass' as const) : ('fail' as const);
    return { ...one, points: own.points, status };
  });
  const worth = new Map(all.map(({ id, points }) => [id, points]));
  const counted = scenarios.filter(({ id, status }) => status !== 'skip' && (worth.get(id) ?? 0) > 0);
  const sum = (ones: readonly ScenarioResult[]) => ones.reduce((so, { points }) => so + points, 0);
  const points = result.points + sum(scenarios) - sum(result.scenarios);
  return {
    ...result,
    scenarios,
    points: hundredths(points),
    status: worst((counted.length > 0 ? counted : scenarios).map(({ status }) => status)),
  };
}
