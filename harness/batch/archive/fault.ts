/** What is wrong with the machine, and not with one file: everything else would fail by it as well. */
const MACHINE = ['ENOSPC', 'EDQUOT', 'EROFS', 'EMFILE', 'ENFILE', 'ENOMEM', 'EIO'];

/** Why one file can't be had, in words that need no path: it is named beside them. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'it may not be read',
  EPERM: 'it may not be read',
  EEXIST: 'its path is that of a file and of a folder',
  ENOTDIR: 'its path is that of a file and of a folder',
  EISDIR: 'its path is that of a file and of a folder',
  ENAMETOOLONG: 'its path is too long',
  ELOOP: 'it leads in a circle',
};

/** Whether an error would meet every other file as well, as a full disk does. */
export function isMachineFault(error: unknown): boolean {
  return MACHINE.includes((error as NodeJS.ErrnoException).code ?? '');
}

/** Why a file can't be taken, for a person. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
}
