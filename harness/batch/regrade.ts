import { UserError } from '../base/user-error.ts';
import { suggest } from '../steps/scope.ts';
import { isWeaker } from './isolation-level.ts';
import type { Journal } from './journal.ts';
import type { Manifest } from './manifest.ts';
import { hasReport } from './student-files.ts';

/** What `--regrade` takes besides the id of a submission. */
export const REGRADE = ['failed', 'inconclusive', 'changed', 'all'] as const;

/** Refuses to grade again what there is not. */
export function checkRegrade(
  wanted: readonly string[],
  { submissions }: Pick<Manifest, 'submissions'>,
): void {
  const ids = submissions.map(({ id }) => id);
  for (const name of wanted) {
    if (!(REGRADE as readonly string[]).includes(name) && !ids.includes(name))
      throw new UserError({
        where: '--regrade',
        what: `there is no submission "${name}"`,
        fix: `Give failed, inconclusive, changed, all or the id of a submission${ids.length > 0 ? `: ${suggest(name, ids.slice(0, 50))}` : ''}`,
      });
  }
}

/**
 * Forgets results that are asked for again, whose submission or specification changed, whose files are gone, or that
 * come from less isolation than there is now.
 */
export async function forgetWhatIsToBeRegraded(
  wanted: readonly string[],
  {
    out,
    journal,
    manifest,
  }: { readonly out: string; readonly journal: Journal; readonly manifest: Manifest },
): Promise<void> {
  const forgotten: string[] = [];
  for (const { id } of manifest.submissions) {
    const result = journal.results.get(id);
    if (result === undefined) continue;
    const asked =
      wanted.includes('all') ||
      wanted.includes(id) ||
      (wanted.includes('failed') && result.status === 'fail') ||
      (wanted.includes('inconclusive') && result.open !== undefined);
    const changed = result.key !== manifest.keys[id];
    const weaker = isWeaker(result.isolation, manifest.isolation.level);
    if (asked || changed || weaker || !(await hasReport(out, id))) forgotten.push(id);
  }
  await journal.forget(forgotten);
}
