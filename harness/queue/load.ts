import { bundled } from '../base/bundle.ts';

/** BullMQ, ioredis and prom-client. */
export const libraries = bundled<typeof import('./libraries.ts')>('queue');
