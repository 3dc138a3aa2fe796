import type { Round } from '../batch/executor.ts';
import type { Submission } from '../batch/types.ts';

/** A round under way. */
export class Pass {
  /** Jobs that have no result yet. */
  readonly open: Map<string, Submission>;
  readonly round: Round;
  /** Jobs that are in Redis, as far as was seen. */
  readonly queued = new Set<string>();
  over = false;

  constructor(open: Map<string, Submission>, round: Round) {
    this.open = open;
    this.round = round;
  }
}
