import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip, createGzip, gunzip, gzip } from 'node:zlib';
import { extract, pack } from 'tar-stream';
import { entryPath } from '../batch/archive/entry-name.ts';
import { Room, SUBMISSION_LIMITS } from '../batch/archive/room.ts';
import { Target } from '../batch/archive/target.ts';
import { fingerprint } from '../batch/intake/fingerprint.ts';

/** Bytes that cannot be what was sent: damaged, cut off, or another's. */
export class WrongBytes extends Error {
  override readonly name = 'WrongBytes';
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Packs a submission as the intake has left it, files and folders: the same bytes each time for the same submission. */
export async function packFolder(folder: string): Promise<Buffer> {
  const tar = pack();
  const chunks: Buffer[] = [];
  const packing = pipeline(tar, createGzip({ level: 6 }), async (source: AsyncIterable<Buffer>) => {
    for await (const chunk of source) chunks.push(chunk);
  });
  packing.catch(() => {});
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true })).map((entry) => ({
    entry,
    name: path.relative(folder, path.join(entry.parentPath, entry.name)),
  }));
  for (const { entry, name } of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const head = { name, mtime: new Date(0) };
    if (entry.isDirectory()) tar.entry({ ...head, type: 'directory', mode: 0o755 });
    else if (entry.isFile()) {
      const { size, mode } = await stat(path.join(folder, name));
      const into = tar.entry({ ...head, size, mode: mode & 0o111 ? 0o755 : 0o644 });
      await pipeline(createReadStream(path.join(folder, name)), into);
    }
  }
  tar.finalize();
  await packing;
  return Buffer.concat(chunks);
}

/**
 * Unpacks a submission into a new folder, with the limits of any archive. Throws WrongBytes where that does not give the
 * files with this hash (see `fingerprint`).
 */
export async function unpackFolder(bytes: Uint8Array, folder: string, sha256: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const room = new Room(SUBMISSION_LIMITS);
  const target = new Target(folder, room);
  const tar = extract();
  const feeding = pipeline(Readable.from([bytes]), createGunzip(), tar);
  feeding.catch(() => {});
  try {
    for await (const entry of tar) {
      const { name, type, size = 0, mode = 0 } = entry.header;
      const parts = entryPath(name);
      if (type === 'directory' && typeof parts !== 'string') {
        room.addFile();
        await mkdir(path.join(folder, ...parts), { recursive: true });
      } else if (type === 'file')
        await target.write(name, size, (mode & 0o111) !== 0, async () => Readable.from(entry));
      entry.resume();
    }
    await feeding;
  } catch (error) {
    throw new WrongBytes(`the packed submission is broken: ${(error as Error).message}`);
  }
  const { sha256: found } = await fingerprint(folder);
  if (found !== sha256) throw new WrongBytes('the packed submission is not the one that was to be graded');
}

/** Most that packed JSON may unpack to, in bytes. */
const MOST_JSON = 1024 ** 3;

/** A value as packed JSON. */
export function packJson(value: unknown): Promise<Buffer> {
  return promisify(gzip)(JSON.stringify(value), { level: 1 });
}

/** What `packJson` has packed, not yet checked; throws WrongBytes for what it cannot have. */
export async function unpackJson(bytes: Uint8Array): Promise<unknown> {
  try {
    const text = await promisify(gunzip)(bytes, { maxOutputLength: MOST_JSON });
    return JSON.parse(text.toString('utf8'));
  } catch (error) {
    throw new WrongBytes(`packed data is broken: ${(error as Error).message}`);
  }
}
