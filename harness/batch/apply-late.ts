import { UserError } from '../base/user-error.ts';
import type { LatePolicy } from '../model/index.ts';
import { matchRoster, submissionTimes } from './gradebook/match.ts';
import type { Roster } from './gradebook/roster.ts';
import { type Lateness, latenessOf, readLatePolicy } from './late.ts';
import type { BatchOptions } from './options.ts';
import type { Submission } from './types.ts';

/** The policy that a person asks for, or else that of the specification. */
export function chooseLatePolicy(
  ofSpec: LatePolicy | undefined,
  { latePolicy: file, due }: Pick<BatchOptions, 'latePolicy' | 'due'>,
): LatePolicy | undefined {
  const policy = file === undefined ? ofSpec : readLatePolicy(file);
  if (due === undefined) return policy;
  if (policy === undefined)
    throw new UserError({
      where: '--due',
      what: 'there is no late policy that it could belong to',
      fix: 'Give one with --late-policy FILE, or in the specification.',
    });
  return { ...policy, due };
}

/** How late each submission is, where there is something to say. */
export function latenesses(
  submissions: readonly Submission[],
  policy: LatePolicy | undefined,
): { readonly [id: string]: Lateness } {
  return Object.fromEntries(
    submissions
      .map((submission) => [submission.id, latenessOf(submission, policy)] as const)
      .filter(([, { late, open }]) => late !== undefined || open !== undefined),
  );
}

/** A gradebook may know when something was handed in where the download does not. */
export function withTimes(
  submissions: readonly Submission[],
  roster: Roster | undefined,
): readonly Submission[] {
  if (roster === undefined) return submissions;
  const times = submissionTimes(submissions, matchRoster(submissions, roster));
  return submissions.map((submission) => {
    const at = submission.at ?? times.get(submission.id);
    return at === undefined ? submission : { ...submission, at };
  });
}
