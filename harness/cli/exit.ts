import type { Report } from '../model/index.ts';

/** What the exit status says. The README has the same table. */
export const EXIT = {
  /** Every scenario that is worth points passed. */
  passed: 0,
  /** Something failed: the student's program. */
  failed: 1,
  /** Nothing was graded: wrong usage, or a wrong specification. */
  usage: 2,
  /** Nothing failed, but something could not be decided. */
  inconclusive: 3,
  /** The grader itself failed. */
  internal: 4,
  /** Ended by Ctrl-C, as shells count (128 + signal). */
  interrupted: 130,
  terminated: 143,
} as const;

/** The exit status of a report; one that could not be written is the grader's own failure. */
export function exitCode({ status }: Report, failures: readonly string[] = []): number {
  if (failures.length > 0) return EXIT.internal;
  if (status === 'fail') return EXIT.failed;
  return status === 'inconclusive' ? EXIT.inconclusive : EXIT.passed;
}
