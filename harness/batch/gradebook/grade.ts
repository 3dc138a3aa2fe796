import { hundredths } from '../../base/units.ts';
/** A grade, or nothing where there is none. */
export function grade(points: number | undefined): string {
  return points === undefined ? '' : String(hundredths(points));
}
