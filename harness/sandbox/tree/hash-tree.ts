import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { nameText } from '../../base/file-name.ts';
import { DEEPEST, Folder } from './folder.ts';
import type { Steps } from './steps.ts';

/** Where all files are read to, a part at a time. */
const part = Buffer.allocUnsafe(256 * 1024);

/** A fingerprint of all files of a submission, names and contents, in hexadecimal digits. */
export function* hashTree(source: string): Steps<string> {
  const hash = createHash('sha256');
  if (statSync(source).isDirectory()) {
    const top = Folder.open(source);
    try {
      yield* addFolder(hash, top, '', 1);
    } finally {
      top.close();
    }
  } else yield* addFile(hash, openSync(source, 'r'), path.basename(source));
  return hash.digest('hex');
}

function* addFolder(hash: Hash, folder: Folder, prefix: string, depth: number): Steps<void> {
  const names = folder.names().map((name) => ({ name, text: nameText(name) }));
  for (const { name, text } of names.sort((a, b) => (a.text < b.text ? -1 : 1))) {
    yield;
    try {
      const info = folder.stat(name);
      if (info.isSymbolicLink()) hash.update(`${prefix}${text}\0-> ${nameText(folder.link(name))}`);
      else if (info.isFile()) yield* addFile(hash, folder.openFile(name), `${prefix}${text}`);
      else if (info.isDirectory() && depth < DEEPEST) {
        const inner = folder.enter(name);
        try {
          yield* addFolder(hash, inner, `${prefix}${text}/`, depth + 1);
        } finally {
          inner.close();
        }
      }
    } catch {
      // What may not be read isn't copied either.
      hash.update(`${prefix}${text}\0-`);
    }
  }
}

function* addFile(hash: Hash, descriptor: number, name: string): Steps<void> {
  try {
    hash.update(`${name}\0`);
    for (let count = readSync(descriptor, part); count > 0; count = readSync(descriptor, part)) {
      hash.update(part.subarray(0, count));
      yield;
    }
  } finally {
    closeSync(descriptor);
  }
}
