import { defined } from '../../base/defined.ts';
import { UserError } from '../../base/user-error.ts';
import { isMoment } from '../../spec/late-policy.ts';
import type { Concern } from '../attention.ts';
import type { Matches } from '../gradebook/match.ts';
import type { Roster } from '../gradebook/roster.ts';
import type { Extension } from '../late.ts';
import type { Submission } from '../types.ts';
import { instantOf } from '../zones.ts';
import {
  type DecisionLine,
  type DecisionTable,
  readDecisionLines,
  writeDecisionLines,
} from './decision-table.ts';
import { whomFinder } from './whom.ts';

/** Until when a student may hand in, where that is later than for the others. */
export const EXTENSIONS: DecisionTable = { name: 'extensions.csv', columns: ['student', 'due', 'comment'] };

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** An extension as a person has written it. */
export interface ExtensionLine extends Extension {
  readonly student: string;
  readonly line: number;
  readonly cells: DecisionLine['cells'];
}

/** Reads `extensions.csv`: a student, and a date and time, or a span such as `+2d` after it is due. */
export function readExtensions(file: string): readonly ExtensionLine[] {
  return readDecisionLines(file, EXTENSIONS).flatMap(({ cells, line }): readonly ExtensionLine[] => {
    const { student = '', due = '' } = cells;
    if (student === '' || due === '') return [];
    const [, count, unit] = /^\+?\s*(\d+(?:\.\d+)?)\s*([mhd])$/.exec(due) ?? [];
    if (count !== undefined)
      return [{ student, line, cells, by: Number(count) * UNITS[unit as keyof typeof UNITS] }];
    if (isMoment(due)) return [{ student, line, cells, due }];
    throw new UserError({
      where: `${file}, line ${line}`,
      what: `the extension can't be "${due}"`,
      fix: 'Give a date and time such as 2026-11-22T23:59:00+01:00, or a span after it is due such as 2d or 36h.',
    });
  });
}

/** The extensions by submission, and those of which it is not known whose they are. A group has the longest of its members'. */
export function resolveExtensions(
  lines: readonly ExtensionLine[],
  submissions: readonly Submission[],
  { roster, matches }: { readonly roster: Roster | undefined; readonly matches: Matches | undefined },
): { readonly bySubmission: ReadonlyMap<string, Extension>; readonly concerns: readonly Concern[] } {
  const find = whomFinder(submissions, roster);
  const bySubmission = new Map<string, Extension>();
  const concerns: Concern[] = [];
  for (const line of lines) {
    const whom = find(line.student);
    if ('why' in whom) {
      const what = `${EXTENSIONS.name}, line ${line.line}: the extension fits no student: ${whom.why}`;
      concerns.push({ who: line.student, what, grade: 'not placed' });
      continue;
    }
    const own = submissions.filter(({ id }) =>
      'submission' in whom
        ? id === whom.submission
        : matches?.students.get(id)?.some((student) => matches.rows.get(student) === whom.row),
    );
    for (const { id } of own) bySubmission.set(id, longer(line, bySubmission.get(id)));
  }
  return { bySubmission, concerns };
}

/** Of two spans or two dates the later; a date goes before a span. */
function longer({ due, by }: Extension, other: Extension | undefined): Extension {
  const one: Extension = { ...defined({ due, by }) };
  if (other === undefined) return one;
  if (due !== undefined && other.due !== undefined)
    return instantOf(due) >= instantOf(other.due) ? one : other;
  if (by !== undefined && other.by !== undefined) return by >= other.by ? one : other;
  return due === undefined ? other : one;
}

/** Writes `extensions.csv`; without lines it is a heading to be filled in. */
export function writeExtensions(file: string, lines: readonly ExtensionLine[]): Promise<void> {
  return writeDecisionLines(
    file,
    EXTENSIONS,
    lines.map(({ cells }) => cells),
  );
}
