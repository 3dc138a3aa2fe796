import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../base/package-root.ts';
import { readInput } from '../base/read-input.ts';
import { SpecError } from '../base/spec-error.ts';
import { UserError } from '../base/user-error.ts';
import { MOST_BYTES } from '../spec/decode.ts';
import type { Diagnostic } from '../spec/diagnostic.ts';
import type { Library } from '../spec/library-entry.ts';
import { type Assignment, type ReadOptions, readAssignment } from '../spec/read.ts';

/** The grader's own environment, of which a specification may look up what it lists. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Sees each file that a specification reads, itself first, and may give it another content. */
export type SeesFile = (file: string, content: Uint8Array) => Uint8Array;

/** Reads a specification; everything wrong with it, or with the scenarios that shall run, is reported in one error. */
export async function loadAssignment(
  file: string,
  params: Readonly<Record<string, string>>,
  seed: string,
  env: Environment = {},
  sees: SeesFile = (_, content) => content,
  only: readonly string[] = [],
): Promise<Assignment> {
  const read = checkAssignment(file, params, seed, env, sees, only);
  if (!('diagnostics' in read)) return read;
  throw await specError(file, read.diagnostics);
}

/** Everything that is wrong with a specification, in one error. */
export async function specError(file: string, diagnostics: readonly Diagnostic[]): Promise<SpecError> {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const { renderDiagnostics } = await import('../spec/render.ts');
  return new SpecError(file, renderDiagnostics(diagnostics), errors);
}

/** Reads a specification, right or not; throws only when the file can't be read. */
export function checkAssignment(
  file: string,
  params: Readonly<Record<string, string>>,
  seed: string,
  env: Environment = {},
  sees: SeesFile = (_, content) => content,
  only: readonly string[] = [],
): ReturnType<typeof readAssignment> {
  const content = readInput(file, MOST_BYTES);
  if (typeof content === 'string')
    throw new UserError({
      where: file,
      what: `the specification can't be read: ${content}`,
      fix: 'Give the path of a .grade.yaml file.',
    });
  const files = new Set<string>();
  const options = readOptions(file, params, seed, env, sees, files);
  const read = readAssignment(sees(file, content), { ...options, only });
  return 'diagnostics' in read ? read : { ...read, files: [...files] };
}

/** What reading the text of a specification needs beside the text; the files that it names are added to `files`. */
export function readOptions(
  file: string,
  params: Readonly<Record<string, string>>,
  seed: string,
  env: Environment = {},
  sees: SeesFile = (_, content) => content,
  files: Set<string> = new Set(),
): ReadOptions {
  const shipped = fileURLToPath(new URL('specs/', packageRoot()));
  const loadFile: ReadOptions['loadFile'] = (name, from) => {
    const named = path.resolve(path.dirname(from), name);
    if (!named.startsWith(shipped)) files.add(named);
    const loaded = readInput(named, MOST_PAYLOAD);
    if (typeof loaded === 'string') return loaded;
    return loaded.length > MOST_PAYLOAD ? `it is larger than ${MOST_PAYLOAD} bytes` : sees(named, loaded);
  };
  return { file, params, seed, loadFile, env, library: shippedLibrary };
}

const libraryFolder = () => new URL('specs/library/', packageRoot());
const ENDING = '.yaml';

/** The ready-made scenarios that are included with the grader. */
export const shippedLibrary: Library = {
  names: () =>
    readdirSync(libraryFolder())
      .filter((name) => name.endsWith(ENDING))
      .map((name) => name.slice(0, -ENDING.length))
      .sort(),
  load: (name) => {
    if (!/^[a-z0-9-]+$/.test(name)) return undefined;
    const content = readInput(fileURLToPath(new URL(`${name}${ENDING}`, libraryFolder())), MOST_BYTES);
    return typeof content === 'string' ? undefined : content;
  },
};

/** Longest file that a payload may be, in bytes. */
const MOST_PAYLOAD = 64 * 1024 * 1024;
