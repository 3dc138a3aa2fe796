import type { Evidence } from '../evidence.ts';
import type { Phrase } from '../phrase.ts';

/** What runtimes print, and what it means. */
export interface ErrorRow {
  readonly id: string;
  /** One of these is in the error, upper and lower case alike. */
  readonly text: readonly string[];
  /** One of these is there as well. @default whatever else is there */
  readonly beside?: readonly string[];
  readonly when?: (seen: Evidence) => boolean;
  readonly hint: Phrase;
}

/** The program has not come as far as a connection. */
export const early = (seen: Evidence) => seen.view.connections.size === 0;
export const isClient = (seen: Evidence) => seen.role === 'client';
export const isServer = (seen: Evidence) => seen.role === 'server';
