import { createReadStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type Extract, extract } from 'tar-stream';
import { isMachineFault } from './fault.ts';
import { ArchiveRefused, Room } from './room.ts';
import type { Target } from './target.ts';

const KINDS: Readonly<Record<string, string>> = {
  symlink: 'it is a symbolic link',
  link: 'it is a hard link',
  fifo: 'it is a pipe',
  'character-device': 'it is a device',
  'block-device': 'it is a device',
};

/**
 * Unpacks a tar file, compressed with gzip or not. Entries that can't be taken are named; throws ArchiveRefused when
 * all of it can't.
 */
export function unpackTar(file: string, gzipped: boolean, target: Target): Promise<void> {
  const source = createReadStream(file);
  if (!gzipped) return unpackTarStream(source, target);
  const unzipped = createGunzip();
  source.on('error', (error) => unzipped.destroy(error));
  return unpackTarStream(source.pipe(unzipped), target);
}

/** The same for a tar file as it comes in. */
export async function unpackTarStream(source: Readable, target: Target): Promise<void> {
  const tar = extract();
  // What lies between the files counts as well: a bomb may be anywhere.
  const { limits } = target.room;
  const gate = new Room({ files: 0, bytes: limits.bytes + limits.files * 1024 }).gate();
  const whole = wholeEnd();
  const feeding = pipeline([source, gate, whole, tar]).catch((error: Error) => {
    tar.destroy(error);
    throw error;
  });
  feeding.catch(() => {});
  try {
    for await (const entry of tar) await unpackEntry(entry, target);
    await feeding;
  } catch (error) {
    tar.destroy();
    if (error instanceof ArchiveRefused || isMachineFault(error)) throw error;
    throw new ArchiveRefused(`it is broken: ${(error as Error).message}`);
  }
}

type Entry = Extract extends AsyncIterable<infer Source> ? Source : never;

async function unpackEntry(entry: Entry, target: Target): Promise<void> {
  const { name, type = 'file', size = 0, mode = 0 } = entry.header;
  const isFile = type === 'file' || type === 'contiguous-file';
  if (isFile && !name.endsWith('/')) {
    await target.write(name, size, (mode & 0o111) !== 0, async () => Readable.from(entry));
  } else if (type !== 'directory' && !name.endsWith('/')) {
    target.refuse(name, KINDS[type] ?? 'it is neither a file nor a folder');
  }
  entry.resume();
}

/** A tar file ends with zeros (tar(5)); one that does not was cut off. */
function wholeEnd(): Transform {
  let last: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      last = chunk.length >= 512 ? chunk.subarray(-512) : Buffer.concat([last, chunk]).subarray(-512);
      done(null, chunk);
    },
    flush(done) {
      const whole = last.length === 512 && last.every((byte) => byte === 0);
      done(whole ? null : new Error('its end is missing'));
    },
  });
}
