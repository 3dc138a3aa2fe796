import type { Cause } from '../../model/index.ts';
import type { Found } from '../../steps/outcome.ts';
import type { Evidence } from './evidence.ts';
import type { Phrase } from './phrase.ts';

/**
 * How sure a cause is. `proved`: the kernel or the program's own error leaves no other reading. `likely`: the
 * usual reason for what was seen, so that an author who knows the assignment may know better.
 */
export type Certainty = 'proved' | 'likely';

/** One cause of failures: how it is recognised, how sure that is, and how to fix it. */
export interface CauseRow {
  /** Its name; the samples that prove it are named after it. */
  readonly id: string;
  readonly certainty: Certainty;
  /** The kinds of findings that it can explain. @default all */
  readonly of?: readonly Cause[];
  /** Whether it is this cause, from what was recorded. @default whenever `of` fits */
  readonly when?: (seen: Evidence) => boolean;
  /** It is about connections, so it explains nothing to programs that talk by datagrams. @default false */
  readonly ofStreams?: true;
  /** How to fix it: first one action, then why; below 60 words. */
  readonly hint: Phrase | ((seen: Evidence) => Phrase);
  /** More to fill into the hint, by name. */
  readonly values?: (seen: Evidence) => Readonly<Record<string, string>>;
  /** What the finding says instead of what its step found. */
  readonly retell?: (seen: Evidence) => Partial<Found>;
}
