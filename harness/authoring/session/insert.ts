import { isMap, isScalar, isSeq, parseDocument } from 'yaml';

/** A scenario to be written into a file. */
export interface NewScenario {
  readonly id: string;
  readonly title: string;
  readonly points?: number;
  /** Its steps, each on one line of YAML. */
  readonly steps: readonly string[];
}

/** The lines of a scenario, the first of which begins the item of a list. */
export function scenarioLines(
  { id, title, points, steps }: NewScenario,
  quote: (text: string) => string,
): string[] {
  return [
    `- id: ${id}`,
    `  title: ${quote(title)}`,
    ...(points === undefined ? [] : [`  points: ${points}`]),
    '  steps:',
    ...steps.map((step) => `    - ${step}`),
  ];
}

/**
 * A file with a scenario more behind its others; every other byte stays. Nothing where the file has its scenarios in a
 * form to which none can be added.
 */
export function insertScenario(text: string, lines: readonly string[]): string | undefined {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const document = parseDocument(text, { keepSourceTokens: true });
  const root = document.contents;
  if (!isMap(root) || root.flow) return undefined;
  const pair = root.items.find(({ key }) => isScalar(key) && key.value === 'scenarios');
  const block = (indent: number) => lines.map((line) => ' '.repeat(indent) + line).join(newline) + newline;
  const ended = text === '' || text.endsWith('\n') ? text : text + newline;
  if (!pair) return `${ended}scenarios:${newline}${block(2)}`;
  const list = pair.value;
  if (!isSeq(list)) {
    // `scenarios:` with nothing behind it.
    if (!isScalar(list) || list.value !== null || !isScalar(pair.key)) return undefined;
    const at = lineAfter(ended, pair.key.range?.[1] ?? 0);
    return ended.slice(0, at) + block(2) + ended.slice(at);
  }
  if (list.flow) return undefined;
  const last = list.items.at(-1) as { readonly range?: readonly [number, number, number] } | undefined;
  const first = list.range?.[0] ?? 0;
  const indent = first - (text.lastIndexOf('\n', first - 1) + 1);
  const at = lineAfter(ended, lastOf(ended, last?.range?.[1] ?? first));
  return ended.slice(0, at) + block(indent) + ended.slice(at);
}

/** The last character before an offset that is no white space. */
function lastOf(text: string, offset: number): number {
  let at = Math.max(0, offset - 1);
  while (at > 0 && /\s/.test(text[at] ?? '')) at--;
  return at;
}

function lineAfter(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end + 1;
}
