import { csvFile } from '../base/csv.ts';
import type { RosterRow } from './gradebook/columns.ts';
import type { Importable } from './gradebook/importable.ts';
import { labelOf, type Matches, type Unplaced } from './gradebook/match.ts';
import type { GradeRow } from './gradebook/row.ts';
import { byLevel } from './isolation-level.ts';
import { lateConcerns } from './late-concerns.ts';
import { inNoPart, type Manifest } from './manifest.ts';

/** What becomes of a grade that a person is needed for. */
type OpenGrade = 'none' | 'not graded yet' | 'not placed' | 'left out';

/** Something that a person should look at. */
export interface Concern {
  /** A student as the roster names them, else a submission, or the name of what is none. */
  readonly who: string;
  /** The submission that it is about, where `who` is not its id. */
  readonly submission?: string;
  readonly what: string;
  /** Grades are not complete because of it; absent where it is only worth a look. */
  readonly grade?: OpenGrade;
}

/** What was seen while gradebooks were made. */
interface Observed extends Partial<Pick<Matches, 'doubtful' | 'unmatched' | 'missing'>> {
  readonly importables?: readonly Importable[];
  /** What else there is to say of decisions that people made. */
  readonly decisions?: readonly Concern[];
  /** The grade that a row of the roster keeps, in words; empty where there is none. */
  readonly keptGrade?: (row: RosterRow) => string;
}

/** Everything that a person should look at: what concerns many, then those without a grade, then the rest. */
export function concerns(
  manifest: Manifest,
  rows: readonly GradeRow[],
  observed: Observed,
): readonly Concern[] {
  const name = nameOf(rows);
  const { together, single } = lateConcerns(manifest, (id) => name(id).who);
  return [
    ...together,
    ...lessIsolated(rows, name),
    ...ofDownload(manifest),
    ...withoutGrade(manifest, rows, name, observed),
    ...(observed.decisions ?? []),
    ...notToBeImported(observed, name),
    ...ofIntake(manifest, rows, name),
    ...single.map(({ id, what }) => ({ ...name(id), what })),
    ...ofRoster(manifest, observed, name),
  ];
}

type Naming = (id: string) => Pick<Concern, 'who' | 'submission'>;

/** Names a submission as the roster names those who handed it in. */
function nameOf(rows: readonly GradeRow[]): Naming {
  const names = new Map<string, string[]>();
  for (const { submission, roster } of rows)
    if (roster !== undefined)
      names.set(submission.id, [...(names.get(submission.id) ?? []), labelOf(roster)]);
  return (id) => {
    const known = names.get(id);
    return known === undefined ? { who: id } : { who: known.join('; '), submission: id };
  };
}

/** Submissions that were graded with less isolation than others of the same batch. */
function lessIsolated(rows: readonly GradeRow[], name: Naming): readonly Concern[] {
  const results = new Set(rows.flatMap(({ result }) => result ?? []));
  return byLevel([...results])
    .slice(1)
    .map(([level, own]) => {
      const what = `graded with less isolation (${level}) than the others`;
      const [first] = own;
      return own.length === 1 && first !== undefined
        ? { ...name(first.id), what }
        : {
            who: `${own.length} submissions`,
            what: `${what}: ${own.map(({ id }) => name(id).who).join(', ')}`,
          };
    });
}

/** What was left out of the download as a whole, or is not in it. */
function ofDownload({ refused, missing = [], gone = [] }: Manifest): readonly Concern[] {
  const what =
    'was graded here before, and is not in this download: it is in no gradebook. If that is right, --fresh discards it';
  return [
    ...gone.map((id): Concern => ({ who: id, what, grade: 'left out' })),
    ...missing.map(({ name, why }): Concern => ({ who: name, what: why, grade: 'left out' })),
    ...refused
      .filter(({ harmless }) => !harmless)
      .map(({ name, why }): Concern => ({ who: name, what: `left out: ${why}`, grade: 'left out' })),
  ];
}

