import type { Ids, Student } from '../types.ts';

/** Something at the top of what was handed over. */
export interface Entry {
  readonly name: string;
  readonly folder: boolean;
}

/** An entry that belongs to a student: a file, or a folder whose content counts. */
export interface Piece {
  /** Who handed it in, the same for everything of one student. */
  readonly key: string;
  /** What the student is called here; begins the name of the folder in the results. */
  readonly label: string;
  readonly students: readonly Student[];
  readonly entry: string;
  /** The name that the student gave the file; absent for a folder. */
  readonly file?: string;
  /** Of several attempts the one that sorts last counts; all pieces of one say the same. Undefined where none tells. */
  readonly attempt: string | undefined;
  /** Within an attempt: of two versions of one file the higher counts. */
  readonly order?: number;
  readonly at?: string;
  readonly late?: boolean;
  readonly feedback?: string;
  /** Something about it that a person should know. */
  readonly remark?: string;
}

/** A system that submissions are downloaded from, known by how it names things. */
export interface Source {
  readonly title: string;
  /** The pieces among the entries; what is not among them does not look like a submission. */
  read(entries: readonly Entry[], readFile: (name: string) => Promise<string>): Promise<readonly Piece[]>;
  /** Files that always come along and are nobody's. */
  readonly sidecars?: RegExp;
  /** What is to be said of entries that are no submissions. */
  readonly strange?: string;
}

/** One student with the ids that are known. */
export function student(name: string | undefined, ids: Ids): Student {
  const known = Object.fromEntries(
    Object.entries(ids).filter(([, value]) => value !== undefined && value !== ''),
  );
  return { ...(name === undefined || name === '' ? {} : { name }), ids: known };
}

/** A source whose entries are recognised one by one. */
export function byName(
  title: string,
  recognise: (entry: Entry) => Piece | undefined,
  sidecars?: RegExp,
): Source {
  return {
    title,
    read: async (entries) => entries.map(recognise).filter((piece) => piece !== undefined),
    ...(sidecars === undefined ? {} : { sidecars }),
  };
}
