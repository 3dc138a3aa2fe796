import { createHash } from 'node:crypto';
import { UserError } from '../../base/user-error.ts';
import { suggest } from '../../steps/scope.ts';
import type { ManifestScenario } from '../manifest.ts';
import type { Result } from '../result.ts';
import type { Submission } from '../types.ts';
import {
  type DecisionLine,
  type DecisionTable,
  readDecisionLines,
  writeDecisionLines,
} from './decision-table.ts';

/** Points that people give instead of the grader. */
export const OVERRIDES: DecisionTable = {
  name: 'overrides.csv',
  columns: ['student', 'scenario', 'points', 'comment', 'by', 'at', 'basis'],
};
/** In the place of a scenario: the grade as a whole, from which nothing is taken off. */
const TOTAL = 'total';
/** What a decision about a student without a submission rests on. */
const NOTHING_HANDED_IN = 'no submission';

/** A decision about a student's points. */
export interface Override {
  /** A submission, or a row of the roster by an id or its name. */
  readonly student: string;
  /** @default the grade as a whole */
  readonly scenario?: string;
  /** Of the points of the assignment, before they are scaled. Absent as long as it is undecided. */
  readonly points?: number;
  /** For the student. */
  readonly comment: string;
  /** Who decided, and when: as they write it. */
  readonly by: string;
  readonly at: string;
  /** What was decided on, see `basisOf`; empty until the grader has filled it in. */
  readonly basis: string;
}

/** An override, and where it stands. */
export interface OverrideLine extends Override {
  readonly line: number;
  /** Everything that stands there, further columns included. */
  readonly cells: DecisionLine['cells'];
}

/**
 * Reads `overrides.csv`. Throws a UserError, with the line, for a scenario that there is not, and for points that are no
 * number or more than can be had.
 */
export function readOverrides(file: string, scenarios: readonly ManifestScenario[]): readonly OverrideLine[] {
  return readDecisionLines(file, OVERRIDES).flatMap(({ cells, line }) => {
    const { student = '', comment = '', by = '', at = '', basis = '' } = cells;
    if (Object.values(cells).every((cell) => cell === '')) return [];
    const named = cells.scenario ?? '';
    const override: Override = {
      student,
      comment,
      by,
      at,
      basis,
      ...(named === '' || named.toLowerCase() === TOTAL ? {} : { scenario: named }),
      ...((cells.points ?? '') === '' ? {} : { points: pointsFrom(cells.points ?? '') }),
    };
    checkOverride(override, scenarios, `${file}, line ${line}`);
    return [{ ...override, line, cells }];
  });
}

/** A number as people write it, with a comma as well. */
function pointsFrom(text: string): number {
  return /^\d+(?:[.,]\d+)?$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN;
}

/** Throws a UserError when an override can't be: for a scenario that there is not, or more points than can be had. */
export function checkOverride(
  { scenario, points }: Pick<Override, 'scenario' | 'points'>,
  scenarios: readonly ManifestScenario[],
  where: string = OVERRIDES.name,
): void {
  const known = scenarios.map(({ id }) => id);
  if (scenario !== undefined && !known.includes(scenario))
    throw new UserError({
      where,
      what: `there is no scenario "${scenario}"`,
      fix: `${suggest(scenario, known)}; leave it empty for the whole grade`,
    });
  if (points === undefined) return;
  const most = mostPoints(scenarios, scenario);
  if (!(points >= 0 && points <= most))
    throw new UserError({
      where,
      what: Number.isNaN(points)
        ? 'the points are no number'
        : `${points} points are more than there are for ${scenario ?? 'the whole grade'}: ${most}`,
      fix: `Give a number from 0 to ${most}, or leave it empty as long as it is undecided.`,
    });
}

/** The most points that a scenario, or the grade as a whole, can come to. */
export function mostPoints(scenarios: readonly ManifestScenario[], scenario: string | undefined): number {
  const sum = scenarios
    .filter(({ id }) => scenario === undefined || id === scenario)
    .reduce((so, { points }) => so + points, 0);
  return Math.round(sum * 100) / 100;
}

/** Stands for what a person saw who decided: the files and every verdict. With other ones it has to be decided again. */
export function basisOf(
  submission: Pick<Submission, 'sha256'> | undefined,
  result: Result | undefined,
): string {
  if (submission === undefined) return NOTHING_HANDED_IN;
  const verdicts = result?.scenarios.map(({ id, status, points }) => [id, status, points]);
  return createHash('sha256')
    .update(JSON.stringify([submission.sha256, verdicts ?? null]))
    .digest('hex')
    .slice(0, 16);
}

/** Writes `overrides.csv` with these lines, in one step. */
export function writeOverrides(
  file: string,
  lines: readonly (Override & { readonly cells?: DecisionLine['cells'] })[],
): Promise<void> {
  return writeDecisionLines(
    file,
    OVERRIDES,
    lines.map(({ cells, student, scenario, points, comment, by, at, basis }) =>
      // What people have written stays as they wrote it.
      cells === undefined
        ? { student, scenario: scenario ?? TOTAL, points: String(points ?? ''), comment, by, at, basis }
        : { ...cells, basis },
    ),
  );
}

/**
 * Adds one decision to `overrides.csv`, in the place of an earlier one about the same student and scenario. Whoever calls
 * it holds the lock of the folder (`lock`), since a batch writes the file as well. Throws a UserError as `checkOverride`.
 */
export async function saveOverride(
  file: string,
  override: Override,
  scenarios: readonly ManifestScenario[],
): Promise<void> {
  checkOverride(override, scenarios);
  const others = readOverrides(file, scenarios).filter(
    ({ student, scenario }) => student !== override.student || scenario !== override.scenario,
  );
  await writeOverrides(file, [...others, override]);
}