function withoutGrade(
  manifest: Manifest,
  rows: readonly GradeRow[],
  name: Naming,
  { keptGrade = () => '' }: Observed,
): readonly Concern[] {
  const known = new Map<string, GradeRow[]>();
  for (const row of rows) known.set(row.submission.id, [...(known.get(row.submission.id) ?? []), row]);
  const list = [...known].flatMap(([id, own]): readonly Concern[] => {
    const [first] = own;
    if (first === undefined || first.grade !== undefined) return [];
    const kept = [...new Set(own.map(({ roster }) => (roster === undefined ? '' : keptGrade(roster))))].join(
      '',
    );
    if (first.open !== undefined)
      return [{ ...name(id), what: `no grade: ${first.open}${kept}`, grade: 'none' }];
    return [{ ...name(id), what: `not graded yet${kept}`, grade: 'not graded yet' }];
  });
  const elsewhere = inNoPart(manifest).map(
    (id): Concern => ({ who: id, what: 'in none of the parts that were merged', grade: 'not graded yet' }),
  );
  return [...list, ...elsewhere];
}

function notToBeImported({ importables = [], unmatched = [] }: Observed, name: Naming): readonly Concern[] {
  // The roster does not have them: that is said once.
  const known = new Set(unmatched.map(({ student }) => student));
  return importables.flatMap(({ file, content, needs, unknown }) =>
    content === undefined
      ? [
          {
            who: file,
            what: `not written, since no submission comes with ${needs}: give that system's export with --roster, or a download that is not anonymous`,
          },
        ]
      : unknown
          .filter(({ student }) => !known.has(student))
          .map((one) => describeUnplaced({ ...one, why: `not in ${file}: without ${needs}` }, name)),
  );
}

/** Reasons that a result without a file repeats. */
const REPEATED = 3;

/** What was left out of submissions, or taken in with a doubt. */
function ofIntake(
  { submissions, refused }: Manifest,
  rows: readonly GradeRow[],
  name: Naming,
): readonly Concern[] {
  const graded = new Set(
    rows.filter(({ result }) => result !== undefined).map(({ submission }) => submission.id),
  );
  return [
    ...submissions.flatMap(({ id, files, refused: own }) =>
      own
        .slice(files === 0 && graded.has(id) ? REPEATED : 0)
        .map((one) => ({ ...name(id), what: `left out: ${one.name}: ${one.why}` })),
    ),
    ...submissions.flatMap(({ id, remarks = [] }) => remarks.map((what) => ({ ...name(id), what }))),
    ...refused
      .filter(({ harmless }) => harmless)
      .map((one) => ({ who: one.name, what: `left out: ${one.why}` })),
  ];
}

function ofRoster(
  manifest: Manifest,
  { doubtful = [], unmatched = [], missing = [], keptGrade = () => '' }: Observed,
  name: Naming,
): readonly Concern[] {
  const what =
    inNoPart(manifest).length > 0
      ? 'in the roster, but in none of these parts: submitted nothing, or belongs to a part that is missing'
      : 'in the roster, but submitted nothing';
  // In a part of a batch most of the roster is elsewhere.
  const absent = manifest.shard === undefined ? missing : [];
  return [
    ...doubtful.map((one) => describeUnplaced(one, name)),
    ...unmatched.map(
      (one): Concern => ({
        ...describeUnplaced(one, name, "not in the roster's gradebook: "),
        grade: 'not placed',
      }),
    ),
    ...absent.map((row) => ({ who: labelOf(row), what: `${what}${keptGrade(row)}` })),
  ];
}

/** Of a group each member is named. */
function describeUnplaced({ submission, student, why }: Unplaced, name: Naming, what = ''): Concern {
  const about = student.name === undefined ? '' : `${student.name}: `;
  return { ...name(submission.id), what: `${about}${what}${why}` };
}

/** The list as a table. */
export function concernsCsv(list: readonly Concern[]): string {
  return csvFile([
    ['who', 'grade', 'what', 'submission'],
    ...list.map(({ who, what, grade, submission }) => [who, grade ?? '', what, submission ?? '']),
  ]);
}
