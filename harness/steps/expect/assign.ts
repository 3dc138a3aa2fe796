/**
 * Gives each row a column that fits, no column twice, so that as many rows as possible have one: augmenting paths, see
 * Kuhn's algorithm. Taking the first that fits could leave one without although there is a way for all.
 */
export function assign(
  fits: readonly (readonly boolean[])[],
  columns: number,
): readonly (number | undefined)[] {
  const rowOf = new Array<number | undefined>(columns).fill(undefined);
  const tryRow = (row: number, seen: Set<number>): boolean => {
    for (let column = 0; column < columns; column++) {
      if (!fits[row]?.[column] || seen.has(column)) continue;
      seen.add(column);
      const other = rowOf[column];
      if (other === undefined || tryRow(other, seen)) {
        rowOf[column] = row;
        return true;
      }
    }
    return false;
  };
  for (const row of fits.keys()) tryRow(row, new Set());
  return fits.map((_, row) => {
    const column = rowOf.indexOf(row);
    return column < 0 ? undefined : column;
  });
}
