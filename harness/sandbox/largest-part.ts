import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Room } from './sandbox.ts';
import { inSlices } from './tree/steps.ts';
import { treeSize } from './tree/tree-size.ts';

/** What makes most of a folder that is too large. */
export interface LargestPart extends Room {
  /** From the folder on; `.` where no part of it stands out. */
  readonly name: string;
  /** Whether it was only counted up to the limit. */
  readonly more: boolean;
}

/**
 * The innermost folder or file that makes most of a folder beyond `limit`, so that a person knows what to leave out:
 * `node_modules`, say. Each is counted up to the limit only.
 */
export async function largestPart(folder: string, limit: Room): Promise<LargestPart> {
  const share = ({ bytes, files }: Room) => Math.max(bytes / limit.bytes, files / limit.files);
  let place = folder;
  let room = await roomOf(folder, limit);
  for (;;) {
    const parts = await partsOf(place, limit);
    const [first, ...others] = parts.sort((a, b) => share(b.room) - share(a.room));
    // It stands out when all else together would fit.
    const rest = others.reduce((sum, part) => sum + share(part.room), 0);
    if (first === undefined || share(first.room) < 0.5 || share(first.room) < rest) break;
    ({ place, room } = first);
  }
  const name = path.relative(folder, place) || '.';
  return { ...room, name, more: share(room) > 1 };
}

async function partsOf(place: string, limit: Room): Promise<{ place: string; room: Room }[]> {
  if (!(await lstat(place)).isDirectory()) return [];
  const parts = [];
  // What may not be read is not copied either.
  for (const name of await readdir(place).catch(() => [])) {
    const part = path.join(place, name);
    // A link is as large as its name: what it leads to is not copied.
    if (!(await lstat(part)).isSymbolicLink()) parts.push({ place: part, room: await roomOf(part, limit) });
  }
  return parts;
}

async function roomOf(place: string, { bytes, files }: Room): Promise<Room> {
  const size = await inSlices(treeSize(place, { length: bytes, files })).catch(() => ({
    length: 0,
    files: 0,
  }));
  return { bytes: size.length, files: size.files };
}
