import { lchownSync } from 'node:fs';
import { Folder } from './folder.ts';
import type { Steps } from './steps.ts';

/** Gives a folder with all that is in it to a user; the folder itself comes last, so that nobody gets in before. */
export function* chownTree(place: string, uid: number): Steps<void> {
  const top = Folder.open(place);
  try {
    yield* chownAll(top, uid);
  } finally {
    top.close();
  }
  lchownSync(place, uid, uid);
}

function* chownAll(folder: Folder, uid: number): Steps<void> {
  for (const { name, isFolder } of folder.entries()) {
    yield;
    if (isFolder) {
      const inner = folder.enter(name);
      try {
        yield* chownAll(inner, uid);
      } finally {
        inner.close();
      }
    }
    // Node's types know this call only by a path of text.
    lchownSync(folder.at(name), uid, uid);
  }
}
