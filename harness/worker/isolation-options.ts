import type { IsolationOptions } from '../grading/grade.ts';
import { fullSandbox } from '../sandbox/full-sandbox.ts';
import { noSandbox } from '../sandbox/no-sandbox.ts';
import { uidSandbox } from '../sandbox/uid-sandbox.ts';
import type { Order } from './protocol.ts';

/** The isolation that an order asks for. */
export function isolationOptions({
  level,
  base,
  uid,
  guarded = false,
  groups = [],
  job,
}: Order): IsolationOptions {
  if (level === 'full' && base !== undefined)
    return { sandbox: () => fullSandbox({ base, uid, visible: job.expose ?? [], groups }), scratch: base };
  if (level === 'uid' && uid !== undefined) return { sandbox: (scratch) => uidSandbox(scratch, uid, groups) };
  return { sandbox: (scratch) => noSandbox(scratch, { guarded, groups }), guarded };
}
