import { defined } from '../base/defined.ts';
import { type Library, readLibraryEntry } from './library-entry.ts';
import { Problems } from './problems.ts';
import { entryOf, type Tree } from './tree.ts';

/** A ready-made scenario, in words. */
export interface LibraryRow {
  readonly name: string;
  readonly title: string;
  readonly points: string;
  /** What kind of program it tries. */
  readonly role: 'server' | 'client';
  readonly values: readonly { readonly name: string; readonly about: string; readonly needed: boolean }[];
  /** Why it is refused with UDP, when it is. */
  readonly needsTcp?: string;
}

/** What the library holds, for the reference and for editors. Throws when something in it can't be read. */
export function libraryTable(library: Library): LibraryRow[] {
  return library.names().map((name) => {
    const problems = new Problems();
    const entry = readLibraryEntry(library, name, problems);
    if (!entry || problems.any) throw new Error(`${name}: ${JSON.stringify(problems.diagnostics)}`);
    const values = [...entry.values].map(([key, { about, needed }]) => ({ name: key, about, needed }));
    const { needsTcp, role } = entry;
    return {
      name,
      title: textOf(entryOf(entry.scenario, 'title')?.value),
      points: textOf(entryOf(entry.scenario, 'points')?.value),
      role,
      values,
      ...defined({ needsTcp }),
    };
  });
}

function textOf(tree: Tree | undefined): string {
  return tree?.kind === 'scalar' ? String(tree.value) : '';
}
