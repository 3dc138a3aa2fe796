import type { Mutation } from './mutation.ts';

/** A source with one place changed. */
export interface PlacedChange {
  readonly changed: string;
  /** The line of the original in which the change begins, from 1. */
  readonly line: number;
  /** The source as the mutation saw it, with the places before this one hidden. */
  readonly seen: string;
}

/** More places of one kind say nothing new. */
const MOST = 12;
/** Stands within a name, so that no pattern knows it; it is in no source (a private-use character). */
const MASK = '\uE000';
const KEYWORDS =
  /^(?:if|elif|else|while|for|switch|return|def|class|with|try|except|catch|and|or|not|in|await|async|function|new|sizeof)$/;

/**
 * A mutation at every place that it fits, in order: what was changed is hidden from it, and it is applied again. When it
 * fits nowhere, why.
 */
export function everyPlace(
  { apply }: Pick<Mutation, 'apply'>,
  source: string,
): readonly PlacedChange[] | string {
  const found = new Map<string, PlacedChange>();
  let masked = source;
  let why = 'no place found';
  for (let round = 0; round < 2 * MOST && found.size < MOST; round++) {
    const result = apply(masked);
    if (typeof result === 'object') why = result.why;
    if (typeof result !== 'string') break;
    const changed = result.replaceAll(MASK, '');
    if (changed === source) break;
    const { from, to } = changedLines(source, changed);
    found.set(changed, found.get(changed) ?? { changed, line: from + 1, seen: masked });
    // What was put in stands beside its place: below it or above.
    const next = hide(masked, from, Math.max(from + 1, to));
    const hidden = next === masked ? hide(masked, from - 1, to) : next;
    if (hidden === masked) break;
    masked = hidden;
  }
  return found.size > 0 ? [...found.values()] : why;
}

/** The first stretch of lines of the original that is not in the changed one; empty where lines were only put in. */
function changedLines(before: string, after: string): { readonly from: number; readonly to: number } {
  const [a, b] = [before.split('\n'), after.split('\n')];
  let from = 0;
  while (from < a.length && a[from] === b[from]) from++;
  // Where the lines behind it come again, it ends.
  for (let to = from; to < a.length; to++) {
    const at = b.indexOf(a[to] ?? '', from);
    if (at !== -1 && (a[to] ?? '').trim() !== '') return { from, to };
  }
  return { from, to: a.length };
}

/** Hides the names of calls and constants in some lines. */
function hide(source: string, from: number, to: number): string {
  const lines = source.split('\n');
  const hidden = lines.map((line, index) =>
    index < from || index >= to
      ? line
      : line.replaceAll(/\b[A-Za-z_]\w+(?=\s*\()|\b[A-Z][A-Z0-9_]{3,}\b/g, (name) =>
          KEYWORDS.test(name) ? name : `${name.charAt(0)}${MASK}${name.slice(1)}`,
        ),
  );
  return hidden.join('\n');
}
