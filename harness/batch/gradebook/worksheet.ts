import { defined } from '../../base/defined.ts';

/** The headings of Moodle's grading worksheet that mean something here, in the language that it was downloaded in. */
export interface Worksheet {
  readonly identifier: string;
  readonly grade: string;
  /** When the grade was changed: Moodle refuses a worksheet without it. */
  readonly modified: string;
  /** When something was handed in. */
  readonly submitted: string | undefined;
  /** Comments, where the assignment has them. */
  readonly feedback?: string;
}

const ENGLISH: Worksheet = {
  identifier: 'Identifier',
  grade: 'Grade',
  modified: 'Last modified (grade)',
  submitted: 'Last modified (submission)',
};
/** "Feedback comments" in languages that Moodle is used in most. */
const FEEDBACK = /feedback|kommentar|commentaire|comentario|comentário|commenti|opmerking|retroaliment/i;
/** "Participant 101", "Teilnehmer/in101". */
const PARTICIPANT = /^(\P{N}*\p{L}{3}\P{N}*)\d+$/u;
/** "Zuletzt geändert (Bewertung)"; Chinese and Japanese have brackets of their own. */
const MODIFIED = /^(?<start>.+?)\s*[(（](?<what>[^()（）]+)[)）]$/u;

/**
 * The headings of a worksheet; nothing for another table, and `unknown` for a worksheet in a language that they can't be
 * told in. Moodle translates them all, and looks for them in the language of whoever imports it. So they are known by how
 * they hang together: the first column is a word and a number, the same word in all rows, and of two headings that begin
 * alike, the one for when the grade was changed names the column of the grades.
 */
export function worksheetOf(
  columns: readonly string[],
  lines: readonly (readonly string[])[],
): Worksheet | 'unknown' | undefined {
  const feedback = columns.findLast((column) => FEEDBACK.test(column));
  if (columns.includes(ENGLISH.identifier)) return { ...ENGLISH, ...defined({ feedback }) };
  const [identifier = ''] = columns;
  const words = new Set(lines.map(([cell = '']) => PARTICIPANT.exec(cell.trim())?.[1]));
  if (words.size !== 1 || words.has(undefined)) return undefined;
  const changes = columns.flatMap((column) => {
    const { start = '', what = '' } = MODIFIED.exec(column)?.groups ?? {};
    return start === '' ? [] : [{ column, start, what: what.toLowerCase() }];
  });
  for (const { column: modified, start, what } of changes) {
    const grade = columns.find((column) => column.toLowerCase() === what);
    const submitted = changes.find((other) => other.start === start && other.column !== modified)?.column;
    if (grade !== undefined) return { identifier, grade, modified, submitted, ...defined({ feedback }) };
  }
  return changes.some(({ start }, at) => changes.findIndex((other) => other.start === start) !== at)
    ? 'unknown'
    : undefined;
}
