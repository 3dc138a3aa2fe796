import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** How a file is replaced. */
export interface ReplaceOptions {
  /** Wait until the bytes are on the disk, so that a power cut can't take them back. @default false */
  readonly durable?: boolean;
}

/**
 * Writes a file in one step: whoever looks sees the old one or the new one, and never a part. The content is given, or
 * filled into the file that is named to the function. When that fails the old file stays, and the error is thrown on.
 * Folders above it are made. What stands at the temporary name, a link for instance, is removed and not written through.
 */
export async function replaceFile(
  file: string,
  content: string | Uint8Array | ((temporary: string) => Promise<void>),
  { durable = false }: ReplaceOptions = {},
): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await mkdir(path.dirname(file), { recursive: true });
  try {
    await rm(temporary, { force: true });
    if (typeof content === 'function') await content(temporary);
    else await writeNew(temporary, content, durable);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeNew(file: string, content: string | Uint8Array, durable: boolean): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(content);
    if (durable) await handle.datasync();
  } finally {
    await handle.close();
  }
}
