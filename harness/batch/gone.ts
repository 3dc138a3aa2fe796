import { UserError } from '../base/user-error.ts';
import type { Manifest } from './manifest.ts';
import type { BatchOptions } from './options.ts';
import type { Intake } from './types.ts';

/** Most names in a message. */
const MOST = 5;

/**
 * Submissions that were graded here before, and that are not in what was handed over now. Throws a UserError where they
 * come from other downloads that were merged: their grades would be lost.
 */
export function goneFrom(
  before: Manifest | undefined,
  { submissions, elsewhere }: Intake & { readonly elsewhere: readonly string[] },
  { input, out, fresh }: Pick<BatchOptions, 'input' | 'out' | 'fresh'>,
): readonly string[] {
  if (before === undefined || fresh) return [];
  const here = new Set([...submissions.map(({ id }) => id), ...elsewhere]);
  const known = [...before.submissions.map(({ id }) => id), ...(before.gone ?? [])];
  const gone = [...new Set(known)].filter((id) => !here.has(id)).sort();
  if (before.merged && gone.length > 0)
    throw new UserError({
      where: out,
      what: `it holds merged results of ${gone.length} ${gone.length === 1 ? 'submission that is' : 'submissions that are'} not in ${input}: ${gone.slice(0, MOST).join(', ')}${gone.length > MOST ? ' …' : ''}`,
      fix: 'Grade the parts again and merge them again, or give a download that has all of them.',
    });
  return gone;
}
