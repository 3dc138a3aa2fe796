import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { chownTree } from './chown-tree.ts';
import { copyTree } from './copy-tree.ts';
import { hashTree } from './hash-tree.ts';
import { removeTree } from './remove-tree.ts';
import { atOnce } from './steps.ts';
import { treeSize } from './tree-size.ts';

/** An ordinary user. */
const USER = 60_550;
const isRoot = process.getuid?.() === 0;

let base = '';
beforeAll(() => {
  base = mkdtempSync(path.join(os.tmpdir(), 'tree-'));
});
afterAll(() => atOnce(removeTree(base)));

/** A name: neither with NUL nor a slash, often no UTF-8, with control characters, or quotes. */
const name = fc
  .uint8Array({ minLength: 1, maxLength: 12 })
  .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0xff : byte))))
  .filter((bytes) => bytes.toString() !== '.' && bytes.toString() !== '..');

type Entry =
  | { kind: 'file'; name: Buffer; size: number; hole: boolean; mode: number }
  | { kind: 'link'; name: Buffer; to: string }
  | { kind: 'pipe'; name: Buffer }
  | { kind: 'twin'; name: Buffer }
  | { kind: 'folder'; name: Buffer; mode: number; inner: Entry[] };

const mode = fc.constantFrom(0o000, 0o200, 0o400, 0o444, 0o500, 0o755, 0o1777);
const { tree } = fc.letrec<{ tree: Entry[]; entry: Entry }>((tie) => ({
  entry: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      kind: fc.constant('file' as const),
      name,
      size: fc.constantFrom(0, 1, 5000, 300_000),
      hole: fc.boolean(),
      mode,
    }),
    fc.record({
      kind: fc.constant('link' as const),
      name,
      to: fc.constantFrom('.', '..', '/', 'loop', '/etc'),
    }),
    fc.record({ kind: fc.constant('pipe' as const), name }),
    fc.record({ kind: fc.constant('twin' as const), name }),
    fc.record({ kind: fc.constant('folder' as const), name, mode, inner: tie('tree') }),
  ),
  tree: fc.uniqueArray(tie('entry'), { maxLength: 5, selector: (entry) => entry.name.toString('hex') }),
}));

function make(folder: Buffer, entries: readonly Entry[]): void {
  let last: Buffer | undefined;
  for (const entry of entries) {
    const place = Buffer.concat([folder, Buffer.from('/'), entry.name]);
    makeOne(entry, place, last);
    if (entry.kind === 'file') last = place;
  }
}

function makeOne(entry: Entry, place: Buffer, last: Buffer | undefined): void {
  switch (entry.kind) {
    case 'link':
      symlinkSync(entry.to, place);
      return;
    case 'pipe':
      spawnSync('perl', ['-MPOSIX', '-e', 'mkfifo(pack("H*", shift), 0600)', place.toString('hex')]);
      return;
    case 'twin':
      if (last !== undefined) linkSync(last, place);
      return;
    case 'file':
      writeFileSync(place, entry.hole ? '' : Buffer.alloc(entry.size, 'x'));
      if (entry.hole) truncateSync(place, entry.size);
      chmodSync(place, entry.mode & 0o777);
      return;
    case 'folder':
      mkdirSync(place);
      make(place, entry.inner);
      chmodSync(place, entry.mode);
  }
}

/** What root's find(1) says of a tree, a line each: path, type, mode, length, target, names; and the files' checksums. */
function listed(folder: string, { pipes }: { pipes: boolean }): string {
  const which = pipes ? '' : '! -type p';
  const script = `find . -mindepth 1 ${which} '(' -type d -printf '%P %y %m\\n' -o -printf '%P %y %m %s %l %n\\n' ')' | sort
    find . -type f -print0 | sort -z | xargs -0r cksum -z`;
  const { stdout, stderr } = spawnSync('sh', ['-c', script], asRoot(folder));
  expect(stderr.toString()).toBe('');
  return stdout.toString('latin1');
}

function lengthOf(folder: string): number {
  const script = `find . -type f -printf '%i %s\\n' | sort -u | awk '{ sum += $2 } END { print sum + 0 }'`;
  return Number(spawnSync('sh', ['-c', script], asRoot(folder)).stdout);
}

/** It may look everywhere, whoever the test is. */
function asRoot(cwd: string): SpawnSyncOptions {
  return { cwd, env: { ...process.env, LC_ALL: 'C' }, maxBuffer: 1 << 26, ...(isRoot ? { uid: 0 } : {}) };
}

let count = 0;
const place = (kind: string) => {
  const folder = path.join(base, `${kind}-${++count}`);
  mkdirSync(folder);
  return folder;
};

describe.each(isRoot ? ['root', 'an ordinary user'] : ['an ordinary user'])('for %s', (who) => {
  beforeAll(() => {
    if (!isRoot || who === 'root') return;
    chownSync(base, USER, USER);
    process.setegid?.(USER);
    process.seteuid?.(USER);
  });
  afterAll(() => {
    if (!isRoot) return;
    process.seteuid?.(0);
    process.setegid?.(0);
  });

  test('a hostile tree is copied as it is but for its pipes, measured, given away, and removed', () => {
    fc.assert(
      fc.property(tree, (entries) => {
        const source = place('source');
        make(Buffer.from(source), entries);
        const target = place('target');
        const before = listed(source, { pipes: false });
        const refused = atOnce(copyTree(source, target, { own: true }));
        expect(listed(target, { pipes: true })).toBe(before);
        expect(listed(source, { pipes: false })).toBe(before);
        expect(refused.every(({ reason }) => reason.startsWith('is a pipe'))).toBe(true);
        // What may not be read is another matter in the hash of what was handed in.
        if (who === 'root') expect(atOnce(hashTree(target))).toBe(atOnce(hashTree(source)));
        expect(atOnce(treeSize(target, {}, { own: true })).length).toBe(lengthOf(target));
        if (who === 'root') {
          atOnce(chownTree(target, USER));
          expect(statSync(target).uid).toBe(USER);
        }
        atOnce(removeTree(target));
        atOnce(removeTree(source));
        expect(() => statSync(target)).toThrow(/ENOENT/);
      }),
      { numRuns: 40 },
    );
  });
});

test('a tree of 3,000 folders is measured, copied as far as it may be, and removed', () => {
  const source = place('deep');
  spawnSync('perl', ['-e', 'my $name = "a" x 200; for (1..3000) { mkdir $name; chdir $name }'], {
    cwd: source,
  });
  const target = place('target');
  expect(atOnce(treeSize(source)).files).toBeGreaterThan(100);
  expect(atOnce(copyTree(source, target))).toEqual([
    { name: expect.stringMatching(/^a+\//), reason: 'lies deeper than 128 folders' },
  ]);
  atOnce(removeTree(source));
  expect(() => statSync(source)).toThrow(/ENOENT/);
});

test('holes and further names of a file take nothing', () => {
  const source = place('holes');
  const big = path.join(source, 'big');
  writeFileSync(big, Buffer.alloc(1024 * 1024, 'x'));
  for (let twin = 0; twin < 40; twin += 1) linkSync(big, path.join(source, `twin-${twin}`));
  writeFileSync(path.join(source, 'hole'), '');
  truncateSync(path.join(source, 'hole'), 100 * 1024 ** 3);
  const target = place('target');
  atOnce(copyTree(source, target));
  const size = atOnce(treeSize(target));
  expect(size.bytes).toBeLessThan(1.1 * 1024 * 1024);
  expect(size.length).toBe(100 * 1024 ** 3 + 1024 * 1024);
  expect(statSync(path.join(target, 'twin-7')).nlink).toBe(41);
});
