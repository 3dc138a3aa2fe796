import { UserError } from '../../base/user-error.ts';
import type { ManifestScenario } from '../manifest.ts';
import { type DecisionTable, readDecisionLines, writeDecisionLines } from './decision-table.ts';
import { pointsFrom, TOTAL } from './points.ts';

/** What people judge besides the scenarios: style, a report, an interview. */
export const RUBRIC: DecisionTable = { name: 'rubric.csv', columns: ['item', 'points', 'title', 'about'] };

/** Something that people give points for; in gradebooks it stands beside the scenarios. */
export interface RubricItem extends ManifestScenario {
  /** What to look for. */
  readonly about: string;
}

/**
 * Reads `rubric.csv`; without one there are no items. Throws a UserError, with the line, for an item that has no name or
 * that of a scenario, and for points that are no number.
 */
export function readRubric(file: string, scenarios: readonly ManifestScenario[]): readonly RubricItem[] {
  const taken = new Map(scenarios.map(({ id }) => [id, 'a scenario is called so']));
  taken.set(TOTAL, 'it stands for the whole grade');
  return readDecisionLines(file, RUBRIC).flatMap(({ cells, line }) => {
    if (Object.values(cells).every((cell) => cell === '')) return [];
    const { item: id = '', title = '', about = '' } = cells;
    const points = pointsFrom(cells.points ?? '');
    const fail = (what: string, fix: string): never => {
      throw new UserError({ where: `${file}, line ${line}`, what, fix });
    };
    const why = id === '' ? 'it is empty' : taken.get(id);
    if (why !== undefined) fail(`the item can't be "${id}": ${why}`, 'Give it a name of its own.');
    if (!Number.isFinite(points))
      fail(`the points of "${id}" are no number`, 'Give the most that can be had, 0 for a remark only.');
    taken.set(id, 'another item is called so');
    return [{ id, title: title === '' ? id : title, about, points, visibility: 'visible' as const }];
  });
}

/** Writes `rubric.csv`. */
export function writeRubric(file: string, items: readonly RubricItem[]): Promise<void> {
  return writeDecisionLines(
    file,
    RUBRIC,
    items.map(({ id, points, title, about }) => ({ item: id, points: String(points), title, about })),
  );
}
