import type { Walls } from '../grading/grade.ts';
import { fullJail } from '../sandbox/full-jail.ts';
import { noJail } from '../sandbox/no-jail.ts';
import { uidJail } from '../sandbox/uid-jail.ts';
import type { Order } from './protocol.ts';

/** The walls that an order asks for. */
export function wallsOf({ level, base, uid, job }: Order): Walls {
  if (level === 'full' && base !== undefined)
    return { jail: () => fullJail({ base, uid, visible: job.expose ?? [] }), scratch: base };
  if (level === 'uid' && uid !== undefined) return { jail: (scratch) => uidJail(scratch, uid) };
  return { jail: noJail };
}
