/** Index of the first byte from `from` on where the two differ, or the shorter length when one begins the other. */
export function firstDifference(a: Buffer, b: Buffer, from = 0): number {
  const end = Math.min(a.length, b.length);
  const step = 4096;
  let at = Math.min(from, end);
  while (at + step <= end && a.compare(b, at, at + step, at, at + step) === 0) at += step;
  while (at < end && a[at] === b[at]) at += 1;
  return at;
}

/** How many bytes at the end are the same in both. */
export function commonSuffix(a: Buffer, b: Buffer): number {
  const end = Math.min(a.length, b.length);
  let same = 0;
  while (same < end && a[a.length - 1 - same] === b[b.length - 1 - same]) same += 1;
  return same;
}

/**
 * A search for `needle` in bytes that grow at the end: each call looks at the new ones only and gives the index of
 * the first occurrence, or -1 so far. Knuth–Morris–Pratt, because `Buffer.indexOf` can take seconds on hostile bytes.
 */
export function searchFor(needle: Buffer): (bytes: Buffer) => number {
  const fallback = fallbacks(needle);
  let at = 0;
  let matched = 0;
  return (bytes) => {
    while (matched < needle.length) {
      if (matched === 0) at = skipTo(bytes, needle[0] ?? 0, at);
      if (at >= bytes.length) return -1;
      while (matched > 0 && bytes[at] !== needle[matched]) matched = fallback[matched - 1] ?? 0;
      if (bytes[at] === needle[matched]) matched += 1;
      at += 1;
    }
    return at - needle.length;
  };
}

/** Index of the first occurrence of `needle`, or -1, in linear time whatever the bytes are. */
export function indexOf(bytes: Buffer, needle: Buffer): number {
  return searchFor(needle)(bytes);
}

function skipTo(bytes: Buffer, first: number, from: number): number {
  const found = bytes.indexOf(first, from);
  return found < 0 || from >= bytes.length ? Math.max(from, bytes.length) : found;
}

/** For each prefix of the needle, the length of its longest proper prefix that is its suffix too. */
function fallbacks(needle: Buffer): Int32Array {
  const table = new Int32Array(needle.length);
  let matched = 0;
  for (let at = 1; at < needle.length; at += 1) {
    while (matched > 0 && needle[at] !== needle[matched]) matched = table[matched - 1] ?? 0;
    if (needle[at] === needle[matched]) matched += 1;
    table[at] = matched;
  }
  return table;
}
