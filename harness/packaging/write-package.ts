import { createWriteStream } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import tar from 'tar-stream';
import { ZipFile } from 'yazl';
import { UserError } from '../base/user-error.ts';
import { whyNotWritten } from '../base/why-not-written.ts';
import type { PackageFile, Platform } from '../platform/index.ts';

/** One time for all files, so that the same assignment makes the same package; the earliest that a zip can say. */
const TIME = new Date(1980, 0, 1);

function modeOf({ executable }: PackageFile): number {
  return executable ? 0o755 : 0o644;
}

async function bytesOf({ content }: PackageFile): Promise<Buffer> {
  if (typeof content === 'string') return Buffer.from(content);
  if (content instanceof Uint8Array) return Buffer.from(content);
  if ('copyOf' in content) return readFile(content.copyOf);
  return promisify(gzip)(Buffer.concat(await tarOf(content.tar)));
}

async function tarOf(files: readonly PackageFile[]): Promise<Buffer[]> {
  const pack = tar.pack();
  const parts: Buffer[] = [];
  const reading = (async () => {
    for await (const part of pack) parts.push(part as Buffer);
  })();
  for (const file of files)
    pack.entry({ name: file.path, mode: modeOf(file), mtime: TIME }, await bytesOf(file));
  pack.finalize();
  await reading;
  return parts;
}

/**
 * Writes a package to `out`, as a whole or not at all. A folder must not exist yet or be empty; an archive replaces a
 * file. Throws a UserError when it can't be written.
 */
export async function writePackage(
  form: Platform['form'],
  files: readonly PackageFile[],
  out: string,
): Promise<void> {
  const temporary = await mkdtemp(`${path.resolve(out)}.`).catch((error: Error) => {
    throw cannot(out, whyNotWritten(error) ?? error.message);
  });
  try {
    const place = path.join(temporary, 'package');
    if (form === 'zip') await writeZip(files, place);
    else if (form === 'tar') await pipeline(Readable.from(await tarOf(files)), createWriteStream(place));
    else await writeFolder(files, place);
    if (form !== 'folder' && (await stat(out).catch(() => undefined))?.isDirectory())
      throw cannot(out, 'it is a folder');
    await rename(place, out).catch((error: NodeJS.ErrnoException) => {
      const known = error.code === 'ENOTEMPTY' || error.code === 'EEXIST' || error.code === 'ENOTDIR';
      throw cannot(out, known ? 'there is something already' : (whyNotWritten(error) ?? error.message));
    });
  } catch (error) {
    const why = whyNotWritten(error);
    throw why === undefined ? error : cannot(out, why);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function cannot(out: string, why: string): UserError {
  return new UserError({
    where: out,
    what: `the package cannot be written: ${why}`,
    fix: 'Choose another place with -o.',
  });
}

async function writeZip(files: readonly PackageFile[], place: string): Promise<void> {
  const zip = new ZipFile();
  for (const file of files) {
    const options = { mtime: TIME, mode: 0o100000 | modeOf(file) };
    const { content } = file;
    if (typeof content === 'object' && 'copyOf' in content) zip.addFile(content.copyOf, file.path, options);
    else zip.addBuffer(await bytesOf(file), file.path, options);
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(place));
}

async function writeFolder(files: readonly PackageFile[], place: string): Promise<void> {
  await mkdir(place);
  for (const file of files) {
    const to = path.join(place, file.path);
    await mkdir(path.dirname(to), { recursive: true });
    const { content } = file;
    if (typeof content === 'object' && 'copyOf' in content) await copyFile(content.copyOf, to);
    else await writeFile(to, await bytesOf(file));
    await chmod(to, modeOf(file));
  }
}
