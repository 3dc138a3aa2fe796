import type { Ids } from '../types.ts';
import { type Book, identityOf } from './book.ts';
import { GRADEBOOKS, type GradebookKind } from './index.ts';
import type { GradeRow } from './row.ts';

/** A gradebook for a system, and the students who are not in it, since the system would not find them. */
export interface Importable {
  readonly file: string;
  /** Absent where no student would be in it. */
  readonly content?: string;
  readonly unknown: readonly GradeRow[];
  /** What the system finds students by. */
  readonly needs: string;
}

interface Finding {
  readonly needs: string;
  readonly by: readonly (keyof Ids)[];
  /** A name does, too. */
  readonly name?: true;
}

/** By what systems find the student of a row when they import it. */
const FINDING: Readonly<Record<Exclude<GradebookKind, 'plain'>, Finding>> = {
  canvas: { needs: 'a name or an id that Canvas knows', by: ['canvas', 'sid', 'login'], name: true },
  moodle: { needs: "the Identifier of Moodle's grading worksheet", by: ['moodle'] },
  brightspace: { needs: 'an OrgDefinedId or a Username of Brightspace', by: ['sid', 'login'] },
};

/** Makes the gradebook that a system imports; a row that it could not assign to anybody is left out. */
export function importable(kind: keyof typeof FINDING, book: Book): Importable {
  const { needs, by, name: byName } = FINDING[kind];
  const isFound = (row: GradeRow) => {
    const { name, ids } = identityOf(row);
    return (byName === true && name !== '') || by.some((id) => ids[id] !== undefined);
  };
  // With the system's own export its rows are taken as they are.
  const unknown = book.roster?.kind === kind ? [] : book.rows.filter((row) => !isFound(row));
  const isEmpty = unknown.length > 0 && unknown.length === book.rows.length;
  const content = GRADEBOOKS[kind]({ ...book, rows: book.rows.filter((row) => !unknown.includes(row)) });
  return { file: `gradebook-${kind}.csv`, needs, unknown, ...(isEmpty ? {} : { content }) };
}
