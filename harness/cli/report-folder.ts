import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rmdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * The folder for the reports of a submission when none is named: below `reports`, by its path from the working directory,
 * so that `lab1/server.py` and `lab2/server.py` each keep their own. What lies elsewhere goes by its whole path.
 */
export function reportFolder(submission: string, prefix = ''): string {
  const absolute = path.resolve(submission);
  const relative = path.relative(process.cwd(), absolute);
  const inside = relative !== '' && relative !== '..' && !relative.startsWith(`..${path.sep}`);
  const parts = (inside ? relative : relative === '' ? path.basename(absolute) : absolute)
    .split(path.sep)
    .filter((part) => part !== '')
    .map(plainName);
  const last = `${prefix}${parts.pop() ?? 'submission'}`;
  return path.join('reports', ...parts, last);
}

/** A name that every system and shell takes; one that had to be changed gets a mark that tells it from others. */
function plainName(name: string): string {
  const plain = name.replace(/[^\w.-]+/g, '_');
  return plain === name ? name : `${plain}-${createHash('sha256').update(name).digest('hex').slice(0, 6)}`;
}

/**
 * Makes a folder and those above it, and returns those that it made, the outermost first. Node's own way of doing so never
 * returns where nothing can be made (/proc).
 */
export async function makeFolder(folder: string): Promise<readonly string[]> {
  try {
    await mkdir(folder);
    return [folder];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return [];
    const above = path.dirname(folder);
    if (code !== 'ENOENT' || above === folder || existsSync(above)) throw error;
    const made = await makeFolder(above);
    await mkdir(folder);
    return [...made, folder];
  }
}

/** Removes folders that `makeFolder` made, as long as there is nothing in them. */
export async function removeEmpty(folders: readonly string[]): Promise<void> {
  for (const folder of [...folders].reverse()) await rmdir(folder).catch(() => {});
}
