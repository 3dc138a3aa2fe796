import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from '@swc/core';
import { sourceFiles } from '../testing/import-graph.ts';

const HARNESS = fileURLToPath(new URL('..', import.meta.url));

/** Words that no name is made of, with the word of the field to take instead. */
const FORBIDDEN_PARTS: Readonly<Record<string, string>> = {
  told: 'given, described, reported',
  untold: 'unreported',
  nobody: 'none, and of what',
  somebody: 'student, author, staff, process',
  tells: 'describes, reports, shows',
  mend: 'fix',
  mends: 'fixes',
  mended: 'fixed',
  mending: 'fixing',
  lane: 'job, branch, column',
  lanes: 'jobs, branches, columns',
  jail: 'sandbox',
  jails: 'sandboxes',
  jailed: 'sandboxed',
  walls: 'isolation, sandbox',
  berth: 'sandbox, worker needs',
  confines: 'isolates',
  confined: 'isolated, sandboxed',
  confinement: 'isolation, sandbox',
  stillness: 'idle',
  settled: 'idle',
  settle: 'become idle',
  settles: 'becomes idle',
  rests: 'is idle, is asleep',
  rested: 'idle',
  looks: 'observations, readings',
  calm: 'idle',
  peace: 'idle',
  standstill: 'stalled clock',
  harness: 'grader',
};

/** Whole names, and the ends of names, that are forbidden. */
const FORBIDDEN: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  { pattern: /^Because$/, instead: 'InconclusiveReason' },
  { pattern: /^(tell|say|told|speak)[A-Z]/, instead: 'describe…, format…, report…' },
  { pattern: /^(STILL_MS$|TELLING_)/, instead: 'IDLE_…, DECIDING_…' },
  { pattern: /[a-z](Words|Told|Look|Looks)$/, instead: 'describe…, …Observation' },
];

/** Names of others, what is saved (`rested` of a step, the reason `harness`), and verbs with their usual meaning. */
const FREE = ['allSettled', 'rested', 'harness', 'looksAhead', 'looksAtFiles'];

function partsOf(name: string): readonly string[] {
  return name
    .split(/(?<=[a-z\d])(?=[A-Z])|[^A-Za-z\d]+/)
    .filter((part) => part !== '')
    .map((part) => part.toLowerCase());
}

function problemOf(name: string): string | undefined {
  if (FREE.includes(name)) return undefined;
  const part = partsOf(name).find((each) => Object.hasOwn(FORBIDDEN_PARTS, each));
  const instead =
    (part === undefined ? undefined : FORBIDDEN_PARTS[part]) ??
    FORBIDDEN.find(({ pattern }) => pattern.test(name))?.instead;
  return instead === undefined ? undefined : `${name} (instead: ${instead})`;
}

/** All names in a source: of variables, functions, types, properties and members. */
function namesIn(source: string): Set<string> {
  const names = new Set<string>();
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) for (const each of node) walk(each);
    else if (typeof node === 'object' && node !== null) {
      const { type, value } = node as { readonly type?: unknown; readonly value?: unknown };
      if ((type === 'Identifier' || type === 'PrivateName') && typeof value === 'string') names.add(value);
      for (const each of Object.values(node)) walk(each);
    }
  };
  walk(parseSync(source, { syntax: 'typescript', target: 'es2022' }).body);
  return names;
}

const files = sourceFiles(HARNESS);

test('files are named in the words of the field', () => {
  expect(files.length).toBeGreaterThan(300);
  const names = files.map((file) => path.basename(file, '.ts'));
  expect(names.map(problemOf).filter((problem) => problem !== undefined)).toEqual([]);
});

test('nothing in the code is named in private words', () => {
  const wrong = files.flatMap((file) =>
    [...namesIn(readFileSync(path.join(HARNESS, file), 'utf8'))].flatMap((name) => {
      const problem = problemOf(name);
      return problem === undefined ? [] : [`${file}: ${problem}`];
    }),
  );
  expect(wrong).toEqual([]);
});

test('a private word is found wherever it stands in a name, and plain English is free', () => {
  const source = `
    export interface Because { readonly toldPort: number }
    function blockedWords(lane: string): string { const jailOptions = { WALLS: 1 }; return lane; }
    class Standstill { #calm = 1; }
    const inBerth = async ({ mend: { settled } }: { mend: { settled: string } }) => 'told by walls';
  `;
  const wrong = [...namesIn(source)].filter((name) => problemOf(name) !== undefined);
  expect(wrong.sort()).toEqual(
    [
      ...['Because', 'Standstill', 'WALLS', 'blockedWords', 'calm', 'inBerth'],
      ...['jailOptions', 'lane', 'mend', 'settled', 'toldPort'],
    ].sort(),
  );
  for (const name of ['restOfLine', 'words', 'because', 'planes', 'sayings', 'look', 'tailor', 'allSettled'])
    expect(problemOf(name)).toBeUndefined();
});
