import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../base/package-root.ts';

type Libraries = typeof import('./libraries.ts');

let loaded: Libraries | undefined;

/** BullMQ, ioredis and prom-client, which are loaded only where a queue is used: everybody else starts without them. */
export function libraries(): Libraries {
  const file = fileURLToPath(new URL('dist/bundles/queue.cjs', packageRoot()));
  loaded ??= createRequire(file)(file) as Libraries;
  return loaded;
}
