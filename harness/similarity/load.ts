import { bundled } from '../base/bundle.ts';

/** Grammars and fingerprints. */
export const libraries = bundled<typeof import('./libraries.ts')>('similarity');
