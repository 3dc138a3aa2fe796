import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { packageRoot } from './package-root.ts';

/** Where a part of the program is that stands in a file of its own, since only few need it: `queue` for example. */
export function bundleFile(name: string): string {
  return fileURLToPath(new URL(`dist/bundles/${name}.cjs`, packageRoot()));
}

/** What such a part exports, loaded at the first call: whoever does not need it starts without it. */
export function bundled<Exports>(name: string): () => Exports {
  let loaded: Exports | undefined;
  return () => {
    loaded ??= createRequire(import.meta.url)(bundleFile(name)) as Exports;
    return loaded;
  };
}
