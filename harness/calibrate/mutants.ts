import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { defined } from '../base/defined.ts';
import type { Scratch } from '../sandbox/scratch.ts';
import { copyTree } from '../sandbox/tree/copy-tree.ts';
import { inSlices } from '../sandbox/tree/steps.ts';
import { C } from './c.ts';
import { difference } from './difference.ts';
import { fingerprint } from './fingerprint.ts';
import { JAVA } from './java.ts';
import { JAVASCRIPT } from './javascript.ts';
import { LANGUAGES, type Language, type Mutation } from './mutation.ts';
import { everyPlace } from './places.ts';
import { PYTHON } from './python.ts';

/** Every automatic change that is known. */
export const MUTATIONS: readonly Mutation[] = [...PYTHON, ...C, ...JAVASCRIPT, ...JAVA];

/** A wrong solution: the reference with one change in it, or one that a person wrote. */
export interface Mutant {
  readonly name: string;
  /** The change, wherever it is made; of one's own the name. */
  readonly kind: string;
  readonly about: string;
  /** A folder or a file. */
  readonly folder: string;
  readonly harmless?: string;
  /** The source that differs, relative to the folder. */
  readonly file?: string;
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

/** A source with a change in it. */
interface Change {
  readonly name: string;
  readonly file: string;
  readonly source: string;
  readonly changed: string;
  /** Why it may behave as the right one does. */
  readonly harmless: string | undefined;
  readonly mutation: Mutation;
  /** What the source itself is, once it is compiled. */
  readonly original: string | undefined;
}

/** Makes all automatic mutants of a solution in a scratch folder: each change at every place that it fits. */
export async function makeMutants(solution: string, scratch: Scratch): Promise<Made> {
  const base = await scratch.folder('solution');
  await inSlices(copyTree(solution, base));
  const sources = await sourceFiles(base);
  const placed = new Set<Mutation>();
  const unplaced = new Map<Mutation, string>();
  const invalid: Dropped[] = [];
  /** By what it is once it is compiled: those that are the same are tried once. */
  const mutants = new Map<string, Mutant>();
  const same: Dropped[] = [];
  const add = async ({
    name,
    file,
    source,
    changed,
    harmless,
    mutation,
    original,
  }: Change): Promise<void> => {
    const folder = await scratch.folder(path.join('mutants', name.replaceAll(/[^\w.-]+/g, '_')));
    await inSlices(copyTree(base, folder));
    await writeFile(path.join(folder, file), changed);
    const print = await fingerprint(path.join(folder, file), mutation.language);
    const known = print === undefined ? undefined : mutants.get(print);
    if (print === undefined) invalid.push({ name, why: 'the changed source does not parse' });
    else if (print === original) same.push({ name, why: 'it is the same program' });
    else if (known) same.push({ name, why: `it is the same program as ${known.name}` });
    else mutants.set(print, mutantOf(mutation, { name, folder, file, source, changed, harmless }));
  };
  for (const file of sources) {
    const source = await readFile(path.join(base, file), 'utf8');
    const language = languageOf(file);
    const original = language && (await fingerprint(path.join(base, file), language));
    for (const mutation of MUTATIONS.filter((each) => each.language === language)) {
      const places = everyPlace(mutation, source);
      if (typeof places === 'string') {
        unplaced.set(mutation, places);
        continue;
      }
      placed.add(mutation);
      for (const [index, { changed, line, seen }] of places.entries()) {
        const name = nameOf(mutation, { file, line, first: index === 0, single: sources.length === 1 });
        const harmless = mutation.harmless?.(seen);
        await add({ name, file, source, changed, harmless, mutation, original });
      }
    }
  }
  const dropped = [...unplaced]
    .filter(([mutation]) => !placed.has(mutation))
    .map(([{ name }, why]) => ({ name, why }));
  const none =
    sources.length === 0
      ? `there is no source in a language that is known (${Object.values(LANGUAGES).flat().join(', ')})`
      : 'no place was found for any change that is known';
  return {
    mutants: [...mutants.values()],
    dropped: [...dropped, ...invalid, ...same],
    ...(mutants.size === 0 ? { none } : {}),
  };
}

/** `no-reply`, and of further places `no-reply at line 12`, with the file where there are several. */
function nameOf(
  { name }: Mutation,
  place: { readonly file: string; readonly line: number; readonly first: boolean; readonly single: boolean },
): string {
  const { file, line, first, single } = place;
  const where = [...(single ? [] : [`in ${file}`]), ...(first ? [] : [`at line ${line}`])];
  return [name, ...where].join(' ');
}

function mutantOf(
  mutation: Mutation,
  {
    name,
    folder,
    file,
    source,
    changed,
    harmless,
  }: {
    readonly name: string;
    readonly folder: string;
    readonly file: string;
    readonly source: string;
    readonly changed: string;
    readonly harmless: string | undefined;
  },
): Mutant {
  return {
    name,
    kind: mutation.name,
    about: mutation.about,
    folder,
    file,
    change: difference(source, changed),
    ...defined({ harmless }),
  };
}

/** Each folder or file in a folder is a wrong solution. */
export async function ownMutants(folder: string): Promise<Mutant[]> {
  const entries = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  return entries.map((name) => ({
    name,
    kind: name,
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
