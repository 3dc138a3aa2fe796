import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { entryPath, isJunk } from './entry-name.ts';
import { isMachineFault, reasonOf } from './fault.ts';
import { ArchiveRefused, type Room } from './room.ts';

/** Something that is left out, and why. */
export interface Refused {
  readonly name: string;
  readonly why: string;
  /** It is not missed: it looks like no student's work. */
  readonly harmless?: true;
}

/** Most things of one submission that are named, and most characters of a name. */
const [MOST_NAMED, LONGEST_NAME] = [100, 300];
/** Most things of a whole download that are named. */
export const MOST_OF_COURSE = 5_000;

/** A list that no archive can make endless: what is too much is counted. */
export function bounded(refused: readonly Refused[], most = MOST_NAMED): readonly Refused[] {
  const named = refused
    .slice(0, most)
    .map((one) => ({ ...one, name: one.name.slice(0, LONGEST_NAME), why: one.why.slice(0, LONGEST_NAME) }));
  const rest = refused.length - named.length;
  return rest > 0 ? [...named, { name: '…', why: `${rest} more` }] : named;
}

/** A fresh folder that an archive is unpacked to. Nothing in it is a link, so a path below it stays below it. */
export class Target {
  readonly folder: string;
  readonly room: Room;
  readonly refused: Refused[] = [];
  readonly #files = new Set<string>();

  constructor(folder: string, room: Room) {
    this.folder = folder;
    this.room = room;
  }

  refuse(name: string, why: string): void {
    this.room.addFile();
    this.refused.push({ name, why });
  }

  /** Where an entry goes; undefined when it is left out. */
  place(name: string, size: number): string | undefined {
    const parts = entryPath(name);
    if (typeof parts === 'string') {
      this.refuse(name, parts);
      return undefined;
    }
    if (isJunk(parts)) return undefined;
    const { fileBytes } = this.room.limits;
    if (fileBytes !== undefined && size > fileBytes) {
      this.refuse(name, `it is larger than ${Math.round(fileBytes / 1024 ** 2)} MiB`);
      return undefined;
    }
    const file = path.join(this.folder, ...parts);
    if (this.#files.has(file)) {
      this.refuse(name, 'its name comes twice; the first one counts');
      return undefined;
    }
    this.#files.add(file);
    return file;
  }

  /** Writes one file. Trouble with this file only is noted; ArchiveRefused ends the archive. */
  async write(
    name: string,
    size: number,
    executable: boolean,
    open: () => Promise<Readable>,
    check?: Transform,
  ): Promise<void> {
    const file = this.place(name, size);
    if (file === undefined) return;
    this.room.addFile();
    try {
      await mkdir(path.dirname(file), { recursive: true });
      const gates = check === undefined ? [this.room.gate()] : [this.room.gate(), check];
      const output = createWriteStream(file, { flags: 'wx', mode: executable ? 0o755 : 0o644 });
      await pipeline([await open(), ...gates, output]);
    } catch (error) {
      // Where its path is that of a folder, the folder stays.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EISDIR' && code !== 'EEXIST') await rm(file, { force: true });
      if (error instanceof ArchiveRefused || isMachineFault(error)) throw error;
      this.refused.push({ name, why: reasonOf(error) });
    }
  }
}
