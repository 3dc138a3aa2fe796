/** Something that the person at the keyboard can fix: where, what is wrong, and how to fix it. */
export class UserError extends Error {
  readonly where: string;
  readonly what: string;
  readonly fix: string | undefined;

  constructor({ where, what, fix }: { where: string; what: string; fix?: string }) {
    super(`${where}: ${what}${fix === undefined ? '' : `\n  ${fix}`}`);
    this.where = where;
    this.what = what;
    this.fix = fix;
  }
}

/** What a student has handed in cannot be graded, and that is the student's own matter: no program in it, say. */
export class SubmissionError extends UserError {}
