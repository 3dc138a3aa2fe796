import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { processorTime } from '../../testing/processor-time.ts';
import { submissionFolder, takeIn } from '../intake/intake.ts';
import { pythonArchive, readFiles, tarFolder, writeFiles, zipFolder } from '../testing/archives.ts';
import { Room, SUBMISSION_LIMITS } from './room.ts';
import { unpack } from './unpack.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'archive-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (name: string) => path.join(folder, name);

async function open(archive: string, limits = SUBMISSION_LIMITS) {
  const target = file('target');
  const refused = await unpack(archive, target, new Room(limits));
  return { refused, files: readFiles(target) };
}

/** A zip file with one entry of a name, beside one that is right. */
function zipWith(name: string, more = ''): string {
  return pythonArchive(
    file('one.zip'),
    `z = zipfile.ZipFile(path, 'w')
i = zipfile.ZipInfo('x'); i.filename = ${JSON.stringify(name)}${more}
z.writestr(i, 'bad'); z.writestr('good.py', 'good')
z.close()`,
  );
}

test.each([
  [['a', 'a/b'], { a: 'a', 'good.py': 'good' }, 'a/b'],
  [['a/b', 'a'], { 'a/b': 'a/b', 'good.py': 'good' }, 'a'],
])(
  'zip: a path of a file and of a folder loses the later one, and nothing else: %j',
  async (names, kept, lost) => {
    const archive = pythonArchive(
      file('one.zip'),
      `z = zipfile.ZipFile(path, 'w')
for name in ${JSON.stringify([...names, 'good.py'])}: z.writestr(name, name.replace('.py', ''))
z.close()`,
    );
    const { refused, files } = await open(archive);
    expect(files).toEqual(kept);
    expect(refused).toEqual([{ name: lost, why: 'its path is that of a file and of a folder' }]);
  },
);

test.each([
  ['../../escaped', /leads out/],
  ['a/../../../escaped', /leads out/],
  ['..\\..\\escaped', /leads out/],
  ['/tmp/escaped', /absolute/],
  ['C:\\escaped', /absolute/],
  [`${'n'.repeat(300)}`, /255 bytes/],
])('zip: a path that leads elsewhere is refused by name, the rest goes on: %s', async (name, why) => {
  const { refused, files } = await open(zipWith(name));
  expect(refused).toEqual([
    { name: expect.stringContaining(name.slice(0, 20)), why: expect.stringMatching(why) },
  ]);
  expect(files).toEqual({ 'good.py': 'good' });
  expect(readdirSync(folder).sort()).toEqual(['one.zip', 'target']);
});

test.each([
  ['0o120777', 'it is a symbolic link'],
  ['0o010644', 'it is neither a file nor a folder'],
  ['0o020644', 'it is neither a file nor a folder'],
])('zip: links, pipes and devices are refused (mode %s)', async (mode, why) => {
  const archive = zipWith('odd', `; i.create_system = 3; i.external_attr = ${mode} << 16`);
  expect(await open(archive)).toEqual({ refused: [{ name: 'odd', why }], files: { 'good.py': 'good' } });
});

test('zip: backslashes are separators, double names are named, and names may be in three encodings', async () => {
  const archive = pythonArchive(
    file('names.zip'),
    `z = zipfile.ZipFile(path, 'w')
for name in ['lab\\\\\\\\server.py', 'twice.py', 'twice.py', 'ä-utf8.py']: z.writestr(name, name)
z.close()
b = open(path, 'rb').read()
open(path, 'wb').write(b)`,
  );
  const { refused, files } = await open(archive);
  expect(Object.keys(files)).toEqual(['lab/server.py', 'twice.py', 'ä-utf8.py']);
  expect(refused).toEqual([{ name: 'twice.py', why: 'its name comes twice; the first one counts' }]);
  const raw = (name: Buffer) => {
    const zip = readFileSync(zipWith('QQQQQ'));
    for (let at = zip.indexOf('QQQQQ'); at !== -1; at = zip.indexOf('QQQQQ')) name.copy(zip, at);
    writeFileSync(file('raw.zip'), zip);
    return file('raw.zip');
  };
  rmSync(file('target'), { recursive: true });
  // "é" is 0x82 in code page 437; a decomposed one in UTF-8 without the flag is what macOS writes.
  expect(Object.keys((await open(raw(Buffer.from('r\x82s.c', 'latin1')))).files)).toContain('rés.c');
  rmSync(file('target'), { recursive: true });
  expect(Object.keys((await open(raw(Buffer.from('e\u0301.c')))).files)).toContain('é.c');
});

