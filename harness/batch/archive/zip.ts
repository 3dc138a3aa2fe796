import { Transform } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from 'yauzl';
import { isMachineFault } from './fault.ts';
import { ArchiveRefused } from './room.ts';
import type { Target } from './target.ts';

/** Bit 11 of the flags: the name is UTF-8 (APPNOTE.TXT 4.4.4). */
const UTF8_FLAG = 0x800;
const [TYPE, FOLDER, FILE, LINK] = [0o170000, 0o040000, 0o100000, 0o120000];

/** Unpacks a zip file. Entries that can't be taken are named; throws ArchiveRefused when all of it can't. */
export async function unpackZip(file: string, target: Target): Promise<void> {
  const zip = await open(file);
  try {
    for await (const entry of zip.eachEntry()) await unpackEntry(zip, entry, target);
  } catch (error) {
    if (error instanceof ArchiveRefused || isMachineFault(error)) throw error;
    throw new ArchiveRefused(`it is broken: ${(error as Error).message}`);
  } finally {
    zip.close();
  }
}

async function open(file: string): Promise<ZipFile> {
  try {
    return await openPromise(file, { lazyEntries: true, decodeStrings: false, autoClose: false });
  } catch (error) {
    throw new ArchiveRefused(`it is broken: ${(error as Error).message}`);
  }
}

async function unpackEntry(zip: ZipFile, entry: Entry, target: Target): Promise<void> {
  const name = nameOf(entry);
  const mode = (entry.externalFileAttributes >>> 16) & 0xffff;
  const type = mode & TYPE;
  if (/[\\/]$/.test(name) || type === FOLDER) return;
  if (type === LINK) target.refuse(name, 'it is a symbolic link');
  else if (type !== 0 && type !== FILE) target.refuse(name, 'it is neither a file nor a folder');
  else if (entry.isEncrypted()) target.refuse(name, 'it is encrypted');
  else if (!entry.canDecodeFileData())
    target.refuse(name, `its compression method ${entry.compressionMethod} is not known`);
  else {
    const stream = () => zip.openReadStreamPromise(entry);
    await target.write(name, entry.uncompressedSize, (mode & 0o111) !== 0, stream, checked(entry.crc32));
  }
}

/** UTF-8 where the entry says so or it can be nothing else (macOS does not say), else code page 437. */
function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(fileNameRaw);
    if (!(extraFields as { id: number }[]).some(({ id }) => id === 0x7075)) return text;
  } catch {
    // It is not UTF-8.
  }
  return getFileNameLowLevel(generalPurposeBitFlag & ~UTF8_FLAG, fileNameRaw, extraFields, true);
}

function checked(expected: number): Transform {
  let sum = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum = crc32(chunk, sum);
      done(null, chunk);
    },
    flush(done) {
      done(sum === expected ? null : new Error('its checksum is wrong'));
    },
  });
}
