import type { Submission } from './types.ts';

/** Submissions of different students that are the same. */
export interface Copies {
  readonly ids: readonly string[];
  /** Every byte, or all but white space and comments. */
  readonly exact: boolean;
}

/** Finds submissions that are the same, or the same but for white space and comments; empty ones do not count. */
export function findCopies(submissions: readonly Submission[]): readonly Copies[] {
  const groups = new Map<string, Submission[]>();
  for (const submission of submissions) {
    if (submission.files === 0) continue;
    const group = groups.get(submission.gist);
    if (group) group.push(submission);
    else groups.set(submission.gist, [submission]);
  }
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => ({
      ids: group.map(({ id }) => id),
      exact: new Set(group.map(({ sha256 }) => sha256)).size === 1,
    }));
}