test('zip: an encrypted entry is refused by name', async () => {
  writeFiles(file('in'), { 'server.py': 'secret' });
  const archive = zipFolder(file('in'), file('locked.zip'), '-P', 'password');
  expect(await open(archive)).toEqual({
    refused: [{ name: 'server.py', why: 'it is encrypted' }],
    files: {},
  });
});

test('a broken archive is refused as a whole, and leaves nothing', async () => {
  writeFiles(file('in'), { 'server.py': 'x'.repeat(5000), 'more.py': 'y'.repeat(5000) });
  const zip = zipFolder(file('in'), file('cut.zip'));
  truncateSync(zip, statSync(zip).size - 30);
  await expect(open(zip)).rejects.toThrow('it is broken');
  const tar = tarFolder(file('in'), file('cut.tar'));
  truncateSync(tar, 6000);
  await expect(open(tar)).rejects.toThrow('it is broken');
  const gz = tarFolder(file('in'), file('cut.tar.gz'), '-z');
  truncateSync(gz, statSync(gz).size - 10);
  await expect(open(gz)).rejects.toThrow('it is broken');
  writeFileSync(file('no.zip'), 'PK\x03\x04 and nonsense');
  await expect(open(file('no.zip'))).rejects.toThrow('it is broken');
  writeFileSync(file('no.rar'), 'Rar!\x1a');
  await expect(open(file('no.rar'))).rejects.toThrow('it is no zip, tar, tar.gz, 7z or RAR file');
  expect(existsSync(file('target'))).toBe(false);
});

test('zip: a wrong checksum is refused by name', async () => {
  const zip = readFileSync(zipWith('x.py'));
  zip[zip.indexOf('good') === -1 ? 0 : zip.lastIndexOf('good', zip.indexOf('PK\x01\x02'))] = 0x47;
  writeFileSync(file('sum.zip'), zip);
  const { refused } = await open(file('sum.zip'));
  expect(refused.map(({ why }) => why).join()).toMatch(/checksum/);
});

test('tar: links, devices, pipes and paths that lead elsewhere are refused by name', async () => {
  const archive = pythonArchive(
    file('odd.tar'),
    `t = tarfile.open(path, 'w')
def add(name, kind, link=''):
    i = tarfile.TarInfo(name); i.type = kind; i.linkname = link
    t.addfile(i)
add('link', tarfile.SYMTYPE, '/etc/passwd'); add('hard', tarfile.LNKTYPE, '/etc/passwd')
add('null', tarfile.CHRTYPE); add('disk', tarfile.BLKTYPE); add('pipe', tarfile.FIFOTYPE)
for name in ['../up', '/abs', 'link/through', 'fine.py']:
    i = tarfile.TarInfo(name); i.size = 4
    t.addfile(i, io.BytesIO(b'data'))
t.close()`,
  );
  const { refused, files } = await open(archive);
  expect(refused.map(({ name }) => name)).toEqual(['link', 'hard', 'null', 'disk', 'pipe', '../up', '/abs']);
  expect(files).toEqual({ 'fine.py': 'data', 'link/through': 'data' });
});

