import type { IsolationWish } from '../choose-isolation.ts';
import type { Report } from '../model.ts';
import { UserError } from '../user-error.ts';

/** Finds out how a submission can be kept apart, and tells the person when that is less than was hoped for. */
export async function isolationFor({
  isolation: wish,
  quiet,
}: {
  readonly isolation: IsolationWish;
  readonly quiet: boolean;
}): Promise<Report['isolation']['level']> {
  if (wish === 'none') return 'none';
  const { chooseIsolation } = await import('../choose-isolation.ts');
  const { level, lost, missing } = await chooseIsolation(wish);
  if (level === 'full') return level;
  const why = missing.map(({ what }) => what).join('; ');
  const mend = missing.flatMap(({ command }) => (command === '' ? [] : [command]));
  if (wish === 'require') {
    throw new UserError({
      where: '--isolation require',
      what: `programs can't be isolated here: ${why}`,
      fix: [...mend.map((command) => `Mend it with: ${command}`), 'See socket-grader doctor.'].join('\n  '),
    });
  }
  if (!quiet) {
    const how = level === 'uid' ? 'Isolated only in part' : 'Not isolated';
    process.stderr.write(`${how}: ${why}.\n  Missing: ${lost.join(', ')}. See socket-grader doctor.\n`);
  }
  return level;
}
