import { BUILD_LIMITS } from '../limits.ts';
import type { StartGroup } from './start-group.ts';

/** Most that files of a program may be in memory where they have no file system of their own, in bytes. */
export const FILES_IN_MEMORY = 2 * BUILD_LIMITS.disk;

const ENTER = `count=$1; shift
while [ "$count" -gt 0 ]; do { echo 0 > "$1"; } 2>/dev/null; shift; count=$((count - 1)); done
exec "$@"`;

/** What enters the groups and becomes the command that follows; nothing without groups. */
export function entering(group: StartGroup | undefined): string[] {
  if (group === undefined) return [];
  return ['/bin/sh', '-c', ENTER, 'sh', String(group.entries.length), ...group.entries];
}
