import { readFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import sevenZip, { type SevenZipModule, type SevenZipModuleFactory } from '7z-wasm';
import { pack } from 'tar-stream';
import { entryPath } from './entry-name.ts';

/**
 * A process of its own that turns an archive which 7-Zip reads into a tar file on standard output: whatever a hostile
 * archive makes of the unpacker, it is ended with it, and touches no file. What can't be had is named on standard error, a
 * line of JSON each: `{ "name": …, "why": … }`, or `{ "fatal": … }` for all of it.
 *
 * usage: node seven-zip.cjs ARCHIVE BYTES FILES
 */
async function main([file = '', bytes, files]: readonly string[]): Promise<void> {
  const lines: string[] = [];
  const zip = await load({
    wasmBinary: readFileSync(new URL('7zz.wasm', import.meta.url)) as unknown as ArrayBuffer,
    print: (line) => lines.push(line),
    printErr: (line) => lines.push(line),
    stdin: () => null as unknown as number,
  });
  zip.FS.writeFile(ARCHIVE, readFileSync(file));
  run(zip, 'l', '-slt', '-p', ARCHIVE);
  const listing = lines.splice(0);
  const entries = entriesIn(listing);
  if (entries === undefined) return fatal(reasonIn(listing));
  const whole = entries.reduce((sum, { size }) => sum + size, 0);
  if (entries.length > Number(files))
    return fatal(`it holds more than ${Number(files).toLocaleString('en')} files`);
  if (!(whole <= Number(bytes)))
    return fatal(`it unpacks to more than ${Math.round(Number(bytes) / 1024 ** 2).toLocaleString('en')} MiB`);
  run(zip, 'x', '-y', '-aos', '-p', `-o${FOLDER}`, ARCHIVE);
  const tar = pack();
  const written = pipeline(tar, process.stdout);
  for (const entry of entries) {
    const found = contentOf(zip, entry);
    if (typeof found === 'string') refuse(entry.name, found);
    else tar.entry({ name: entry.name, mode: entry.executable ? 0o755 : 0o644 }, Buffer.from(found));
  }
  tar.finalize();
  await written;
}

/** Its types say that it has a default export, which a CommonJS module does not. */
const load = sevenZip as unknown as SevenZipModuleFactory;

/** Where things are in the file system of the unpacker, which is in its memory. */
const [ARCHIVE, FOLDER] = ['/archive', '/content'];

interface Entry {
  readonly name: string;
  readonly size: number;
  readonly executable: boolean;
  /** Why it can't be taken. */
  readonly odd: string | undefined;
}

function run(zip: SevenZipModule, ...args: readonly string[]): void {
  try {
    zip.callMain([...args]);
  } catch {
    // It says what is wrong with an exit status; what there is and what there is not shows it as well.
  }
}

/** What the listing has, without folders; undefined where there is no listing. */
function entriesIn(listing: readonly string[]): readonly Entry[] | undefined {
  const start = listing.indexOf('----------');
  if (start === -1) return undefined;
  const blocks = listing
    .slice(start + 1)
    .join('\n')
    .split('\n\n');
  return blocks.flatMap((block) => entryIn(fieldsIn(block)) ?? []);
}

function fieldsIn(block: string): ReadonlyMap<string, string> {
  return new Map(
    block.split('\n').map((line): [string, string] => {
      const [key = '', ...value] = line.split(' = ');
      return [key.trim(), value.join(' = ')];
    }),
  );
}

/** An entry that is no folder. */
function entryIn(fields: ReadonlyMap<string, string>): Entry | undefined {
  const name = fields.get('Path');
  const attributes = fields.get('Attributes') ?? '';
  if (name === undefined || fields.get('Folder') === '+' || /^D|(?:^| )d[r-]/.test(attributes))
    return undefined;
  const size = Number(fields.get('Size') || '0');
  return { name, size, executable: /(?:^| )-..x/.test(attributes), odd: oddity(fields, attributes) };
}

function oddity(fields: ReadonlyMap<string, string>, attributes: string): string | undefined {
  const isLink = /(?:^| )l[r-]/.test(attributes) || (fields.get('Symbolic Link') ?? '') !== '';
  if (isLink) return 'it is a symbolic link';
  if ((fields.get('Hard Link') ?? '') !== '') return 'it is a hard link';
  return fields.get('Encrypted') === '+' ? 'it is encrypted' : undefined;
}

function reasonIn(listing: readonly string[]): string {
  const text = listing.join('\n');
  if (/encrypted archive|wrong password/i.test(text)) return 'it is encrypted';
  return /volume/i.test(text) ? 'it is one of several parts of an archive' : 'it is broken';
}

/** The bytes of an entry, or why there are none. */
function contentOf({ FS }: SevenZipModule, { name, odd, size }: Entry): Uint8Array | string {
  if (odd !== undefined) return odd;
  const parts = entryPath(name);
  if (typeof parts === 'string') return parts;
  try {
    const file = [FOLDER, ...parts].join('/');
    if (!FS.isFile(FS.lstat(file).mode)) return 'it is neither a file nor a folder';
    const bytes = FS.readFile(file) as Uint8Array;
    return bytes.length === size ? bytes : 'it is broken';
  } catch {
    return 'it is broken';
  }
}

function refuse(name: string, why: string): void {
  process.stderr.write(`${JSON.stringify({ name, why })}\n`);
}

function fatal(why: string): void {
  process.stderr.write(`${JSON.stringify({ fatal: why })}\n`);
}

// The unpacker leaves its own exit status for archives that have something odd in them, which has been said.
void main(process.argv.slice(2)).then(() => {
  process.exitCode = 0;
});
