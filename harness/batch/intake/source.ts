import { defined } from '../../base/defined.ts';
import type { Refused } from '../archive/target.ts';
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
  /** It is a group's, and `students` names the group. */
  readonly team?: string;
  /** Something about it that a person should know. */
  readonly remark?: string;
}

/** What a source may look at besides the names of the entries. */
export interface Surroundings {
  /** The content of a file. */
  readonly readFile: (name: string) => Promise<string>;
  /** Whether the course has a student of that name or login. */
  readonly isStudent: (name: string) => boolean;
}

/** What a source makes of the entries. */
export interface Reading {
  readonly pieces: readonly Piece[];
  /** What should have come along and did not. */
  readonly missing?: readonly Refused[];
}

/** A system that submissions are downloaded from, known by how it names things. */
export interface Source {
  readonly title: string;
  /** The pieces among the entries; what is not among them does not look like a submission. */
  read(entries: readonly Entry[], around: Surroundings): Promise<Reading>;
  /** Files that are always included and belong to no student. */
  readonly sidecars?: RegExp;
  /** What is to be said of an entry that is no submission. @default that its name is not that of one */
  readonly strange?: (entry: Entry) => Refused;
}

/** One student with the ids that are known. */
export function student(
  name: string | undefined,
  ids: { readonly [id in keyof Ids]: string | undefined },
): Student {
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
    read: async (entries) => ({
      pieces: entries.map(recognise).filter((piece) => piece !== undefined),
    }),
    ...defined({ sidecars }),
  };
}
