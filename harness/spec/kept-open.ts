import type { Json, JsonObject } from '../model/index.ts';
import { namesOpen } from '../steps/template.ts';

/** Values that a step fills in itself, from what it keeps, kept from being filled in before. */
export function keptOpen(args: JsonObject, keys: readonly string[] = []): JsonObject {
  if (keys.length === 0) return args;
  const walk = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        keys.includes(key) && namesOpen(item as Json).length > 0
          ? { $late: item as Json }
          : walk(item as Json),
      ]),
    );
  };
  return walk(args) as JsonObject;
}
