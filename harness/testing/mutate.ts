/** Values that stand where others were expected. */
const OTHERS: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  0.5,
  '',
  'x',
  '../../etc',
  '__proto__',
  'constructor',
  [],
  {},
  [[]],
  'é'.repeat(3_000),
];

/** A generator of numbers that are the same each time (mulberry32). */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}

/** The same JSON value with one thing in it changed, removed, doubled, renamed or put elsewhere: damaged, but still JSON. */
export function mutated(value: unknown, random: (below: number) => number): unknown {
  const copy = structuredClone(value) as object;
  const places: [holder: Record<string, unknown>, key: string][] = [];
  const visit = (holder: Record<string, unknown>): void => {
    for (const key of Object.keys(holder)) {
      places.push([holder, key]);
      const inner = holder[key];
      if (typeof inner === 'object' && inner !== null) visit(inner as Record<string, unknown>);
    }
  };
  visit(copy as Record<string, unknown>);
  const [holder, key] = places[random(places.length)] ?? [];
  if (holder === undefined || key === undefined) return copy;
  const other = places[random(places.length)];
  const kind = random(5);
  if (kind === 0) {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  } else if (kind === 1 && Array.isArray(holder)) holder.push(structuredClone(holder[Number(key)]));
  else if (kind === 2 && other !== undefined) holder[key] = structuredClone(other[0][other[1]]);
  else if (kind === 3 && !Array.isArray(holder)) {
    const { [key]: inner, ...rest } = holder;
    for (const name of Object.keys(holder)) delete holder[name];
    const name = String(OTHERS[random(OTHERS.length)]);
    Object.assign(holder, rest);
    Object.defineProperty(holder, name, {
      value: inner,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else holder[key] = OTHERS[random(OTHERS.length)];
  return copy;
}
