import type { Damage } from './journal.ts';
import type { Manifest } from './manifest.ts';
import type { Result } from './result.ts';
import type { Submission } from './types.ts';

/** What happens in a batch, for those who watch. */
export type BatchEvent =
  | { readonly type: 'damage'; readonly damage: Damage }
  /** Everything is taken in; what was graded before needs not be graded again. */
  | { readonly type: 'begin'; readonly manifest: Manifest; readonly kept: readonly Result[] }
  | { readonly type: 'started'; readonly submission: Submission }
  | { readonly type: 'finished'; readonly submission: Submission; readonly result: Result }
  /** So many are tried again alone. */
  | { readonly type: 'again'; readonly count: number };

export type Watcher = (event: BatchEvent) => void;
