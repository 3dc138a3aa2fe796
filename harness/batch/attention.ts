import { csv } from './gradebook/cell.ts';
import type { Importable } from './gradebook/importable.ts';
import { labelOf, type Matches, type Unplaced } from './gradebook/match.ts';
import type { GradeRow } from './gradebook/row.ts';
import { byLevel } from './isolation-level.ts';
import { lateConcerns } from './late-concerns.ts';
import { inNoPart, type Manifest } from './manifest.ts';

/** Something that a person should look at. */
export interface Concern {
  /** A submission, or the name of what is none. */
  readonly who: string;
  readonly what: string;
  /** There is no grade because of it. */
  readonly ungraded?: true;
  /** It is only that nothing has graded it yet. */
  readonly waiting?: true;
}

/** What was seen while gradebooks were made. */
interface Observed extends Partial<Pick<Matches, 'doubtful' | 'unmatched' | 'missing'>> {
  readonly importables?: readonly Importable[];
}

/** Everything that a person should look at: what concerns many, then those without a grade, then the rest. */
export function concerns(
  manifest: Manifest,
  rows: readonly GradeRow[],
  observed: Observed,
): readonly Concern[] {
  const { together, single } = lateConcerns(manifest);
  return [
    ...together,
    ...lessIsolated(rows),
    ...withoutGrade(manifest, rows),
    ...notToBeImported(observed),
    ...ofIntake(manifest),
    ...single,
    ...ofRoster(manifest, observed),
  ];
}

/** Submissions that were graded with less isolation than others of the same batch. */
function lessIsolated(rows: readonly GradeRow[]): readonly Concern[] {
  const results = new Set(rows.flatMap(({ result }) => result ?? []));
  return byLevel([...results])
    .slice(1)
    .map(([level, own]) => {
      const what = `graded with less isolation (${level}) than the others`;
      const ids = own.map(({ id }) => id);
      return own.length === 1
        ? { who: ids.join(), what }
        : { who: `${own.length} submissions`, what: `${what}: ${ids.join(', ')}` };
    });
}

function withoutGrade(manifest: Manifest, rows: readonly GradeRow[]): readonly Concern[] {
  // Students of a group share a submission.
  const bySubmission = new Map(rows.map(({ submission, result }) => [submission.id, result]));
  const waiting = (who: string, what: string): Concern => ({ who, what, ungraded: true, waiting: true });
  const list = [...bySubmission].flatMap(([id, result]): readonly Concern[] => {
    if (result === undefined) return [waiting(id, 'not graded yet')];
    return result.open === undefined ? [] : [{ who: id, what: `no grade: ${result.open}`, ungraded: true }];
  });
  return [...list, ...inNoPart(manifest).map((id) => waiting(id, 'in none of the parts that were merged'))];
}

function notToBeImported({ importables = [] }: Observed): readonly Concern[] {
  return importables.flatMap(({ file, content, needs, unknown }) =>
    content === undefined
      ? [
          {
            who: file,
            what: `not written, since no submission comes with ${needs}: give that system's export with --roster, or a download that is not anonymous`,
          },
        ]
      : unknown.map((one) => describeUnplaced({ ...one, why: `not in ${file}: without ${needs}` })),
  );
}

/** What was left out, or taken in with a doubt. */
function ofIntake({ submissions, refused }: Manifest): readonly Concern[] {
  return [
    ...submissions.flatMap(({ id, refused: own }) =>
      own.map(({ name, why }) => ({ who: id, what: `left out: ${name}: ${why}` })),
    ),
    ...submissions.flatMap(({ id, remarks = [] }) => remarks.map((what) => ({ who: id, what }))),
    ...refused.map(({ name, why }) => ({ who: name, what: `left out: ${why}` })),
  ];
}

function ofRoster(
  manifest: Manifest,
  { doubtful = [], unmatched = [], missing = [] }: Observed,
): readonly Concern[] {
  const what =
    inNoPart(manifest).length > 0
      ? 'in the roster, but in none of these parts: handed nothing in, or belongs to a part that is missing'
      : 'in the roster, but handed nothing in';
  // In a part of a batch most of the roster is elsewhere.
  const absent = manifest.shard === undefined ? missing : [];
  return [
    ...doubtful.map((one) => describeUnplaced(one)),
    ...unmatched.map((one) => describeUnplaced(one, "not in the roster's gradebook: ")),
    ...absent.map((row) => ({ who: labelOf(row), what })),
  ];
}

function describeUnplaced({ submission, student, why }: Unplaced, what = ''): Concern {
  const name = student.name === undefined ? '' : `${student.name}: `;
  return { who: submission.id, what: `${name}${what}${why}` };
}

/** The list as a table. */
export function concernsCsv(list: readonly Concern[]): string {
  return csv([
    ['who', 'grade', 'what'],
    ...list.map(({ who, what, ungraded }) => [who, ungraded ? 'none' : '', what]),
  ]);
}
