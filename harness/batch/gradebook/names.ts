/** The words of a name, without accents, in lower case. */
export function words(name: string): string[] {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** Keys of which a student's own and those of a row have one in common, if the names are the same. */
export function nameKeys(name: string): {
  readonly own: readonly string[];
  readonly theirs: readonly string[];
} {
  const all = words(name);
  if (all.length === 0) return { own: [], theirs: [] };
  const sorted = `words ${all.toSorted().join(' ')}`;
  const joined = (parts: readonly string[]) => `joined ${parts.join('')}`;
  // Canvas leaves no spaces in file names: the last name, then the first.
  const turned = [...all.slice(-1), ...all.slice(0, -1)];
  return { own: [sorted, joined(all)], theirs: [sorted, joined(all), joined(turned)] };
}
