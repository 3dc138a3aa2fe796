import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/** A local header, or the end of an archive without any file (APPNOTE.TXT 4.3). */
const ZIP_STARTS = ['504b0304', '504b0506', '504b0708'];
/** The first bytes of 7z files (7zFormat.txt) and of RAR files of all versions. */
const [SEVEN_ZIP_STARTS, RAR_STARTS] = ['377abcaf271c', 'Rar!\x1a\x07'];
/** Names of archives; some are only known, so that they can be refused by name. */
const ENDING = /\.(zip|tar|tar\.gz|tgz|7z|rar|tar\.(?:xz|bz2|zst)|txz|tbz2?)$/i;

/** Whether a file is an archive by its name. */
export function isArchiveName(name: string): boolean {
  return ENDING.test(name);
}

/** The name without the ending of an archive. */
export function withoutArchiveEnding(name: string): string {
  return name.replace(ENDING, '');
}

/** What an archive is by its first bytes, whatever its name. */
export async function archiveKind(
  file: string,
): Promise<'zip' | 'tar' | 'tar.gz' | '7z' | 'rar' | undefined> {
  const handle = await open(file, 'r');
  let head: Buffer;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0);
    head = buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
  if (ZIP_STARTS.includes(head.toString('hex', 0, 4))) return 'zip';
  if (head.toString('hex', 0, 6) === SEVEN_ZIP_STARTS) return '7z';
  if (head.toString('latin1', 0, 6) === RAR_STARTS) return 'rar';
  if (isTar(head)) return 'tar';
  if (head[0] === 0x1f && head[1] === 0x8b) return isTar(await firstBlock(file)) ? 'tar.gz' : undefined;
  return undefined;
}

/** The magic of POSIX and GNU tar files stands at byte 257 (tar(5)). */
function isTar(block: Buffer): boolean {
  return block.toString('latin1', 257, 262) === 'ustar';
}

async function firstBlock(file: string): Promise<Buffer> {
  let block: Buffer = Buffer.alloc(0);
  await pipeline(createReadStream(file), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      block = Buffer.concat([block, chunk]);
      if (block.length >= 512) return;
    }
  }).catch(() => {});
  return block;
}