test('bombs: too many bytes or files end the archive before they are all written', async () => {
  const limits = { files: 50, bytes: 10 * 1024 ** 2 };
  const zeros = pythonArchive(
    file('bomb.zip'),
    `z = zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED)
with z.open('zeros', 'w') as f:
    for _ in range(300): f.write(bytes(1024 * 1024))
z.close()`,
  );
  const before = processorTime();
  await expect(open(zeros, limits)).rejects.toThrow('more than 10 MiB');
  expect(processorTime() - before).toBeLessThan(5_000);
  writeFiles(file('many'), Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`${at}`, ''])));
  await expect(open(zipFolder(file('many'), file('many.zip')), limits)).rejects.toThrow('more than 50 files');
  await expect(open(tarFolder(file('many'), file('many.tar')), limits)).rejects.toThrow('more than 50 files');
  const padded = pythonArchive(
    file('padded.tar.gz'),
    `import gzip
with gzip.open(path, 'wb') as f:
    t = tarfile.open(fileobj=f, mode='w'); i = tarfile.TarInfo('a'); t.addfile(i); t.close()
    for _ in range(300): f.write(bytes(1024 * 1024))`,
  );
  await expect(open(padded, limits)).rejects.toThrow(/MiB/);
  expect(existsSync(file('target'))).toBe(false);
});

test('a course with hostile archives: each is named, and everybody else is there', async () => {
  writeFiles(file('course/ada_1_10_server.py'), {});
  rmSync(file('course'), { recursive: true, force: true });
  writeFiles(file('course'), {
    'ada_1_10_server.py': 'ada',
    'eve_2_20_broken.zip': 'PK\x03\x04',
    'fay_3_30_lab.7z': '7z',
  });
  writeFiles(file('in'), { 'lab/server.py': 'gus' });
  zipFolder(file('in'), file('course/gus_4_40_lab.zip'));
  zipFolder(file('in'), file('course/hal_5_50_lab.zip'), '-P', 'x');
  pythonArchive(
    file('course/ivy_6_60_bomb.zip'),
    `z = zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED)
with z.open('zeros', 'w') as f:
    for _ in range(300): f.write(bytes(1024 * 1024))
z.close()`,
  );
  const download = zipFolder(file('course'), file('download.zip'), '-n', '.zip');
  const { submissions } = await takeIn(download, { out: file('out'), programFiles: ['server.py'] });
  const found = Object.fromEntries(
    submissions.map(({ id, refused }) => [
      id,
      {
        files: Object.keys(readFiles(submissionFolder(file('out'), id))),
        why: refused.map(({ why }) => why),
      },
    ]),
  );
  expect(found).toEqual({
    ada_1: { files: ['server.py'], why: [] },
    eve_2: { files: [], why: [expect.stringContaining('it is broken')] },
    fay_3: { files: [], why: [expect.stringContaining('it is no zip')] },
    gus_4: { files: ['server.py'], why: [] },
    hal_5: { files: [], why: ['it is encrypted'] },
    ivy_6: { files: [], why: [expect.stringContaining('more than 256 MiB')] },
  });
});

/** Packs files into a RAR file (version 5, without compression): nothing free makes one. */
function rarOf(name: string, entries: readonly (readonly [name: string, text: string])[]): string {
  return pythonArchive(
    file(name),
    `import json, zlib
def vint(n):
    out = b''
    while n > 127: out += bytes([n & 127 | 128]); n >>= 7
    return out + bytes([n])
def block(body):
    whole = vint(len(body)) + body
    return struct.pack('<I', zlib.crc32(whole)) + whole
out = b'Rar!\\x1a\\x07\\x01\\x00' + block(vint(1) + vint(0) + vint(0))
for name, text in json.loads(${JSON.stringify(JSON.stringify(entries))}):
    data, name = text.encode(), name.encode()
    head = vint(2) + vint(2) + vint(len(data)) + vint(4) + vint(len(data)) + vint(0o100644)
    out += block(head + struct.pack('<I', zlib.crc32(data)) + vint(0) + vint(1) + vint(len(name)) + name) + data
open(path, 'wb').write(out + block(vint(5) + vint(0) + vint(0)))`,
  );
}

function sevenZipOf(name: string, files: Record<string, string>, ...options: string[]): string {
  const given = writeFiles(path.join(folder, `${name}.d`), files);
  execFileSync('7z', ['a', '-bd', '-y', '-snl', ...options, file(name), '.'], {
    cwd: given,
    stdio: 'ignore',
  });
  return file(name);
}

