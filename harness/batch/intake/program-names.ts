import { readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import type { Spec } from '../../model/index.ts';

/** The names that an assignment gives to the files of its programs, patterns among them. */
export function programFiles(spec: Spec): readonly string[] {
  return Object.values(spec.programs).flatMap(({ variants }) =>
    variants.map(({ file }) => file).filter((file) => file !== undefined),
  );
}

/** The names that are not patterns. */
export function fixedNames(files: readonly string[]): readonly string[] {
  return files.filter((file) => !/[*?[\]{}!]/.test(file));
}

/** Endings of files that say how a program is built, and of texts: they tell of no language. */
const NO_SOURCE = /\.(?:txt|toml|mod|xml|json|ya?ml|gradle|kts|md)$/i;

/** The names of source files, by whose ending another file may be one as well. */
function sourceNames(files: readonly string[]): readonly string[] {
  return fixedNames(files).filter((file) => !NO_SOURCE.test(file));
}

/** How much an assignment asks for a file name: by that name, or by how many of its patterns. */
export function asksFor(files: readonly string[], name: string): number {
  if (fixedNames(files).includes(name)) return Number.POSITIVE_INFINITY;
  return files.filter((file) => picomatch.isMatch(name, file)).length;
}

/** Whether a file may be a program of an assignment, by its name or ending. */
export function mayBeProgram(files: readonly string[], name: string): boolean {
  const ending = path.extname(name);
  return (
    asksFor(files, name) > 0 ||
    (ending !== '' && sourceNames(files).some((file) => path.extname(file) === ending))
  );
}

/**
 * Where a student is known by the name of a single file, that file can't have the name that the assignment asks for: it
 * gets it, by its ending; without one it is not known what it is. Returns what was renamed.
 */
export async function nameSingleFile(folder: string, files: readonly string[]): Promise<string | undefined> {
  const [only, ...others] = await readdir(folder, { withFileTypes: true });
  if (!only?.isFile() || others.length > 0) return undefined;
  if (files.some((file) => picomatch.isMatch(only.name, file))) return undefined;
  const ending = path.extname(only.name);
  const wanted = ending === '' ? undefined : sourceNames(files).find((file) => path.extname(file) === ending);
  if (wanted === undefined || wanted.includes('/')) return undefined;
  await rename(path.join(folder, only.name), path.join(folder, wanted));
  return `${only.name} → ${wanted}`;
}
