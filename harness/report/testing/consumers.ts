import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { schema as ctrfSchema } from 'ctrf';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { Parser } from 'tap-parser';
import { defined } from '../../base/defined.ts';
import {
  AUTOLAB,
  CLASSROOM50,
  COURSERA,
  GRADESCOPE,
  MARKUS,
  PRAIRIELEARN,
  SUBMITTY,
} from './platform-schemas.ts';

/** Throws unless the text is what a consumer of the format takes; gives what it understood. */
export type Consumer = (text: string) => unknown;

// Formats such as date-time are checked by nobody here but the pattern of the field itself.
const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
const isReport = ajv.compile(
  JSON.parse(readFileSync(new URL('../formats/report-v1.schema.json', import.meta.url), 'utf8')),
);
const isCtrf = ajv.compile(ctrfSchema);

function json(isValid: { (value: unknown): boolean; errors?: unknown } = () => true): Consumer {
  return (text) => {
    const value: unknown = JSON.parse(text);
    if (!isValid(value)) throw new Error(JSON.stringify(isValid.errors, null, 2).slice(0, 2000));
    return value;
  };
}

/** The elements and attributes of the schema of Jenkins' xUnit plugin. */
const JUNIT: Readonly<Record<string, { attributes: readonly string[]; children: readonly string[] }>> = {
  testsuites: { attributes: ['name', 'time', 'tests', 'failures', 'errors'], children: ['testsuite'] },
  testsuite: {
    attributes: ['name', 'tests', 'failures', 'errors', 'time', 'skipped', 'timestamp'],
    children: ['properties', 'testcase'],
  },
  properties: { attributes: [], children: ['property'] },
  property: { attributes: ['name', 'value'], children: [] },
  testcase: {
    attributes: ['name', 'time', 'classname'],
    children: ['skipped', 'error', 'failure', 'system-out'],
  },
  failure: { attributes: ['type', 'message'], children: ['#text'] },
  error: { attributes: ['type', 'message'], children: ['#text'] },
  skipped: { attributes: ['type', 'message'], children: ['#text'] },
  'system-out': { attributes: [], children: ['#text'] },
};

interface Ordered {
  readonly [name: string]: readonly Ordered[] | Readonly<Record<string, string>> | string;
}

function checkJunit(nodes: readonly Ordered[], allowed: readonly string[]): void {
  for (const node of nodes) {
    const [name = ''] = Object.keys(node);
    if (name === '?xml') continue;
    if (!allowed.includes(name)) throw new Error(`<${name}> may not be here`);
    const known = JUNIT[name];
    if (known === undefined) continue;
    for (const attribute of Object.keys(node[':@'] ?? {}))
      if (!known.attributes.includes(attribute)) throw new Error(`<${name} ${attribute}=…>`);
    const children = node[name];
    if (Array.isArray(children)) checkJunit(children, known.children);
  }
}

function junit(text: string): unknown {
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new Error(`${valid.err.msg} at line ${valid.err.line}`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what XML forbids
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)) throw new Error('not XML 1.0');
  const options = { ignoreAttributes: false, attributeNamePrefix: '', trimValues: false };
  const ordered: readonly Ordered[] = new XMLParser({ ...options, preserveOrder: true }).parse(text);
  checkJunit(ordered.filter((node) => !('#text' in node)).map(withoutBlanks), ['testsuites']);
  return new XMLParser({
    ...options,
    parseAttributeValue: false,
    parseTagValue: false,
    isArray: (name) => ['testcase', 'property'].includes(name),
  }).parse(text);
}

/** Indentation between elements is no text. */
function withoutBlanks(node: Ordered): Ordered {
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => [
      name,
      Array.isArray(value)
        ? value
            .filter((child) => typeof child['#text'] !== 'string' || child['#text'].trim() !== '')
            .map(withoutBlanks)
        : value,
    ]),
  );
}

function tap(text: string): unknown {
  const parser = new Parser({ strict: true });
  const asserts: unknown[] = [];
  const extra: string[] = [];
  parser.on('assert', (assert: unknown) => asserts.push(assert));
  parser.on('extra', (line: string) => extra.push(line));
  parser.end(text);
  if (parser.results === null) throw new Error('no result');
  if (extra.length > 0) throw new Error(`not TAP: ${extra[0]}`);
  return { asserts, results: parser.results };
}

