import { UserError } from '../base/user-error.ts';
import type { Report } from '../model/index.ts';
import type { IsolationWish } from '../worker/choose-isolation.ts';

/** Complains when strace is missing, or may not trace here, or could not write down what it sees. */
export async function checkStrace(isolation: IsolationWish): Promise<void> {
  if (isolation !== 'none') {
    throw new UserError({
      where: '--witness strace',
      what: 'strace can only watch programs that are not isolated',
      fix: 'Add --isolation none, or leave --witness out: grading does not need it.',
    });
  }
  const { execa } = await import('execa');
  const tried = await execa('strace', ['-qf', '-o', '/dev/null', 'true'], { reject: false, stdin: 'ignore' });
  const problem = !tried.failed
    ? undefined
    : tried.code === 'ENOENT'
      ? 'it is not installed'
      : tried.stderr.trim() || tried.shortMessage;
  if (problem === undefined) return;
  throw new UserError({
    where: '--witness strace',
    what: `strace can't be used here: ${problem}`,
    fix: 'Install the package strace and allow ptrace(2), or leave --witness out: grading does not need it.',
  });
}

/** One line on the outcome of the second witness. */
export function describeWitness({ scenarios }: Report): string {
  const runs = scenarios.flatMap((verdict) => verdict.runs);
  const confirmed = runs.reduce((sum, run) => sum + (run.confirmed ?? 0), 0);
  const silent = runs.filter((run) => run.confirmed === undefined).length;
  const differing = runs.filter(({ findings }) =>
    findings.some(({ because }) => because === 'harness'),
  ).length;
  const rest = silent > 0 ? `; of ${silent} runs it saw nothing` : '';
  if (differing > 0)
    return `Witness: strace contradicts the kernel in ${differing} of ${runs.length} runs${rest}.`;
  return `Witness: strace confirms ${confirmed} observations${rest}.`;
}
