import { chmod, stat } from 'node:fs/promises';

/**
 * Lets nobody but its owner into a folder, and returns how to give it its mode back: at level `uid` programs share the
 * machine's files, and the results of others are none of theirs.
 */
export async function closeToOthers(folder: string): Promise<() => Promise<void>> {
  const { mode } = await stat(folder);
  await chmod(folder, mode & 0o700);
  return () => chmod(folder, mode & 0o7777);
}
