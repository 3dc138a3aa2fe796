import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { defined } from '../base/defined.ts';
import type { Scratch } from '../sandbox/scratch.ts';
import { copyTree } from '../sandbox/tree/copy-tree.ts';
import { inSlices } from '../sandbox/tree/steps.ts';
import { C } from './c.ts';
import { JAVA } from './java.ts';
import { JAVASCRIPT } from './javascript.ts';
import { LANGUAGES, type Language, type Mutation } from './mutation.ts';
import { PYTHON } from './python.ts';

/** Every automatic change that is known. */
export const MUTATIONS: readonly Mutation[] = [...PYTHON, ...C, ...JAVASCRIPT, ...JAVA];

/** A wrong solution: the reference with one change in it, or one that somebody wrote. */
export interface Mutant {
  readonly name: string;
  readonly about: string;
  /** A folder or a file. */
  readonly folder: string;
  readonly harmless?: string;
  /** The lines that differ, with - and + in front. */
  readonly change: readonly string[];
}

/** A change that was not tried, and why. */
export interface Dropped {
  readonly name: string;
  readonly why: string;
}

/** The automatic mutants of a solution. */
interface Made {
  readonly mutants: readonly Mutant[];
  /** Those that could not be made. */
  readonly dropped: readonly Dropped[];
  /** Why there is none at all. */
  readonly none?: string;
}

/** Makes all automatic mutants of a solution in a scratch folder. */
export async function makeMutants(solution: string, scratch: Scratch): Promise<Made> {
  const base = await scratch.folder('solution');
  await inSlices(copyTree(solution, base));
  const mutants: Mutant[] = [];
  const invalid: Dropped[] = [];
  const placed = new Set<Mutation>();
  const unplaced = new Map<Mutation, string>();
  const sources = await sourceFiles(base);
  for (const file of sources) {
    const source = await readFile(path.join(base, file), 'utf8');
    for (const mutation of MUTATIONS.filter(({ language }) => language === languageOf(file))) {
      const changed = mutation.apply(source);
      if (typeof changed !== 'string' || changed === source) {
        unplaced.set(mutation, typeof changed === 'object' ? changed.why : 'no place found');
        continue;
      }
      placed.add(mutation);
      const name = sources.length === 1 ? mutation.name : `${mutation.name} in ${file}`;
      const folder = await scratch.folder(path.join('mutants', name.replaceAll(/[^\w.-]+/g, '_')));
      await inSlices(copyTree(base, folder));
      await writeFile(path.join(folder, file), changed);
      const wrong = await syntaxError(path.join(folder, file), mutation.language);
      if (wrong) invalid.push({ name, why: 'the changed source does not parse' });
      else mutants.push(mutantOf(mutation, name, folder, source, changed));
    }
  }
  const dropped = [...unplaced]
    .filter(([mutation]) => !placed.has(mutation))
    .map(([{ name }, why]) => ({ name, why }));
  const none =
    sources.length === 0
      ? `there is no source in a language that is known (${Object.values(LANGUAGES).flat().join(', ')})`
      : 'no place was found for any change that is known';
  return { mutants, dropped: [...dropped, ...invalid], ...(mutants.length === 0 ? { none } : {}) };
}

function mutantOf(mutation: Mutation, name: string, folder: string, source: string, changed: string): Mutant {
  const harmless = mutation.harmless?.(source);
  return {
    name,
    about: mutation.about,
    folder,
    change: difference(source, changed),
    ...defined({ harmless }),
  };
}

/** Each folder or file in a folder is a wrong solution. */
export async function ownMutants(folder: string): Promise<Mutant[]> {
  const entries = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  return entries.map((name) => ({
    name,
    about: 'One of your own wrong solutions.',
    folder: path.join(folder, name),
    change: [],
  }));
}

/** The files in a known language, relative to the folder. */
async function sourceFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && languageOf(entry.name) !== undefined)
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

function languageOf(file: string): Language | undefined {
  const ending = path.extname(file);
  return (Object.keys(LANGUAGES) as Language[]).find((language) =>
    (LANGUAGES[language] as readonly string[]).includes(ending),
  );
}

/** What no build will tell; compilers tell the rest. */
const CHECKS: Partial<Record<Language, (file: string) => [string, string[]]>> = {
  python: (file) => ['python3', ['-c', 'import ast, sys; ast.parse(open(sys.argv[1]).read())', file]],
  javascript: (file) => [process.execPath, ['--check', file]],
};

async function syntaxError(file: string, language: Language): Promise<boolean> {
  const check = CHECKS[language]?.(file);
  if (!check) return false;
  const { execa } = await import('execa');
  const { failed } = await execa(...check, { reject: false, stdin: 'ignore' });
  return failed;
}

/** The lines that differ, as few as can be. */
export function difference(before: string, after: string): string[] {
  const a = before.split('\n');
  const b = after.split('\n');
  // How many lines are the same in both from two places on: the longest common subsequence.
  const same = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  const at = (i: number, j: number) => same[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const row = same[i] ?? new Uint32Array();
      row[j] = a[i] === b[j] ? 1 + at(i + 1, j + 1) : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const lines: string[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) lines.push(`- ${a[i++]}`);
    else lines.push(`+ ${b[j++]}`);
  }
  return lines;
}
