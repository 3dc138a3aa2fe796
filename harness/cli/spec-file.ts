import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../base/package-root.ts';
import { UserError } from '../base/user-error.ts';
import { suggest } from '../steps/scope.ts';

const SHIPPED = fileURLToPath(new URL('specs/', packageRoot()));
const ENDING = '.grade.yaml';

/**
 * A file, or the name of an assignment that is included. A name without a slash and an ending means the included one,
 * whatever is called so in the working directory: `./echo` is the file. `where` is the command that asks, for its error.
 */
export function specFile(given: string, where: string): string {
  const named = !given.includes('/') && !given.endsWith('.yaml');
  const shipped = `${SHIPPED}${given}${ENDING}`;
  if (named && existsSync(shipped)) {
    const relative = path.relative(process.cwd(), shipped);
    return relative.startsWith('..') ? shipped : relative;
  }
  if (isFolder(given)) throw folderError(given);
  if (!named || existsSync(given)) return given;
  const names = includedSpecs();
  throw new UserError({
    where,
    what: `no specification "${given}"`,
    fix: `Give a .grade.yaml file, or one of ${names.join(', ')} (${suggest(given, names)})`.replace(
      / \(known: .*\)$/,
      '',
    ),
  });
}

/** The names of the assignments that are included. */
export function includedSpecs(): readonly string[] {
  return readdirSync(SHIPPED)
    .filter((name) => name.endsWith(ENDING))
    .map((name) => name.slice(0, -ENDING.length));
}

function isFolder(given: string): boolean {
  return statSync(given, { throwIfNoEntry: false })?.isDirectory() === true;
}

function folderError(folder: string): UserError {
  const files = readdirSync(folder).filter((name) => name.endsWith(ENDING));
  return new UserError({
    where: folder,
    what: 'it is a folder, and a specification is a file',
    fix:
      files.length > 0
        ? `Name a file in it: ${files
            .slice(0, 6)
            .map((name) => path.join(folder, name))
            .join(', ')}`
        : `Give a ${ENDING} file.`,
  });
}
