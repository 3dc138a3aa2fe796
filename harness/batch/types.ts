import type { Refused } from './archive/target.ts';

/** What systems call a student; each source knows some of these. */
export interface Ids {
  readonly canvas?: string;
  /** Moodle's number of a participant in one assignment. */
  readonly moodle?: string;
  readonly brightspace?: string;
  /** A student number, as Gradescope's SID. */
  readonly sid?: string;
  readonly login?: string;
  readonly email?: string;
  /** The repository of a Classroom 50 student, which ends in the login. */
  readonly repository?: string;
}

/** A student of a submission; a group hands in once and has several. */
export interface Student {
  readonly name?: string;
  readonly ids: Ids;
}

/** What one student or group handed in, unpacked and ready to be graded. */
export interface Submission {
  /** Name of its folder and of its row, unique and the same each time. */
  readonly id: string;
  readonly students: readonly Student[];
  /** The group that handed it in, where the source names that instead of its members. */
  readonly team?: string;
  /** Where it stands in what was handed over to us. */
  readonly from: string;
  /** When it was handed in, as far as the source tells, in ISO 8601. */
  readonly at?: string;
  /** The source marks it as late. */
  readonly late: boolean;
  /** Attempts that do not count, since there is a newer one. */
  readonly earlier: readonly string[];
  readonly files: number;
  /** Of the names and contents of all files. */
  readonly sha256: string;
  /** The same for submissions that are the same but for white space and comments. */
  readonly gist: string;
  /** What was left out of it, and why. */
  readonly refused: readonly Refused[];
  /** What else a person should know of it. */
  readonly remarks?: readonly string[];
  /** File names that were put right, as `from → to`. */
  readonly renamed: readonly string[];
  /** What a file sent back through the source's feedback zip must be called, up to its own name. */
  readonly feedback?: string;
}

/** Everything that was handed over, and what it was taken for. */
export interface Intake {
  readonly source: string;
  readonly submissions: readonly Submission[];
  /** What is not a submission, or could not be unpacked. */
  readonly refused: readonly Refused[];
  /** What should have come along and did not. */
  readonly missing?: readonly Refused[];
}
