import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isHere, isRunning, type ProcessName, self } from '../base/process-name.ts';

const PREFIX = 'socket-grader-worker-';
/** Says whose folder it is. */
const OWNER = '.owner';

/** A folder for submissions while they are graded, which nobody else may read. */
export class WorkFolder {
  readonly path: string;

  private constructor(folder: string) {
    this.path = folder;
  }

  /** Makes one, and removes those of workers of this machine that were killed. */
  static async make(): Promise<WorkFolder> {
    await sweep();
    const folder = await mkdtemp(path.join(os.tmpdir(), PREFIX));
    await writeFile(path.join(folder, OWNER), JSON.stringify(self()));
    return new WorkFolder(folder);
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

async function sweep(): Promise<void> {
  const names = await readdir(os.tmpdir()).catch(() => []);
  for (const name of names.filter((one) => one.startsWith(PREFIX))) {
    const folder = path.join(os.tmpdir(), name);
    const owner = await readFile(path.join(folder, OWNER), 'utf8')
      .then((text) => JSON.parse(text) as ProcessName)
      .catch(() => undefined);
    if (owner !== undefined && isHere(owner) && !isRunning(owner))
      await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}
