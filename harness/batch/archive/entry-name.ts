/** A path in an archive as a path below a folder; a string is the reason why it can't be one. */
export function entryPath(name: string): readonly string[] | string {
  if (name.includes('\0')) return 'its name holds a NUL';
  const path = name.normalize('NFC').replaceAll('\\', '/');
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) return 'its path is absolute';
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return 'its path leads out of the archive';
  if (parts.length === 0) return 'it has no name';
  if (parts.some((part) => Buffer.byteLength(part) > 255)) return 'its name is longer than 255 bytes';
  if (parts.length > 40) return 'it is nested deeper than 40 folders';
  return parts;
}

/** What operating systems leave in folders and archives, and what a version control system keeps for itself. */
export function isJunk(parts: readonly string[]): boolean {
  return parts.some(
    (part) =>
      part === '__MACOSX' ||
      part === '.git' ||
      part === '.svn' ||
      part === '.DS_Store' ||
      part.startsWith('._') ||
      /^(thumbs\.db|desktop\.ini)$/i.test(part),
  );
}
