/** How often a job is taken over from a worker that has died. */
export const MOST_STALLED = 3;

/** What BullMQ writes where a job has stalled more often than that. */
const REASON = 'job stalled more than allowable limit';

/** Whether a job failed since its workers died, one after the other. */
export function isStalled(reason: string): boolean {
  return reason.includes(REASON);
}

export function describeStalled(): string {
  return `${MOST_STALLED + 1} workers ended while they graded it`;
}
