import { byteCount, cpuBound, duration, name, signal, text } from '../base/fields.ts';
import { payload, payloadEntries } from '../match/payload-fields.ts';

/** As much of a schema as is needed to put it into words. */
interface Shape {
  readonly type: string;
  readonly wrapped?: Shape;
  readonly default?: unknown;
  readonly options?: readonly (Shape | string)[];
  readonly literal?: unknown;
  readonly pipe?: readonly unknown[];
  readonly item?: Shape;
  readonly entries?: Readonly<Record<string, Shape>>;
}

const KNOWN = new Map<unknown, string>([
  [duration, 'duration'],
  [byteCount, 'size'],
  [name, 'name'],
  [text, 'text'],
  [payload, 'payload'],
  [payloadEntries.file.wrapped, 'file name'],
  [signal, 'signal'],
  [cpuBound, '`"<20%"`'],
]);

/** The keys of a map with what they may be, and their default; in the order of the schema. */
export function keysOf(
  schema: unknown,
): { key: string; kind: string; usual: string | undefined; needed: boolean }[] {
  return Object.entries((schema as Shape).entries ?? {}).map(([key, entry]) => {
    const { wrapped, default: usual } = entry;
    const shown =
      usual === undefined || usual === '' ? undefined : typeof usual === 'object' ? undefined : String(usual);
    return { key, kind: kindOf(wrapped ?? entry), usual: shown, needed: wrapped === undefined };
  });
}

/** What a value may be, in a few words. */
function kindOf(schema: Shape): string {
  const known = KNOWN.get(schema) ?? KNOWN.get(schema.pipe?.[0]);
  if (known !== undefined) return known;
  switch (schema.type) {
    case 'string':
      return 'text';
    case 'number':
      return 'number';
    case 'boolean':
      return '`true`, `false`';
    case 'literal':
      return `\`${String(schema.literal)}\``;
    case 'picklist':
      return (schema.options ?? []).map((option) => `\`${String(option)}\``).join(', ');
    case 'union':
      return [
        ...new Set(
          (schema.options ?? []).map((option) => (typeof option === 'object' ? kindOf(option) : option)),
        ),
      ].join(', ');
    case 'array':
      return 'list';
    default:
      return 'map';
  }
}
