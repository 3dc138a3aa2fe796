/** A grade, or nothing where there is none. */
export function grade(points: number | undefined): string {
  return points === undefined ? '' : String(Math.round(points * 100) / 100);
}
