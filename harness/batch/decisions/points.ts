import { hundredths } from '../../base/units.ts';
import { UserError } from '../../base/user-error.ts';
import { suggest } from '../../steps/scope.ts';
import type { ManifestScenario } from '../manifest.ts';

/** In the place of a scenario: the grade as a whole, from which nothing is taken off. */
export const TOTAL = 'total';

/** A number as people write it, with a comma as well; NaN for anything else. */
export function pointsFrom(text: string): number {
  return /^\d{1,9}(?:[.,]\d{1,9})?$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN;
}

/** The most points that a scenario, or the grade as a whole, can come to. */
export function mostPoints(scenarios: readonly ManifestScenario[], scenario: string | undefined): number {
  const sum = scenarios
    .filter(({ id }) => scenario === undefined || id === scenario)
    .reduce((so, { points }) => so + points, 0);
  return hundredths(sum);
}

/** Points that a person gives, and what for. */
export interface GivenPoints {
  /** @default the grade as a whole */
  readonly scenario?: string;
  /** NaN where what was written is no number; absent as long as it is undecided. */
  readonly points?: number;
}

/**
 * Throws a UserError for points that can't be: for a scenario that there is not, negative ones, or more than can be had.
 * Items of the rubric count as scenarios.
 */
export function checkPoints(
  { scenario, points }: GivenPoints,
  scenarios: readonly ManifestScenario[],
  where: string,
): void {
  const known = scenarios.map(({ id }) => id);
  if (scenario !== undefined && !known.includes(scenario))
    throw new UserError({
      where,
      what: `there is no scenario "${scenario}"`,
      fix: `${suggest(scenario, known)}; leave it empty for the whole grade`,
    });
  if (points === undefined) return;
  const most = mostPoints(scenarios, scenario);
  if (!(points >= 0 && points <= most))
    throw new UserError({
      where,
      what: Number.isNaN(points)
        ? 'the points are no number'
        : `${points} points are more than there are for ${scenario ?? 'the whole grade'}: ${most}`,
      fix: `Give a number from 0 to ${most}, or leave it empty as long as it is undecided.`,
    });
}
