import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Done, type Gathered, gather } from '../batch/gather.ts';
import { GRADEBOOKS } from '../batch/gradebook/index.ts';
import { JOURNAL } from '../batch/journal.ts';
import { MANIFEST } from '../batch/manifest.ts';
import { StaffHeads } from '../batch/page/staff-head.ts';
import { readDone } from '../batch/read-done.ts';

/** What a folder holds, and what follows from it. */
export interface State {
  readonly done: Done;
  readonly gathered: Gathered;
  readonly heads: StaffHeads;
}

/** Reads what a batch and people have left in a folder. */
export async function readState(folder: string): Promise<State> {
  const done = await readDone(folder);
  const gathered = gather(done, done.manifest.options ?? {});
  return { done, gathered, heads: new StaffHeads(gathered) };
}

/** Keeps the state of a folder for as long as none of its files changes. */
export class KeptState {
  readonly #folder: string;
  #kept: { readonly state: State; readonly stamp: string } | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(): Promise<State> {
    const kept = this.#kept;
    if (kept !== undefined && kept.stamp === (await this.#stampOf(kept.state))) return kept.state;
    const state = await readState(this.#folder);
    this.#kept = { state, stamp: await this.#stampOf(state) };
    return state;
  }

  /** Differs when a file that the state was read from does. */
  async #stampOf({ done: { decisions, manifest } }: State): Promise<string> {
    const roster = manifest.options?.roster;
    const files = [
      ...[MANIFEST, JOURNAL].map((name) => path.join(this.#folder, name)),
      ...Object.values(decisions.files),
      ...(roster === undefined ? [] : [roster]),
    ];
    const stamps = await Promise.all(
      files.map(async (file) => {
        const info = await stat(file, { bigint: true }).catch(() => undefined);
        return info === undefined ? '-' : `${info.ino}.${info.size}.${info.mtimeNs}`;
      }),
    );
    return stamps.join(' ');
  }
}

/** Whether the gradebooks in the folder hold what is decided. */
export async function isExported(folder: string, { book }: Gathered): Promise<boolean> {
  const written = await readFile(path.join(folder, 'gradebook.csv'), 'utf8').catch(() => '');
  return written === GRADEBOOKS.plain(book);
}
