import { defined } from '../../base/defined.ts';
import { UserError } from '../../base/user-error.ts';
import type { ManifestScenario } from '../manifest.ts';
import { cellsOf, OVERRIDES, type Override, type OverrideLine } from './overrides.ts';
import type { OwnDecisions } from './own-decisions.ts';
import { checkPoints, pointsFrom } from './points.ts';

/** What a person enters for a scenario, an item of the rubric or the whole, as it is typed. */
export interface Entry {
  readonly points: string;
  readonly comment: string;
  /** What becomes of a decision that rests on something else: it stays open, counts again, or is dropped. @default open */
  readonly again?: 'open' | 'same' | 'drop' | undefined;
}

/** All that a person enters about a submission. */
export interface Entered {
  /** By scenario, and under `undefined` about the whole. What is not in it stays as it is. */
  readonly entries: ReadonlyMap<string | undefined, Entry>;
  readonly note: string;
  readonly by: string;
  /** In ISO 8601. */
  readonly at: string;
}

/** What is wrong with an entry, by scenario; or the lines that the table has then. */
export type Decided =
  | { readonly wrong: ReadonlyMap<string | undefined, string> }
  | { readonly lines: readonly DecidedLine[] };

type DecidedLine = Override & Pick<OverrideLine, 'cells'>;

/**
 * The lines of `overrides.csv` once a person has decided. Who has decided what before, and when, stays where nothing is
 * changed; a line keeps its place, the name of the student and further columns.
 */
export function decide(
  all: readonly OverrideLine[],
  own: OwnDecisions,
  entered: Entered,
  scenarios: readonly ManifestScenario[],
): Decided {
  const wrong = wrongEntries(entered, scenarios);
  if (wrong.size > 0) return { wrong };
  const changed = new Map(
    [...new Set([...entered.entries.keys(), undefined])].map((scenario) => [
      scenario,
      changedLine(scenario, own, entered),
    ]),
  );
  const counting = new Set([...own.lines.values()].map(({ line }) => line.line));
  const others = new Set(own.every.map(({ line }) => line.line).filter((line) => !counting.has(line)));
  const kept = all.flatMap((line): readonly DecidedLine[] => {
    if (!changed.has(line.scenario) || !(counting.has(line.line) || others.has(line.line))) return [line];
    const next = changed.get(line.scenario);
    if (others.has(line.line) || next === undefined) return [];
    // A person may have left the scenario empty, which means the whole.
    return [{ ...next, cells: { ...line.cells, ...cellsOf(next), scenario: line.cells.scenario ?? '' } }];
  });
  const added = [...changed].flatMap(([scenario, next]): readonly DecidedLine[] =>
    next === undefined || own.lines.has(scenario) ? [] : [{ ...next, cells: cellsOf(next) }],
  );
  return { lines: [...kept, ...added] };
}

function wrongEntries(
  { entries }: Entered,
  scenarios: readonly ManifestScenario[],
): ReadonlyMap<string | undefined, string> {
  const wrong = new Map<string | undefined, string>();
  for (const [scenario, { points }] of entries) {
    const text = points.trim();
    if (text === '') continue;
    try {
      checkPoints({ points: pointsFrom(text), ...defined({ scenario }) }, scenarios, OVERRIDES.name);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      wrong.set(scenario, `${error.what}. ${error.fix ?? ''}`);
    }
  }
  return wrong;
}

/** The line about a scenario; undefined where there is nothing to say any more. */
function changedLine(
  scenario: string | undefined,
  { id, lines, note: noted, basis }: OwnDecisions,
  { entries, note: newNote, by, at }: Entered,
): Override | undefined {
  const before = lines.get(scenario);
  const old = before?.line;
  const note = scenario === undefined ? oneLine(newNote) : '';
  const same = { points: old?.points, comment: old?.comment ?? '' };
  const { points, comment } = pointsAndComment(entries.get(scenario), same, before?.again === true);
  const isEmpty = points === undefined && comment === '';
  if (isEmpty && note === '') return undefined;
  const isSame = old !== undefined && points === old.points && comment === old.comment;
  const isRenewed = before?.again === true && entries.get(scenario)?.again === 'same';
  const keepsAuthor = isSame && !isRenewed && (!isEmpty || note === noted);
  return {
    student: old?.student ?? id,
    comment,
    by: keepsAuthor ? old.by : by,
    at: keepsAuthor ? old.at : at,
    basis: isEmpty ? '' : keepsAuthor ? old.basis : (basis ?? ''),
    note,
    ...defined({ scenario, points }),
  };
}

interface PointsAndComment {
  readonly points: number | undefined;
  readonly comment: string;
}

/** What an entry comes to, where a decision that does not count any more stays as long as nothing takes its place. */
function pointsAndComment(
  entry: Entry | undefined,
  old: PointsAndComment,
  isStale: boolean,
): PointsAndComment {
  if (entry === undefined) return old;
  const text = entry.points.trim();
  const comment = oneLine(entry.comment);
  if (!isStale || text !== '' || comment !== '')
    return { points: text === '' ? undefined : pointsFrom(text), comment };
  return entry.again === 'drop' ? { points: undefined, comment: '' } : old;
}

/** A cell holds one line. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
