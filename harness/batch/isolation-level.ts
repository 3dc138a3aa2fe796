import type { Report } from '../model/index.ts';

export type Level = Report['isolation']['level'];

/** From the least to the best. */
const LEVELS: readonly Level[] = ['none', 'uid', 'full'];

/** Whether one level keeps less apart than another. */
export function isWeaker(level: Level, than: Level): boolean {
  return LEVELS.indexOf(level) < LEVELS.indexOf(than);
}

/** What was graded at each level, the best level first; levels at which nothing was are left out. */
export function byLevel<One extends { readonly isolation: Level }>(
  results: readonly One[],
): readonly (readonly [Level, readonly One[]])[] {
  return LEVELS.toReversed()
    .map((level) => [level, results.filter(({ isolation }) => isolation === level)] as const)
    .filter(([, own]) => own.length > 0);
}
