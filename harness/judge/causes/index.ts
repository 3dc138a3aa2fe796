import { DATAGRAMS } from './datagrams.ts';
import { CLOSES, ENDS, OTHER_ENDS } from './ends.ts';
import { ERRORS, OTHER_ERRORS } from './errors/index.ts';
import type { Evidence } from './evidence.ts';
import { LIMITS } from './limits.ts';
import { REPLIES } from './replies.ts';
import type { CauseRow, Certainty } from './row.ts';
import { SILENCE } from './silence.ts';
import { RESTART, START } from './start.ts';
import { STATES } from './states.ts';
import { TLS } from './tls.ts';

export { Evidence } from './evidence.ts';
export type { CauseRow } from './row.ts';

/**
 * All causes of failures at run time that the grader can name. Of those that fit a finding the first counts, and one that
 * is proved comes before one that is likely.
 */
export const CAUSES: readonly CauseRow[] = [
  ...LIMITS,
  ...DATAGRAMS,
  ...TLS,
  ...RESTART,
  ...START,
  ...REPLIES,
  ...ENDS.filter(({ certainty }) => certainty === 'proved'),
  ...ERRORS,
  ...SILENCE,
  ...STATES,
  ...OTHER_ERRORS,
  ...ENDS.filter(({ certainty }) => certainty === 'likely'),
  ...CLOSES,
  ...OTHER_ENDS,
];

/** The first cause of a certainty that fits what was seen. */
export function causeOf(seen: Evidence, certainty: Certainty): CauseRow | undefined {
  const { detail } = seen.found;
  const certain = detail === undefined ? undefined : CAUSES.find(({ id }) => id === detail);
  if (certain) return certain.certainty === certainty ? certain : undefined;
  return CAUSES.find(
    (row) =>
      row.certainty === certainty &&
      !(row.ofStreams && seen.byDatagrams) &&
      (row.of === undefined || row.of.includes(seen.cause)) &&
      (row.when?.(seen) ?? true),
  );
}
