import { readFileSync } from 'node:fs';
import { packageRoot } from './package-root.ts';

let known: string | undefined;

/** The version of this package. */
export function version(): string {
  known ??= (JSON.parse(readFileSync(new URL('package.json', packageRoot()), 'utf8')) as { version: string })
    .version;
  return known;
}
