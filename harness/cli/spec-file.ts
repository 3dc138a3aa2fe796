import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../base/package-root.ts';
import { UserError } from '../base/user-error.ts';
import { suggest } from '../steps/scope.ts';

const SHIPPED = fileURLToPath(new URL('specs/', packageRoot()));
const ENDING = '.grade.yaml';

/** A file, or the name of an assignment that comes along; `where` is the command that asks, for its error. */
export function specFile(given: string, where: string): string {
  if (existsSync(given) || given.includes('/') || given.endsWith('.yaml')) return given;
  const shipped = `${SHIPPED}${given}${ENDING}`;
  if (existsSync(shipped)) {
    const relative = path.relative(process.cwd(), shipped);
    return relative.startsWith('..') ? shipped : relative;
  }
  const names = readdirSync(SHIPPED)
    .filter((name) => name.endsWith(ENDING))
    .map((name) => name.slice(0, -ENDING.length));
  throw new UserError({
    where,
    what: `no specification "${given}"`,
    fix: `Give a .grade.yaml file, or one of ${names.join(', ')} (${suggest(given, names)})`.replace(
      / \(known: .*\)$/,
      '',
    ),
  });
}
