import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** What a user without any group but its own must be let do: enter a folder, run a file. */
const OTHERS_EXECUTE = 0o001;

/**
 * Why a user that owns nothing but its own folder can't start a command that is there, with what helps; undefined when it
 * can. Looks at the modes alone: access control lists may allow more.
 */
export function closedTo(uid: number, file: string): string | undefined {
  const real = realpathSync(file);
  const closed = [...folders(file), ...folders(real), real].find((each) => !isOpen(uid, each));
  if (closed === undefined) return undefined;
  const where = real === file ? file : `${file} (${real})`;
  return `${path.basename(file)} is only at ${where}, and programs run as a user that may not use ${closed}: install it below /usr, or let others in with chmod o+x ${closed}`;
}

/** The folders on the way to a file, the outermost first. */
function folders(file: string): string[] {
  const parts = path.dirname(file).split('/').filter(Boolean);
  return parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`);
}

function isOpen(uid: number, file: string): boolean {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined || stat.uid === uid || (stat.mode & OTHERS_EXECUTE) !== 0;
}