test('7z: files by their names, links and encrypted ones left out by name', async () => {
  const files = { 'lab/server.py': 'print(1)', 'lab/ünï.txt': 'é' };
  writeFiles(path.join(folder, 'one.7z.d'), files);
  symlinkSync('/etc/passwd', path.join(folder, 'one.7z.d', 'link'));
  const { refused, files: got } = await open(sevenZipOf('one.7z', files));
  expect(got).toEqual(files);
  expect(refused).toEqual([{ name: 'link', why: 'it is a symbolic link' }]);
  const locked = await open(sevenZipOf('two.7z', files, '-psecret'));
  expect(locked.refused.map(({ why }) => why)).toEqual(['it is encrypted', 'it is encrypted']);
  await expect(open(sevenZipOf('three.7z', files, '-psecret', '-mhe=on'))).rejects.toThrow('it is encrypted');
});

test('7z: a bomb and what is broken are given up as a whole', async () => {
  const bomb = sevenZipOf('bomb.7z', { zeros: '0'.repeat(2_000_000) });
  await expect(open(bomb, { files: 10, bytes: 1024 ** 2 })).rejects.toThrow('it unpacks to more than 1 MiB');
  const many = sevenZipOf(
    'many.7z',
    Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`f${at}`, 'x'])),
  );
  await expect(open(many, { files: 10, bytes: 1024 ** 2 })).rejects.toThrow('it holds more than 10 files');
  truncateSync(bomb, 40);
  await expect(open(bomb)).rejects.toThrow(/it is broken/);
  expect(existsSync(file('target'))).toBe(false);
});

test('RAR: under the same rules', async () => {
  const { refused, files } = await open(
    rarOf('one.rar', [
      ['lab/server.py', 'print(1)'],
      ['lab/ünï.txt', 'é'],
      ['../escaped', 'bad'],
      ['.git/config', 'junk'],
    ]),
  );
  expect(files).toEqual({ 'lab/server.py': 'print(1)', 'lab/ünï.txt': 'é' });
  expect(refused).toEqual([{ name: '../escaped', why: 'its path leads out of the archive' }]);
});

/** A file that WinRAR has compressed (version 3, method m3), from test/test.rar of unrar-js 0.2.3 (MIT), alone. */
const COMPRESSED_RAR =
  'UmFyIRoHAM+QcwAADQAAAAAAAAARs3QgkDcAMAAAACgAAAADDQ2/m+BlKUgdMxUAtIEAAHRlc3RDb250ZW50XGhlbGxvLnR4dADACQAIvpD/2FVk1gSUwoMMIlb7fKvNiHeO1khRFi/KOlZKyhML4Ttsf5/SDUI8jDaAxD17AEAHAA==';

test('RAR: compressed', async () => {
  writeFileSync(file('made.rar'), Buffer.from(COMPRESSED_RAR, 'base64'));
  const { refused, files } = await open(file('made.rar'));
  expect(files).toEqual({ 'testContent/hello.txt': 'hello the world!\nSample file to archive\n' });
  expect(refused).toEqual([]);
  writeFileSync(file('cut.rar'), Buffer.from(COMPRESSED_RAR, 'base64').subarray(0, 100));
  const cut = await open(file('cut.rar'));
  expect(cut.refused).toEqual([{ name: 'testContent/hello.txt', why: 'it is broken' }]);
});

test('7z and RAR files of students are opened as zip files are, and so is a whole download', async () => {
  const given = writeFiles(file('given'), { 'cyd/server.py': 'cyd' });
  renameSync(sevenZipOf('ada.7z', { 'lab/server.py': 'ada' }), path.join(given, 'ada.7z'));
  renameSync(rarOf('bob.rar', [['server.py', 'bob']]), path.join(given, 'bob.rar'));
  const taken = async (input: string) => {
    const out = file(`out-${path.basename(input)}`);
    const { submissions } = await takeIn(input, { out, programFiles: ['server.py'] });
    return submissions.map(({ id }) => [id, readFiles(submissionFolder(out, id))]);
  };
  const all = ['ada', 'bob', 'cyd'].map((id) => [id, { 'server.py': id }]);
  expect(await taken(given)).toEqual(all);
  execFileSync('7z', ['a', '-bd', '-y', file('all.7z'), '.'], { cwd: given, stdio: 'ignore' });
  expect(await taken(file('all.7z'))).toEqual(all);
});
