import { UserError } from '../base/user-error.ts';
import type { Report } from '../model/index.ts';
import type { IsolationWish } from '../worker/choose-isolation.ts';
import type { ExpectedWorker, Job } from '../worker/grade-in-worker.ts';

/**
 * Finds out how a submission can be kept apart, and tells the person when that is less than was hoped for. With a job,
 * a worker for it is started at the same time.
 */
export async function isolationFor(
  { isolation: wish, quiet }: { readonly isolation: IsolationWish; readonly quiet: boolean },
  job?: Job,
): Promise<{ readonly level: Report['isolation']['level']; readonly worker?: ExpectedWorker }> {
  const [{ chooseIsolation }, { expectJob }] = await Promise.all([
    import('../worker/choose-isolation.ts'),
    import('../worker/grade-in-worker.ts'),
  ]);
  const isLinux = process.platform === 'linux';
  if (wish === 'none')
    return { level: 'none', ...(isLinux && job !== undefined ? { worker: expectJob('none', job) } : {}) };
  const worker = isLinux && job !== undefined ? expectJob('full', job) : undefined;
  const { level, lost, missing } = await chooseIsolation(wish, { remember: true });
  if (level === 'full') return worker === undefined ? { level } : { level, worker };
  await worker?.waiting.dismiss();
  const why = missing.map(({ what }) => what).join('; ');
  const commands = missing.flatMap(({ command }) => (command === '' ? [] : [command]));
  if (wish === 'require') {
    throw new UserError({
      where: '--isolation require',
      what: `programs can't be isolated here: ${why}`,
      fix: [...commands.map((command) => `Fix it with: ${command}`), 'See socket-grader doctor.'].join(
        '\n  ',
      ),
    });
  }
  if (!quiet) {
    const how = level === 'uid' ? 'Isolated only in part' : 'Not isolated';
    process.stderr.write(`${how}: ${why}.\n  Missing: ${lost.join(', ')}. See socket-grader doctor.\n`);
  }
  return { level };
}
