import type { LatePolicy } from '../model/index.ts';
import { type Matches, submissionTimes } from './gradebook/match.ts';
import { type Extension, type Lateness, latenessOf, readLatePolicy } from './late.ts';
import type { BatchOptions } from './options.ts';
import type { Submission } from './types.ts';

/** The policy that a person asks for, or else that of the specification. */
export function chooseLatePolicy(
  ofSpec: LatePolicy | undefined,
  { latePolicy: file, due }: Pick<BatchOptions, 'latePolicy' | 'due'>,
): LatePolicy | undefined {
  const policy = file === undefined ? ofSpec : readLatePolicy(file);
  if (due === undefined) return policy;
  // Without a policy nothing is taken off, and who came late is marked.
  return { percentPerDay: 0, grace: 0, ...policy, due };
}

/** How late each submission is, where there is something to say. */
export function latenesses(
  submissions: readonly Submission[],
  policy: LatePolicy | undefined,
  extensions: ReadonlyMap<string, Extension>,
): { readonly [id: string]: Lateness } {
  return Object.fromEntries(
    submissions
      .map((one) => [one.id, latenessOf(one, policy, extensions.get(one.id))] as const)
      .filter(([, { late, open }]) => late !== undefined || open !== undefined),
  );
}

/** A gradebook may know when something was handed in where the download does not. */
export function withTimes(
  submissions: readonly Submission[],
  matches: Matches | undefined,
): readonly Submission[] {
  if (matches === undefined) return submissions;
  const times = submissionTimes(submissions, matches);
  return submissions.map((submission) => {
    const at = submission.at ?? times.get(submission.id);
    return at === undefined ? submission : { ...submission, at };
  });
}
