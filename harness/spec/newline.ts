import type { Json, JsonObject } from '../model/index.ts';
import { STEPS } from '../steps/index.ts';

/** Keys with values of the author's own shape below them: a header or a member called `line` is no line. */
const OTHER_SHAPES = new Set(['headers', 'json', 'capture', 'query']);

/**
 * The arguments of a step with the newline that the defaults say, wherever a `line` or `lines` on a connection has none
 * of its own. Standard input, files and what programs print keep theirs.
 */
export function withNewline(verb: string, args: JsonObject, newline: Json | undefined): JsonObject {
  if (typeof newline !== 'string' || !STEPS.get(verb)?.usesNewline) return args;
  const walk = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).map(([key, item]): [string, Json] => [
      key,
      OTHER_SHAPES.has(key) ? (item as Json) : walk(item as Json),
    ]);
    const isOpen = ('line' in value || 'lines' in value) && !('newline' in value);
    return Object.fromEntries(isOpen ? [...entries, ['newline', newline]] : entries);
  };
  return walk(args) as JsonObject;
}
