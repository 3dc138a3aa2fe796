import { MATCHERS } from '../match/matchers/index.ts';
import { PAYLOAD_TEXTS } from '../match/payload-fields.ts';
import { escapeBytes } from '../match/view.ts';
import { STEPS } from '../steps/index.ts';
import type { Problems } from './problems.ts';
import type { MapTree, ScalarTree, Tree } from './tree.ts';
import { quote } from './yaml-messages.ts';

/** Verbs whose short form is a text of this sort. */
const verbsOf = (sort: 'bytes' | 'prose') =>
  [...STEPS.values()].filter(({ takesText }) => takesText === sort).map(({ verb }) => verb);

/** Keys whose values are bytes, or prose: what is cut off or added there is easily overlooked. */
const BYTES: readonly string[] = [
  ...PAYLOAD_TEXTS,
  ...MATCHERS.flatMap((matcher) => ('takesText' in matcher && matcher.takesText ? [matcher.kind] : [])),
  ...verbsOf('bytes'),
];
const PROSE = [
  ...['title', 'description', 'explain', 'hint', 'about', 'name', 'run', 'build', 'default'],
  ...verbsOf('prose'),
];
const FREE_TEXT = new Set([...BYTES, ...PROSE]);

/** Where a text stands: in a step, or among the parameters, whose values become bytes in steps. */
type Part = 'step' | 'params' | 'other';

/** Complains about texts that are not what they look like. */
export function lintTexts(tree: MapTree, problems: Problems): void {
  for (const { key, value } of tree.entries) {
    if (key === 'params' && value.kind === 'map')
      for (const entry of value.entries) walk(entry.value, 'default', 'params', problems);
    else walk(value, key, 'other', problems);
  }
}

function walk(tree: Tree, key: string, part: Part, problems: Problems): void {
  if (tree.kind === 'scalar') {
    lintText(tree, key, part, problems);
    return;
  }
  if (tree.kind === 'seq') {
    const inner = key === 'setup' || key === 'steps' || key === 'cleanup' ? 'step' : part;
    for (const item of tree.items) walk(item, key, inner, problems);
    return;
  }
  for (const entry of tree.entries) walk(entry.value, entry.key, part, problems);
}

function lintText(tree: ScalarTree, key: string, part: Part, problems: Problems): void {
  if (typeof tree.value !== 'string' || !FREE_TEXT.has(key)) return;
  if (tree.style === 'plain') cutOff(tree, problems);
  if (tree.style === 'double' && part !== 'other') halfBytes(tree, part, problems);
  if (part !== 'step' || !BYTES.includes(key)) return;
  hiddenNewline(tree, tree.value, key, problems);
  if (key !== 'regex') literalBackslash(tree, tree.value, problems);
}

/** `hi\n` without double quotes is a backslash and an n. */
function literalBackslash({ style, place }: ScalarTree, value: string, problems: Problems): void {
  const found = /\\(?:[nrt0]|x[0-9a-fA-F]{2})/.exec(value)?.[0];
  if ((style !== 'plain' && style !== 'single') || found === undefined) return;
  problems.at(
    place,
    `"${found}" is ${found.length} characters here, a backslash and what follows it`,
    `write "${value.replaceAll('"', '\\"')}" in double quotes${found === '\\n' ? ', or line: …' : ''}`,
    'warning',
  );
}

/** ` #` begins a comment; two spaces say that one is meant. */
function cutOff({ place, written }: ScalarTree, problems: Problems): void {
  const { source, start, length } = place;
  const end = start + length;
  if (source.text.slice(end, end + 2) !== ' #') return;
  const { line, column } = source.at(end);
  const rest = source
    .line(line)
    .slice(column - 1)
    .trimEnd();
  problems.at(
    { source, start: end + 1, length: rest.length - 1 },
    'the text ends before " #", which begins a comment',
    `write ${quote(written + rest)}, or two spaces before a comment`,
    'warning',
  );
}

/** In YAML `"\xff"` is a character; in UTF-8 that is two bytes. */
function halfBytes({ place }: ScalarTree, part: Part, problems: Problems): void {
  const { source, start, length } = place;
  const written = source.text.slice(start, start + length);
  const found = /(?<=(?:^|[^\\])(?:\\\\)*)\\x([89a-fA-F][0-9a-fA-F])/.exec(written);
  const code = found?.[1]?.toLowerCase();
  if (!found || code === undefined) return;
  const bytes = Buffer.from(String.fromCharCode(Number.parseInt(code, 16))).toString('hex');
  const fix =
    part === 'step'
      ? `write hex: "${code}", or "\\u00${code}" for the character`
      : `write "\\u00${code}" for the character; a byte is given with hex, in a step`;
  problems.at(
    { source, start: start + found.index, length: 4 },
    `"${found[0]}" is the character U+00${code.toUpperCase()}: two bytes, ${bytes.slice(0, 2)} ${bytes.slice(2)}`,
    fix,
  );
}

const LONGEST_SHOWN = 60;

/** `|` and `>` end with a newline that nobody sees. */
function hiddenNewline({ style, place }: ScalarTree, value: string, key: string, problems: Problems): void {
  if ((style !== 'literal' && style !== 'folded') || !value.endsWith('\n')) return;
  const size = Buffer.byteLength(value);
  const mark = style === 'literal' ? '|' : '>';
  const shown = value.length <= LONGEST_SHOWN ? `, or ${quote(value)} to show it` : '';
  problems.at(
    { ...place, length: 1 },
    key === 'line'
      ? `"line" adds a newline, and "${mark}" adds another: ${size + 1} bytes in all`
      : `"${mark}" adds a newline at the end: ${size} bytes in all, ${escapeBytes(Buffer.from(value.slice(-12)))}`,
    `write ${mark}- to leave it off${key === 'line' ? '' : shown}`,
    'warning',
  );
}
