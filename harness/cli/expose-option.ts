import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../base/user-error.ts';

/** Folders of the machine that programs may read besides their own. */
export const EXPOSE_OPTION = { expose: { type: 'string', multiple: true } } as const;

function usage(text: string, what: string, fix: string): UserError {
  return new UserError({ where: `--expose ${text}`, what, fix });
}

/** A folder that is there and that the grader may enter, as an absolute path. */
export function readFolder(text: string): string {
  const folder = path.resolve(text);
  if (folder === '/')
    throw usage('/', 'this would show the whole machine to programs', 'Name the folder that they need.');
  try {
    if (statSync(folder).isDirectory()) {
      accessSync(folder, constants.R_OK | constants.X_OK);
      return folder;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES')
      throw usage(
        text,
        'you may not enter this folder, or one on the way to it',
        `Ask its owner to let others in (${closedFolders(folder)}), give a folder that you can read, or run the grader as root.`,
      );
  }
  throw usage(text, 'there is no such folder', 'Give a folder that programs need to see.');
}

/** The command that opens the first folder on a way that is closed. */
function closedFolders(folder: string): string {
  const parts = folder.split('/').slice(1);
  const ways = parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`);
  const closed = ways.find((way) => !mayEnter(way)) ?? folder;
  return `chmod o+${closed === folder ? 'rx' : 'x'} ${closed}`;
}

function mayEnter(folder: string): boolean {
  try {
    accessSync(folder, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
