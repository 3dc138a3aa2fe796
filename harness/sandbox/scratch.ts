import { mkdir, realpath } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { temporaryFolder } from '../base/temporary-folder.ts';
import { UserError } from '../base/user-error.ts';
import { removeTree } from './tree/remove-tree.ts';
import { inSlices } from './tree/steps.ts';

/** A folder of the run's own, gone when it is over. */
export interface Scratch {
  readonly path: string;
  /** A fresh folder in it. */
  folder(name: string): Promise<string>;
  remove(): Promise<void>;
}

/** How often it is tried to remove the folder, in which a program may be writing still. */
const TRIES = 5;
const BETWEEN_TRIES = 20;

/**
 * Makes a scratch folder that only this user can look into; throws a UserError where none can be made.
 * @default in the system's folder for temporary files
 */
export async function makeScratch(place?: string): Promise<Scratch> {
  const within = place ?? os.tmpdir();
  const base = await realpath(within)
    .then(temporaryFolder)
    .catch((error: NodeJS.ErrnoException) => {
      throw new UserError({
        where: within,
        what: `no temporary folder can be made there: ${error.code ?? error.message}`,
        fix: 'Set TMPDIR to a folder that exists, that you may write to, and that has room.',
      });
    });
  return {
    path: base,
    async folder(name) {
      const folder = path.join(base, name);
      await mkdir(folder, { recursive: true });
      return folder;
    },
    async remove() {
      for (let left = TRIES; ; left -= 1) {
        try {
          return await inSlices(removeTree(base));
        } catch (error) {
          if (left === 1) throw error;
          await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES));
        }
      }
    },
  };
}
