import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { bundleFile } from '../../base/bundle.ts';
import { ArchiveRefused } from './room.ts';
import { unpackTarStream } from './tar.ts';
import type { Target } from './target.ts';

/** Largest archive, and most that it may unpack to, in bytes: all of it is held in memory. */
const MOST = 1024 ** 3;
/** Longest time for one archive, in milliseconds. */
const LONGEST = 120_000;

/**
 * Unpacks a 7z or RAR file under the same rules as a tar file, which a process of its own makes of it. Entries that can't be
 * taken are named; throws ArchiveRefused when all of it can't.
 */
export async function unpackSevenZip(file: string, target: Target): Promise<void> {
  if ((await stat(file)).size > MOST)
    throw new ArchiveRefused('it is larger than 1,024 MiB: unpack it, and give the folder');
  const { limits } = target.room;
  const main = bundleFile('seven-zip');
  const bytes = Math.min(limits.bytes, MOST);
  const child = spawn(process.execPath, [main, file, String(bytes), String(limits.files)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {},
    timeout: LONGEST,
    killSignal: 'SIGKILL',
  });
  const ended = once(child, 'close');
  const said = readErrors(child.stderr, target);
  const unpacked = unpackTarStream(child.stdout, target).catch((error: unknown) => error);
  const [status] = await ended;
  const [fatal, error] = [await said, await unpacked];
  if (fatal !== undefined) throw new ArchiveRefused(fatal);
  if (status !== 0) throw new ArchiveRefused('it is broken, or takes too long to unpack');
  if (error !== undefined) throw error;
}

/** Notes what could not be had, and returns why nothing could. */
async function readErrors(from: NodeJS.ReadableStream, target: Target): Promise<string | undefined> {
  let fatal: string | undefined;
  for await (const line of createInterface({ input: from })) {
    const said = parse(line);
    if (said?.fatal !== undefined) fatal = said.fatal;
    else if (said?.name !== undefined) target.refuse(said.name, said.why ?? '');
  }
  return fatal;
}

function parse(
  line: string,
): { readonly name?: string; readonly why?: string; readonly fatal?: string } | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
