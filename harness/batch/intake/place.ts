import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { defined } from '../../base/defined.ts';
import { entryPath } from '../archive/entry-name.ts';
import { isMachineFault, reasonOf } from '../archive/fault.ts';
import { ArchiveRefused, Room, SUBMISSION_LIMITS } from '../archive/room.ts';
import { bounded, type Refused } from '../archive/target.ts';
import type { Submission } from '../types.ts';
import type { Chosen } from './attempts.ts';
import { copyTree } from './copy-tree.ts';
import { fingerprint } from './fingerprint.ts';
import { nameSingleFile } from './program-names.ts';
import { openArchives } from './top.ts';

export interface PlaceOptions {
  /** Where the pieces are. */
  readonly input: string;
  /** Whether the pieces may be taken away from there. */
  readonly move: boolean;
  readonly programFiles: readonly string[];
  /** Whether the name of a file is that of the student. */
  readonly named: boolean;
  /** What was left out of its entries before. */
  readonly refused: readonly Refused[];
}

/** Makes one folder of what a student handed in: files under their own names, archives opened. */
export async function placeSubmission(
  id: string,
  chosen: Chosen,
  folder: string,
  { input, move, programFiles, named, refused: before }: PlaceOptions,
): Promise<Submission> {
  const room = new Room(SUBMISSION_LIMITS);
  const fresh = `${folder}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  const refused: Refused[] = [...before, ...chosen.undecided];
  const renamed: string[] = [];
  try {
    for (const piece of chosen.pieces) {
      const name = fileName(chosen.names.get(piece) ?? '');
      if (piece.file !== undefined && name === undefined) continue;
      if (name !== undefined && piece.file !== name) renamed.push(`${piece.file} → ${name}`);
      const target = name === undefined ? fresh : path.join(fresh, name);
      refused.push(...(await copyTree(path.join(input, piece.entry), target, { room, move })));
    }
    refused.push(...(await openArchives(fresh, room)));
  } catch (error) {
    refused.push({ name: chosen.pieces[0]?.entry ?? id, why: whyRefused(error) });
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh);
  }
  const called = named ? await nameSingleFile(fresh, programFiles) : undefined;
  const found = await fingerprint(fresh);
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
  const newest = chosen.pieces.findLast(({ at }) => at !== undefined)?.at;
  const feedback = chosen.pieces.toSorted((a, b) => (b.order ?? 0) - (a.order ?? 0))[0]?.feedback;
  const remarks = [...new Set(chosen.pieces.flatMap(({ remark }) => remark ?? []))];
  return {
    id,
    students: chosen.students,
    ...defined({ team: chosen.team }),
    from: [...chosen.pieces.map(({ entry }) => entry), ...chosen.undecided.map(({ name }) => name)].join(
      ', ',
    ),
    ...defined({ at: newest }),
    late: chosen.pieces.some(({ late }) => late === true),
    earlier: chosen.earlier,
    ...found,
    refused: bounded(refused),
    ...defined({ remarks: remarks.length === 0 ? undefined : remarks }),
    renamed: called === undefined ? renamed : [...renamed, called],
    ...defined({ feedback }),
  };
}

/** Why a submission could not be taken as it is; a fault of this machine is none of its own, and is thrown on. */
function whyRefused(error: unknown): string {
  if (isMachineFault(error)) throw error;
  return error instanceof ArchiveRefused ? error.message : reasonOf(error);
}

/** A name for a file at the top; what a source says it was may be a path. */
function fileName(name: string): string | undefined {
  const parts = entryPath(name);
  return typeof parts === 'string' ? undefined : parts.at(-1);
}
