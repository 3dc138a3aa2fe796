import path from 'node:path';
import { headOf } from './program-folder.ts';

/** Most packages that are named. */
const MOST = 5;

/** Packages that a submission's own list asks for, which is what a package manager would install them from. */
export interface AskedPackages {
  /** `requirements.txt` or `package.json`. */
  readonly list: string;
  /** The first of them. */
  readonly names: readonly string[];
}

/**
 * What the programs in a folder want to have installed, for the hint that says why a module is not there: nothing is
 * installed for a grading. Undefined where they ask for nothing, or the list can't be read.
 */
export function askedPackages(folder: string, files: readonly string[]): AskedPackages | undefined {
  for (const [list, namesIn] of Object.entries(LISTS)) {
    if (!files.includes(list)) continue;
    const names = namesIn(headOf(path.join(folder, list))).slice(0, MOST);
    if (names.length > 0) return { list, names };
  }
  return undefined;
}

const LISTS: Readonly<Record<string, (text: string) => readonly string[]>> = {
  'requirements.txt': (text) =>
    text.split('\n').flatMap((line) => /^\s*([A-Za-z0-9][\w.-]*)/.exec(line)?.[1]?.slice(0, 60) ?? []),
  'package.json': (text) => {
    try {
      const { dependencies } = JSON.parse(text) as { readonly dependencies?: unknown };
      const names =
        typeof dependencies === 'object' && dependencies !== null ? Object.keys(dependencies) : [];
      return names.filter((name) => /^[@\w][\w./-]{0,60}$/.test(name));
    } catch {
      return [];
    }
  },
};
