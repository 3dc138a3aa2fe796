import { type JsonValue, query } from 'jsonpath-rfc9535';
import * as v from 'valibot';
import { name } from '../../base/fields.ts';
import { decideAtEnd, type Matcher } from '../matcher.ts';
import { foundIn, groupIn, groupsOf, regexProblem } from '../regex.ts';
import type { Difference } from '../types.ts';
import { escapeBytes } from '../view.ts';
import { defineMatcher } from './definition.ts';
import { nothingCame } from './length.ts';

type Scalar = string | number | boolean | null;

/** What the nodes at one path must be. */
interface Wish {
  readonly equals?: unknown;
  readonly count?: number;
  readonly regex?: string;
  readonly capture?: string;
  readonly exists?: boolean;
}

const scalar = v.union([v.string(), v.number(), v.boolean(), v.null()]);
const pattern = v.pipe(
  v.string('is a regular expression'),
  v.check((value) => regexProblem(value) === undefined, 'is not a regular expression (RE2)'),
);

const wish = v.union(
  [
    v.pipe(
      scalar,
      v.transform((equals: Scalar): Wish => ({ equals })),
    ),
    v.pipe(
      v.strictObject({
        equals: v.exactOptional(v.unknown()),
        count: v.exactOptional(v.pipe(v.number('is a number of nodes'), v.integer(), v.minValue(0))),
        regex: v.exactOptional(pattern),
        capture: v.exactOptional(name),
        exists: v.exactOptional(v.boolean('is true or false')),
      }),
      v.check((fields) => Object.keys(fields).length > 0, 'needs equals, count, regex, capture or exists'),
    ),
  ],
  'is a value, or a map of equals, count, regex, capture or exists',
);

const path = v.pipe(v.string(), v.check(isPath, 'is a JSONPath such as $.status or $.items[*] (RFC 9535)'));

function isPath(text: string): boolean {
  try {
    query(null, text);
    return true;
  } catch {
    return false;
  }
}

const schema = v.pipe(
  v.record(path, wish, 'is a map of paths, such as {"$.status": ok}'),
  v.check((paths) => Object.keys(paths).length > 0, 'needs at least one path'),
);

type Written = Readonly<Record<string, Wish>>;

export const json = defineMatcher({
  kind: 'json',
  about:
    'The message is JSON, and at each path (RFC 9535, such as `"$.items[*]"`) stands what is wanted: a value by its type, or a map of `equals` (a value of any kind), `regex`, `capture`, `exists` and `count` (how many nodes). Reads a line unless `read` says otherwise.',
  withoutIgnore: 'remove it',
  frame: 'line',
  schema: () => schema as v.GenericSchema<unknown, Written>,
  captures: (written) => Object.values(written).flatMap(({ capture }) => capture ?? []),
  build: (written) => jsonMatcher(written),
  sentence: (written) =>
    `be JSON with ${Object.entries(written)
      .map(([at, one]) => `${at} ${describeWish(one)}`)
      .join(', ')}`,
});

function describeWish({ equals, count, regex, capture, exists }: Wish): string {
  const parts = [
    ...(equals === undefined ? [] : [JSON.stringify(equals)]),
    ...(count === undefined ? [] : [`${count} times`]),
    ...(regex === undefined ? [] : [`like /${regex}/`]),
    ...(exists === undefined ? [] : [exists ? 'there' : 'not there']),
    ...(capture === undefined ? [] : [`kept as ${capture}`]),
  ];
  return parts.join(' and ');
}

function jsonMatcher(written: Written): Matcher {
  const mismatch = (message: Buffer): Difference | undefined => {
    if (message.length === 0) return nothingCame(0);
    const document = parseJson(message);
    if ('difference' in document) return document.difference;
    for (const [at, one] of Object.entries(written)) {
      const description = misfit(one, nodesAt(at, document.value));
      if (description !== undefined) return { cause: 'json', at: 0, description: `at ${at}, ${description}` };
    }
    return undefined;
  };
  const captured = (message: Buffer): ReadonlyMap<string, string> => {
    const document = parseJson(message);
    if ('difference' in document) return new Map();
    const kept = Object.entries(written).flatMap(([at, one]): [string, string][] => {
      const [node] = nodesAt(at, document.value);
      return one.capture === undefined || node === undefined ? [] : [[one.capture, keptOf(node, one.regex)]];
    });
    return new Map(kept);
  };
  return {
    kind: 'json',
    wantsNewline: false,
    emptyLine: 'no_match',
    mismatch,
    captured,
    decider: () => decideAtEnd({ mismatch }),
    describe: () =>
      `JSON with ${Object.entries(written)
        .map(([at, one]) => `${at} ${describeWish(one)}`)
        .join(', ')}`,
    lenient: () => jsonMatcher(written),
  };
}

/** Of a text with a pattern that has groups: the first group. */
function keptOf(node: unknown, regex: string | undefined): string {
  const text = typeof node === 'string' ? node : JSON.stringify(node);
  if (regex === undefined || groupsOf(regex).count === 0) return text;
  return groupIn(regex, Buffer.from(text), 1).toString();
}

function parseJson(message: Buffer): { readonly value: JsonValue } | { readonly difference: Difference } {
  const text = message.toString('utf8');
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/, "[\s\S]*$/, '') : String(error);
    const description = `"${escapeBytes(message, 60)}" is no JSON: ${why}`;
    return { difference: { cause: 'json', at: 0, description } };
  }
}

function nodesAt(at: string, value: JsonValue): readonly JsonValue[] {
  return query(value, at);
}

/** What is wrong with the nodes at a path; all but `count` and `exists` want one node. */
function misfit(wish: Wish, nodes: readonly JsonValue[]): string | undefined {
  const { equals, count, regex, capture, exists } = wish;
  if (exists === true && nodes.length === 0) return 'there is nothing';
  if (exists === false && nodes.length > 0) return `there is ${shown(nodes[0])}, and nothing should be`;
  if (count !== undefined && nodes.length !== count)
    return `there ${nodes.length === 1 ? 'is 1 node' : `are ${nodes.length} nodes`} instead of ${count}`;
  const needsOne = equals !== undefined || regex !== undefined || capture !== undefined;
  if (!needsOne) return undefined;
  const [node, ...others] = nodes;
  if (node === undefined) return 'there is nothing';
  if (others.length > 0) return `there are ${nodes.length} nodes instead of one`;
  return misfitOfNode(wish, node);
}

function misfitOfNode({ equals, regex }: Wish, node: JsonValue): string | undefined {
  if (equals !== undefined && !same(node, equals)) {
    const type = typeOf(node) === typeOf(equals) ? '' : ` (${typeOf(node)} instead of ${typeOf(equals)})`;
    return `there is ${shown(node)} instead of ${shown(equals)}${type}`;
  }
  if (regex !== undefined && !(typeof node === 'string' && foundIn(regex, Buffer.from(node))))
    return `${shown(node)} is not like /${regex}/`;
  return undefined;
}

function typeOf(value: unknown): string {
  return value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'an object'
        : `a ${typeof value}`;
}

function shown(value: unknown): string {
  return escapeBytes(Buffer.from(JSON.stringify(value) ?? 'nothing'), 80);
}

/** Equal in type and value; the order of the keys of an object does not count. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a, b] as [Record<string, unknown>, Record<string, unknown>];
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => key in right && same(left[key], right[key]))
  );
}
