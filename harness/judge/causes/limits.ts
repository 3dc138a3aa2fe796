import type { Cause } from '../../model/index.ts';
import type { CauseRow } from './row.ts';

const HINTS: readonly (readonly [Cause, string])[] = [
  [
    'memory_limit',
    'Look for a buffer that only ever grows, and for memory that is never given back: take data in pieces of fixed size.',
  ],
  ['cpu_limit', 'Look for a loop that never waits, and let it block in {accept} or {receive}.'],
  [
    'processes_limit',
    'Start a thread or process only when there is a client for it, and wait for those that have ended (join, waitpid).',
  ],
  ['disk_limit', 'Look for a file that is written to without an end.'],
  ['output_limit', 'Look for a print in a loop that never ends, and leave it out or let the loop wait.'],
  ['lifetime_limit', 'Let the program end sooner, once its work is done.'],
];

/** Programs that were ended for using more than they may: that was seen. */
export const LIMITS: readonly CauseRow[] = HINTS.map(([cause, hint]) => ({
  id: cause,
  certainty: 'proved',
  of: [cause],
  hint,
}));
