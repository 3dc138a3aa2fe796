import { inconclusive, type Outcome } from './definition.ts';
import type { StateClaim } from './state.ts';

/** A claim of one kind. */
export type Claim<Kind extends StateClaim['kind']> = Extract<StateClaim, { kind: Kind }>;

/** There is no verdict on what the system does not show. */
export function unseen(what: string, detail?: string): Outcome {
  return inconclusive('capability', {
    cause: 'unknown',
    summary: `This system does not show ${what}${detail ? ` (${detail})` : ''}.`,
  });
}
