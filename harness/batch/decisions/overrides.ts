import { createHash } from 'node:crypto';
import type { ManifestScenario } from '../manifest.ts';
import type { Result } from '../result.ts';
import type { Submission } from '../types.ts';
import {
  type DecisionLine,
  type DecisionTable,
  readDecisionLines,
  writeDecisionLines,
} from './decision-table.ts';
import { checkPoints, type GivenPoints, pointsFrom, TOTAL } from './points.ts';

/** Points that people give instead of the grader, and what they say of a submission. */
export const OVERRIDES: DecisionTable = {
  name: 'overrides.csv',
  columns: ['student', 'scenario', 'points', 'comment', 'by', 'at', 'basis', 'note'],
};
/** What a decision about a student without a submission rests on. */
const NOTHING_HANDED_IN = 'no submission';

/** A decision about a student's points; of the points of the assignment, before they are scaled. */
export interface Override extends GivenPoints {
  /** A submission, or a row of the roster by an id or its name. */
  readonly student: string;
  /** For the student; without points it is only that. */
  readonly comment: string;
  /** Who decided, and when: as they write it. */
  readonly by: string;
  readonly at: string;
  /** What was decided on, see `basisOf`; empty until the grader has filled it in. */
  readonly basis: string;
  /** For staff only. @default none */
  readonly note?: string;
}

/** An override, and where it stands. */
export interface OverrideLine extends Override {
  readonly note: string;
  readonly line: number;
  /** Everything that stands there, further columns included. */
  readonly cells: DecisionLine['cells'];
}

/**
 * Reads `overrides.csv`; `scenarios` are those of the assignment and the items of the rubric. Throws a UserError, with the
 * line, for a scenario that there is not, and for points that are no number or more than can be had.
 */
export function readOverrides(file: string, scenarios: readonly ManifestScenario[]): readonly OverrideLine[] {
  return readDecisionLines(file, OVERRIDES).flatMap(({ cells, line }) => {
    const { student = '', comment = '', by = '', at = '', basis = '', note = '' } = cells;
    if (Object.values(cells).every((cell) => cell === '')) return [];
    const named = cells.scenario ?? '';
    const override = {
      student,
      comment,
      by,
      at,
      basis,
      note,
      ...(named === '' || named.toLowerCase() === TOTAL ? {} : { scenario: named }),
      ...((cells.points ?? '') === '' ? {} : { points: pointsFrom(cells.points ?? '') }),
    };
    checkPoints(override, scenarios, `${file}, line ${line}`);
    return [{ ...override, line, cells }];
  });
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
    lines.map(({ cells, basis, ...override }) =>
      // What people have written stays as they wrote it.
      cells === undefined ? cellsOf({ ...override, basis }) : { ...cells, basis },
    ),
  );
}

/** The cells of a decision that no person has written into the table. */
export function cellsOf({
  student,
  scenario,
  points,
  comment,
  by,
  at,
  basis,
  note = '',
}: Override): DecisionLine['cells'] {
  return { student, scenario: scenario ?? TOTAL, points: String(points ?? ''), comment, by, at, basis, note };
}
