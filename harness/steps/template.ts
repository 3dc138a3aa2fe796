import type { Json, JsonObject } from '../model/index.ts';

/**
 * `${{ name }}` in a file: replaced by what the name stands for. Names that only a run knows (the
 * port, say) stay behind as `{$template: […]}` in the plan. `$${{` is a literal `${{`.
 */
const PATTERN = /\$?\$\{\{([^{}]*)\}\}/g;

/** One piece of a text: literal, or a name to be looked up. */
type Piece = string | { readonly name: string; readonly start: number };

/** Cuts a text into literal pieces and names. */
export function pieces(source: string): readonly Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of source.matchAll(PATTERN)) {
    found.push(source.slice(at, match.index));
    const escaped = match[0].startsWith('$$');
    found.push(escaped ? match[0].slice(1) : { name: (match[1] ?? '').trim(), start: match.index });
    at = match.index + match[0].length;
  }
  found.push(source.slice(at));
  return found.filter((piece) => piece !== '');
}

/** What a name stands for: a value now, something that the run will know, or nothing. */
export type Lookup = (name: string) => { readonly value: Json } | 'later' | undefined;

/** How a value is put into the text around it: as it is, or so that a pattern matches it literally. */
export type Quoting = 'plain' | 'regex';

/** Puts in what is known; an unknown name is handed to `unknown` with its offset in the text. */
export function substitute(
  source: string,
  lookup: Lookup,
  unknown: (name: string, start: number) => void,
  quoting: Quoting = 'plain',
): Json {
  const parts = pieces(source);
  const only = parts.length === 1 ? parts[0] : undefined;
  const out: (string | JsonObject)[] = [];
  let later = false;
  for (const part of parts) {
    if (typeof part === 'string') {
      out.push(part);
      continue;
    }
    const found = lookup(part.name);
    if (found === undefined) {
      unknown(part.name, part.start);
    } else if (found === 'later') {
      later = true;
      out.push({ name: part.name, quoting });
    } else if (isTemplate(found.value)) {
      later = true;
      out.push(
        ...found.value.$template.map((inner) =>
          typeof inner === 'string' ? quote(inner, quoting) : { name: inner.name, quoting },
        ),
      );
    } else if (part === only && quoting === 'plain') {
      return found.value;
    } else {
      out.push(quote(typeof found.value === 'string' ? found.value : JSON.stringify(found.value), quoting));
    }
  }
  return later ? { $template: out } : out.join('');
}

function quote(value: string, quoting: Quoting): string {
  return quoting === 'regex' ? value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') : value;
}

export interface Template {
  readonly $template: readonly (string | { readonly name: string; readonly quoting: Quoting })[];
}

/** Whether a value waits for the run. */
export function isTemplate(value: unknown): value is Template {
  return typeof value === 'object' && value !== null && '$template' in value;
}

/** A value of a plan that is filled in later than all others: by the step itself, from what it keeps. */
export interface Late {
  readonly $late: Json;
}

export function isLate(value: unknown): value is Late {
  return typeof value === 'object' && value !== null && '$late' in value;
}

/** A text for people with the names filled in that are known; others stay as they are written. */
export function fillPlaceholders(text: string, values: ReadonlyMap<string, Json>): string {
  return text.replace(PATTERN, (whole, name: string) => {
    const value = whole.startsWith('$$') ? undefined : values.get(name.trim());
    if (value === undefined) return whole;
    return typeof value === 'string' ? value.trimEnd() : JSON.stringify(value);
  });
}

/** Replaces every waiting value by text, now that the run knows the names. */
export function fillTemplates(value: Json, variables: ReadonlyMap<string, string>): Json {
  if (isLate(value)) return value as unknown as Json;
  if (isTemplate(value)) {
    return value.$template
      .map((part) => (typeof part === 'string' ? part : quote(variables.get(part.name) ?? '', part.quoting)))
      .join('');
  }
  if (Array.isArray(value)) return value.map((item: Json) => fillTemplates(item, variables));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fillTemplates(item as Json, variables)]),
  );
}

/** The names in a value that only the run knows. */
export function namesOpen(value: Json): string[] {
  if (isTemplate(value))
    return value.$template.flatMap((part) => (typeof part === 'string' ? [] : [part.name]));
  if (value === null || typeof value !== 'object' || isLate(value)) return [];
  return Object.values(value).flatMap(namesOpen);
}
