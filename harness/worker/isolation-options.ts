import type { IsolationOptions } from '../grading/grade.ts';
import { fullSandbox } from '../sandbox/full-sandbox.ts';
import { noSandbox } from '../sandbox/no-sandbox.ts';
import { uidSandbox } from '../sandbox/uid-sandbox.ts';
import type { Place } from './protocol.ts';

/** The isolation of a worker's place; at level `full` programs see the folders of `visible` as well. */
export function isolationOptions(
  { level, base, uid, guarded = false, groups = [] }: Place,
  visible: readonly string[] = [],
): IsolationOptions {
  if (level === 'full' && base !== undefined)
    return { sandbox: () => fullSandbox({ base, uid, visible, groups }), scratch: base };
  if (level === 'uid' && uid !== undefined) return { sandbox: (scratch) => uidSandbox(scratch, uid, groups) };
  return { sandbox: (scratch) => noSandbox(scratch, { guarded, groups }), guarded };
}