/** What the runner of GitHub Actions does with lines: commands, unless they are stopped until a token comes. */
function actions(text: string): unknown {
  const commands: { name: string; properties: Record<string, string>; message: string }[] = [];
  const shown: string[] = [];
  let stopped: string | undefined;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const trimmed = line.trimStart();
    if (stopped !== undefined) {
      if (trimmed === `::${stopped}::`) stopped = undefined;
      else shown.push(line);
      continue;
    }
    const parts = /^::([^\s:]+)(?: ([^:]*(?:%3A[^:]*)*))?::(.*)$/.exec(trimmed);
    if (parts?.[1] === 'stop-commands') stopped = parts[3];
    else if (parts)
      commands.push({ name: parts[1] ?? '', properties: pairs(parts[2]), message: unescaped(parts[3]) });
    else if (trimmed !== '') throw new Error(`neither a command nor protected: ${line}`);
  }
  if (stopped !== undefined) throw new Error('commands stay stopped');
  return { commands, shown: shown.join('\n') };
}

function pairs(text = ''): Record<string, string> {
  const known = text.split(',').filter((pair) => pair !== '');
  return Object.fromEntries(
    known.map((pair) => [pair.slice(0, pair.indexOf('=')), unescaped(pair.slice(pair.indexOf('=') + 1))]),
  );
}

function unescaped(text = ''): string {
  return text
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%25', '%');
}

const scores = json(ajv.compile(AUTOLAB));

/** The last two lines each hold one object. */
function autolab(text: string): unknown {
  const [feedback = '', last = '', ...rest] = text.split('\n');
  if (rest.join('') !== '') throw new Error('more than two lines');
  return { feedback: JSON.parse(feedback), ...(scores(last) as object) };
}

const validated = json(ajv.compile({ type: 'array', items: SUBMITTY }));

/** The shares of testcases of Submitty, of which each has its validator's result; undefined for one without verdict. */
export function submittyShares(text: string): readonly (number | undefined)[] {
  const results = validated(text) as readonly { readonly data?: { readonly score: number } }[];
  return results.map(({ data }) => data?.score);
}

const markusLine = json(ajv.compile(MARKUS));

function markus(text: string): unknown {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  return text.trimEnd().split('\n').map(markusLine);
}

/** Comments and the grade as VPL reads them; what it does not know is ignored there, and refused here. */
function moodleVpl(text: string): unknown {
  const comments: string[] = [];
  let grade: number | undefined;
  let block: string[] | undefined;
  for (const line of text.trimEnd().split('\n')) {
    if (line === '<|--') block = [];
    else if (line === '--|>') {
      comments.push(...(block ?? []));
      block = undefined;
    } else if (block !== undefined) block.push(line);
    else if (line.startsWith('Comment :=>> ')) comments.push(line.slice(13));
    else if (line.startsWith('Grade :=>> ')) grade = Number(line.slice(11));
    else throw new Error(`VPL does not know the line ${line}`);
  }
  if (block !== undefined) throw new Error('a block has no end');
  return { comments, ...defined({ grade }) };
}

function classroom(text: string): unknown {
  const [, base64 = ''] = /^result=([A-Za-z0-9+/=]+)\n$/.exec(text) ?? [];
  return JSON.parse(Buffer.from(base64, 'base64').toString());
}

/** How each format is read by those whom it is for; what is for people is only a text. */
export const CONSUMERS: Readonly<Record<string, Consumer>> = {
  json: json(isReport),
  ctrf: json(isCtrf),
  gradescope: json(ajv.compile(GRADESCOPE)),
  classroom50: json(ajv.compile(CLASSROOM50)),
  prairielearn: json(ajv.compile(PRAIRIELEARN)),
  coursera: json(ajv.compile(COURSERA)),
  markus,
  'moodle-vpl': moodleVpl,
  'github-classroom': classroom,
  junit,
  tap,
  github: actions,
  autolab,
};
