import { defined } from '../../base/defined.ts';
import type { Concern } from '../attention.ts';
import type { RosterRow } from '../gradebook/columns.ts';
import { type Assigned, labelOf, type Matches } from '../gradebook/match.ts';
import type { Roster } from '../gradebook/roster.ts';
import type { Submission } from '../types.ts';
import {
  type DecisionLine,
  type DecisionTable,
  readDecisionLines,
  writeDecisionLines,
} from './decision-table.ts';
import { whomFinder } from './whom.ts';

/** Which row of the roster a submission belongs to, where a person has to say so. */
export const MAPPING: DecisionTable = {
  name: 'mapping.csv',
  columns: ['submission', 'row', 'name', 'found', 'why'],
};
/** Says that a submission is to have no row. */
const NO_ROW = '-';

/** Reads `mapping.csv`; a submission that stands there several times belongs to several, as that of a group. */
export function readMapping(file: string): readonly DecisionLine[] {
  return readDecisionLines(file, MAPPING);
}

/** What people have assigned, and what of it can't be done. */
export interface ResolvedMapping {
  readonly assigned: Assigned;
  readonly concerns: readonly Concern[];
}

/** Finds the rows that people have named. Where one can't be found the submission has none: nothing is guessed. */
export function resolveMapping(
  lines: readonly DecisionLine[],
  submissions: readonly Submission[],
  roster: Roster | undefined,
): ResolvedMapping {
  const find = whomFinder([], roster);
  const known = new Set(submissions.map(({ id }) => id));
  const assigned = new Map<string, RosterRow[]>();
  const concerns: Concern[] = [];
  for (const { cells, line } of lines) {
    const { submission = '', row = '' } = cells;
    if (row === '') continue;
    const complain = (what: string, grade?: Concern['grade']) =>
      concerns.push({
        who: submission,
        what: `${MAPPING.name}, line ${line}: ${what}`,
        ...defined({ grade }),
      });
    if (!known.has(submission)) {
      complain('there is no such submission');
      continue;
    }
    if (roster === undefined) {
      complain('its row counts with --roster only');
      continue;
    }
    const own = assigned.get(submission) ?? [];
    assigned.set(submission, own);
    if (row === NO_ROW) continue;
    const whom = find(row);
    if ('row' in whom) own.push(whom.row);
    else complain(`"${row}" is no row: ${'why' in whom ? whom.why : ''}`, 'not placed');
  }
  return { assigned, concerns };
}

/**
 * Writes `mapping.csv` with every submission, what was found for it and why a person should look; what people have
 * written stays, also for submissions that are not there any more.
 */
export async function writeMapping(
  file: string,
  lines: readonly DecisionLine[],
  submissions: readonly Submission[],
  matches: Matches | undefined,
): Promise<void> {
  const known = new Set(submissions.map(({ id }) => id));
  const whys = new Map<string, string>();
  for (const { submission, why } of [...(matches?.doubtful ?? []), ...(matches?.unmatched ?? [])])
    whys.set(submission.id, whys.has(submission.id) ? `${whys.get(submission.id)}; ${why}` : why);
  const written = submissions.flatMap((submission) => {
    const { id, students } = submission;
    const about = {
      name: submission.team ?? students.map(({ name }) => name ?? '').join('; '),
      found: foundFor(id, matches),
      why: whys.get(id) ?? '',
    };
    const own = lines.filter(({ cells }) => cells.submission === id);
    const given = own.length > 0 ? own.map(({ cells }) => cells) : [{ submission: id, row: '' }];
    return given.map((cells) => ({ ...cells, ...about }));
  });
  const gone = lines
    .filter(({ cells }) => !known.has(cells.submission ?? '') && cells.row !== '')
    .map(({ cells }) => cells);
  await writeDecisionLines(file, MAPPING, [...written, ...gone]);
}

function foundFor(id: string, matches: Matches | undefined): string {
  const rows = (matches?.students.get(id) ?? []).flatMap((student) => matches?.rows.get(student) ?? []);
  return rows.map(labelOf).join('; ');
}
