import { existsSync, realpathSync } from 'node:fs';
import { UserError } from '../base/user-error.ts';

/** Folders that every system has and that a worker can do without. */
const PLACES = ['/dev/shm', '/mnt', '/media', '/srv', '/opt', '/tmp'];

/** A folder that a worker can put a file system of its own on without hiding anything that it needs. */
export function emptyPlace(needed: readonly string[]): string {
  const real = needed.map((file) => (existsSync(file) ? realpathSync(file) : file));
  const free = PLACES.find(
    (place) =>
      existsSync(place) &&
      ![...needed, ...real].some((file) => file === place || file.startsWith(`${place}/`)),
  );
  if (free !== undefined) return free;
  throw new UserError({
    where: 'isolation',
    what: `there is no folder to work on: what grading needs is in each of ${PLACES.join(', ')}`,
    fix: 'Move the submission or the specification elsewhere.',
  });
}
