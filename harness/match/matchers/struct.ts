import * as v from 'valibot';
import { type Decider, decideAll, type Matcher, matched, mismatched, OPEN } from '../matcher.ts';
import { type Endian, endsByItself, type FieldWish, nameOf, readStruct, type StructScan } from '../struct.ts';
import { type WrittenWish, wishedFields } from '../struct-fields.ts';
import { defineMatcher, type MatcherSchema } from './definition.ts';
import { equals } from './equals.ts';
import { nothingCame } from './length.ts';

interface Written {
  readonly fields: readonly WrittenWish[];
  readonly endian: Endian;
}

type Short = Extract<StructScan, { state: 'short' }>;

const literal = (text: string) => equals.of({ kind: 'text', text });

function schema(inner: MatcherSchema): v.GenericSchema<unknown, Written> {
  const fields = wishedFields(inner, literal);
  const endian = v.exactOptional(v.picklist(['big', 'little'], 'is big or little'), 'big');
  return v.union(
    [
      v.pipe(
        fields,
        v.transform((list): Written => ({ fields: list, endian: 'big' })),
      ),
      v.strictObject({ fields, endian }),
    ],
    'is a list of fields, or {fields, endian}',
  );
}

export const struct = defineMatcher({
  kind: 'struct',
  about:
    'The message is these fields, one after another: a number (`u8` to `u64`, `i8` to `i64`, `f32`, `f64`) as a value, `{min, max}` or `{capture: id}`; `bits: [{width: 4, value: 2}, {width: 12, capture: rest}]`; `{text: ada, width: 16}` without the NULs that fill it up; `{length_prefix: 2, of: …}`; `hex`; `skip: 4` for bytes that do not matter. A text may be a matcher or `{capture: who}`; without a width, as the last field, it is all the rest. Big-endian; `struct: {endian: little, fields: […]}` for another byte order.',
  withoutIgnore: 'put it into the matcher of a text',
  schema,
  captures: ({ fields }) => fields.flatMap(namesOf),
  build: ({ fields, endian }, seed) => structMatcher(fields.map((field) => built(field, endian, seed))),
  sentence: ({ fields }) => `be a struct of ${fields.length} field${fields.length === 1 ? '' : 's'}`,
});

function namesOf(field: WrittenWish): readonly string[] {
  if (field.kind === 'bits') return field.groups.flatMap(({ capture }) => capture ?? []);
  return 'capture' in field && field.capture !== undefined ? [field.capture] : [];
}

function built(field: WrittenWish, endian: Endian, seed: string): FieldWish {
  switch (field.kind) {
    case 'number':
      return { ...field, endian: field.endian ?? endian };
    case 'text':
    case 'prefixed': {
      const { matcher, ...rest } = field;
      const ready = matcher?.build(seed);
      const wish = ready ? { mismatch: (bytes: Buffer) => ready.mismatch(bytes) } : {};
      return rest.kind === 'text'
        ? { ...rest, ...wish }
        : { ...rest, endian: rest.endian ?? endian, ...wish };
    }
    default:
      return field;
  }
}

function structMatcher(fields: readonly FieldWish[]): Matcher {
  const short = ({ missing, field: index, difference }: Short, length: number) => {
    if (length === 0) return nothingCame(0);
    if (difference) return difference;
    const field = fields[index];
    const description = `only ${length} bytes arrived: field ${index + 1}${field ? ` (${nameOf(field)})` : ''} lacks ${missing}`;
    return { cause: 'truncated' as const, at: length, description, missing };
  };
  const mismatch = (message: Buffer) => {
    const scan = readStruct(fields, message);
    if (scan.state === 'wrong') return scan.difference;
    if (scan.state === 'short') return short(scan, message.length);
    const extra = message.length - scan.length;
    if (extra === 0) return undefined;
    const description = `${extra} byte${extra === 1 ? '' : 's'} arrived after the last field`;
    return { cause: 'extra_bytes' as const, at: scan.length, description, extra };
  };
  const decider = (): Decider => {
    if (!endsByItself(fields))
      return ({ bytes, ended, over, idle }) =>
        ended || over || idle ? decideAll({ mismatch }, bytes) : OPEN;
    return ({ bytes, ended, over }) => {
      const scan = readStruct(fields, bytes);
      if (scan.state === 'complete') return matched(bytes, scan.length);
      if (scan.state === 'wrong') return mismatched(bytes, scan.difference);
      return ended || over ? mismatched(bytes, short(scan, bytes.length)) : OPEN;
    };
  };
  return {
    kind: 'struct',
    wantsNewline: true,
    emptyLine: 'no_match',
    mismatch,
    decider,
    captured: (message) => {
      const scan = readStruct(fields, message);
      return scan.state === 'complete' ? scan.captures : new Map();
    },
    describe: () => `a struct: ${fields.map(nameOf).join(', ')}`,
    lenient: () => structMatcher(fields),
  };
}
