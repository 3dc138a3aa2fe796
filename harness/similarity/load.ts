import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../base/package-root.ts';

type Libraries = typeof import('./libraries.ts');

let loaded: Libraries | undefined;

/** Grammars and fingerprints, which are loaded only where submissions are compared: everybody else starts without them. */
export function libraries(): Libraries {
  const file = fileURLToPath(new URL('dist/bundles/similarity.cjs', packageRoot()));
  loaded ??= createRequire(file)(file) as Libraries;
  return loaded;
}
