import { defined } from '../../base/defined.ts';
import type { Report } from '../../model/index.ts';
import { lateDeduction } from '../../report/late.ts';
import type { Lateness } from '../late.ts';
import type { Manifest } from '../manifest.ts';
import type { Result } from '../result.ts';
import type { Student, Submission } from '../types.ts';
import type { RosterRow } from './columns.ts';
import type { Matches } from './match.ts';

/** Points that a person has set. */
export type SetByStaff = NonNullable<Report['overrides']>[number];

/** What a person says to a student without setting points. */
export type StaffComment = NonNullable<Report['comments']>[number];

/** What a person has noted for other staff. */
export interface StaffNote {
  readonly note: string;
  readonly by: string;
  readonly at: string;
}

/** A student with what goes into gradebooks. */
export interface GradeRow {
  readonly submission: Submission;
  readonly student: Student;
  readonly roster?: RosterRow;
  readonly result?: Result;
  readonly lateness: Lateness;
  /** Taken off for being late. */
  readonly off: number;
  /** Absent as long as something that is worth points could not be judged. */
  readonly grade?: number;
  /** Why there is no grade, where there is a result. */
  readonly open?: string;
  /** What people have decided; `result`, `off` and `grade` are those after it. */
  readonly setByStaff?: readonly SetByStaff[];
  readonly comments?: readonly StaffComment[];
  readonly notes?: readonly StaffNote[];
  /** What people have decided rests on other files or another result: they have to decide again. */
  readonly again?: true;
}

/** A row for each student who handed something in, by the name of the submission. */
export function gradeRows(
  { submissions, lateness, keys }: Manifest,
  results: ReadonlyMap<string, Result>,
  matches: Pick<Matches, 'rows' | 'students'> | undefined,
): readonly GradeRow[] {
  return submissions.flatMap((submission) => {
    const kept = results.get(submission.id);
    const result = kept?.key === keys[submission.id] ? kept : undefined;
    const own = lateness[submission.id] ?? {};
    const off = result === undefined ? 0 : lateDeduction({ ...result, ...own });
    const isGraded = result !== undefined && result.open === undefined;
    const students = matches?.students.get(submission.id) ?? submission.students;
    return students.map((student): GradeRow => {
      const roster = matches?.rows.get(student);
      return {
        submission,
        student,
        lateness: own,
        off,
        ...defined({ roster, result }),
        ...(isGraded ? { grade: result.points - off } : {}),
        ...defined({ open: result?.open }),
      };
    });
  });
}
