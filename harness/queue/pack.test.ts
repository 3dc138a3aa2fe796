import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { fingerprint } from '../batch/intake/fingerprint.ts';
import { packFolder, packJson, unpackFolder, unpackJson, WrongBytes } from './pack.ts';

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'pack-'));
  mkdirSync(at('given', 'sub', 'empty'), { recursive: true });
  writeFileSync(at('given', 'server.py'), 'print(1)\n');
  writeFileSync(at('given', 'sub', 'ä b'), Buffer.alloc(300_000, 7));
  writeFileSync(at('given', 'run.sh'), '#!/bin/sh\n');
  chmodSync(at('given', 'run.sh'), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a submission arrives as it was: names, bytes, the right to execute, empty folders', async () => {
  const { sha256 } = await fingerprint(at('given'));
  const bytes = await packFolder(at('given'));
  expect(await packFolder(at('given'))).toEqual(bytes);
  await unpackFolder(bytes, at('taken'), sha256);
  expect(readFileSync(at('taken', 'sub', 'ä b'))).toEqual(Buffer.alloc(300_000, 7));
  expect(statSync(at('taken', 'run.sh')).mode & 0o777).toBe(0o755);
  expect(statSync(at('taken', 'server.py')).mode & 0o111).toBe(0);
  expect(statSync(at('taken', 'sub', 'empty')).isDirectory()).toBe(true);
});

test('other bytes than those that were named are refused', async () => {
  const { sha256 } = await fingerprint(at('given'));
  const bytes = await packFolder(at('given'));
  await expect(unpackFolder(bytes, at('other'), '0'.repeat(64))).rejects.toThrow(WrongBytes);
  await expect(unpackFolder(bytes.subarray(0, 50), at('cut'), sha256)).rejects.toThrow(WrongBytes);
  await expect(unpackFolder(Buffer.from('no archive'), at('none'), sha256)).rejects.toThrow(WrongBytes);
  await expect(unpackJson(Buffer.from('{}'))).rejects.toThrow(WrongBytes);
  expect(await unpackJson(await packJson({ a: [1] }))).toEqual({ a: [1] });
});

test('an archive that somebody else has put there leads nowhere', async () => {
  const tar = pack();
  tar.entry({ name: '../outside', mode: 0o644 }, 'x');
  tar.entry({ name: 'link', type: 'symlink', linkname: '/etc' });
  tar.entry({ name: '/absolute', mode: 0o644 }, 'x');
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  await expect(unpackFolder(gzipSync(Buffer.concat(chunks)), at('taken'), '0'.repeat(64))).rejects.toThrow(
    WrongBytes,
  );
  expect(existsSync(at('outside'))).toBe(false);
  expect(existsSync(at('taken', 'link'))).toBe(false);
});
