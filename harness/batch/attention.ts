import { csv } from './gradebook/cell.ts';
import type { Importable } from './gradebook/importable.ts';
import { labelOf, type Matches, type Told } from './gradebook/match.ts';
import type { GradeRow } from './gradebook/row.ts';
import type { Manifest } from './manifest.ts';

/** Something that a person should look at. */
export interface Concern {
  /** A submission, or the name of what is none. */
  readonly who: string;
  readonly what: string;
  /** There is no grade because of it. */
  readonly ungraded: boolean;
}

/** What was seen while gradebooks were made. */
interface Observed extends Partial<Pick<Matches, 'doubtful' | 'unmatched' | 'missing'>> {
  readonly importables?: readonly Importable[];
}

/** Everything that a person should look at, those without a grade first. */
export function concerns(
  manifest: Manifest,
  rows: readonly GradeRow[],
  { doubtful = [], unmatched = [], missing = [], importables = [] }: Observed,
): readonly Concern[] {
  const list: Concern[] = [];
  const add = (who: string, what: string, ungraded = false) => list.push({ who, what, ungraded });
  const seen = new Set<string>();
  for (const { submission, result } of rows) {
    if (seen.has(submission.id)) continue;
    seen.add(submission.id);
    if (result === undefined) add(submission.id, 'not graded yet', true);
    else if (result.open !== undefined) add(submission.id, `no grade: ${result.open}`, true);
  }
  const told = ({ student, why }: Told, what = '') =>
    `${student.name === undefined ? '' : `${student.name}: `}${what}${why}`;
  for (const { file, content, needs, unknown } of importables)
    if (content === undefined)
      add(
        file,
        `not written, since no submission comes with ${needs}: give that system's export with --roster, or a download that is not anonymous`,
      );
    else
      for (const one of unknown)
        add(one.submission.id, told({ ...one, why: `not in ${file}: without ${needs}` }));
  for (const { id, refused } of manifest.submissions)
    for (const { name, why } of refused) add(id, `left out: ${name}: ${why}`);
  for (const { id, remarks = [] } of manifest.submissions) for (const remark of remarks) add(id, remark);
  for (const { name, why } of manifest.refused) add(name, `left out: ${why}`);
  for (const [id, { open }] of Object.entries(manifest.lateness)) if (open !== undefined) add(id, open);
  for (const one of doubtful) add(one.submission.id, told(one));
  for (const one of unmatched) add(one.submission.id, told(one, "not in the roster's gradebook: "));
  // In a part of a batch most of the roster is elsewhere.
  for (const row of manifest.elsewhere.length > 0 ? [] : missing)
    add(labelOf(row), 'in the roster, but handed nothing in');
  return list;
}

/** The list as a table. */
export function concernsCsv(list: readonly Concern[]): string {
  return csv([
    ['who', 'grade', 'what'],
    ...list.map(({ who, what, ungraded }) => [who, ungraded ? 'none' : '', what]),
  ]);
}
