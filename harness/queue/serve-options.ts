import type { Patience, Refused } from './turns.ts';
import type { Workshop } from './work.ts';

/** What happens in a worker, for those who watch and count. */
export type ServeEvent =
  | { readonly type: 'ready' }
  | { readonly type: 'refused'; readonly refused: Refused }
  | { readonly type: 'began'; readonly title: string; readonly id: string; readonly running: number }
  | {
      readonly type: 'ended';
      /** Of the assignment. */
      readonly title: string;
      readonly id: string;
      readonly outcome: 'graded' | 'inconclusive' | 'failed' | 'given back';
      readonly seconds: number;
      readonly running: number;
      readonly why?: string;
    }
  | { readonly type: 'trouble'; readonly what: string };

export interface ServeOptions extends Omit<Workshop, 'folder'> {
  /** Submissions at a time; `auto`: as many as fill the machine. */
  readonly jobs: number | 'auto';
  /** Those that run are finished, and none is begun. */
  readonly drain: AbortSignal;
  /** All end now, and are given back to other workers. */
  readonly stop: AbortSignal;
  readonly watch: (event: ServeEvent) => void;
  /** After what time a worker that is silent counts as dead. @default 12 s, looked for every 4 s */
  readonly patience?: Patience;
}
