import { type FileHandle, link, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isHere, isRunning, type ProcessName, self } from '../base/process-name.ts';
import { UserError } from '../base/user-error.ts';

/** Its name in the folder of the results. */
export const LOCK = '.lock';

/** How often a lock shows that its owner lives, and how long it may show nothing to a process on another machine. */
const BEAT = 3_000;
const PATIENCE = 30_000;
const LOOK = 500;

/** Who holds a folder. */
interface Owner extends ProcessName {
  /** Different each time that a lock is made. */
  readonly id: string;
}

/** A lock that is held. */
export interface Held {
  /** Throws a UserError when another process has taken the folder over: this process was taken for dead. */
  check(): Promise<void>;
  release(): Promise<void>;
}

/** How patient to be with a lock of another machine, in milliseconds, and who hears that it is waited for. */
export interface LockOptions {
  readonly patience?: number;
  readonly beat?: number;
  readonly waiting?: (host: string) => void;
}

/**
 * Keeps two batches from writing to the same folder, on whatever machines they run. A lock of a process of this machine
 * that is gone does not count. Whether one of another machine lives shows only in its lock, which it writes anew every few
 * seconds: where that stops, the folder is taken over, and whoever had it notices.
 */
export async function lock(out: string, options: LockOptions = {}): Promise<Held> {
  const file = path.join(out, LOCK);
  const own: Owner = { ...self(), id: `${process.pid}.${Date.now()}.${Math.random().toString(36).slice(2)}` };
  let handle = await place(file, own);
  while (handle === undefined) {
    await remove(file, await deadOwner(file, out, options));
    handle = await place(file, own);
  }
  await sweep(out);
  const isOwn = async () => ownerIn(await read(file))?.id === own.id;
  let count = 0;
  // Through the handle, so that the lock of a process that has taken over is never written to.
  const beat = async (open: FileHandle) => {
    await open.write(content(own, ++count), 0);
    await open.datasync();
  };
  const live = handle;
  const timer = setInterval(() => void beat(live).catch(() => {}), options.beat ?? BEAT).unref();
  return {
    check: async () => {
      if (await isOwn()) return;
      throw new UserError({
        where: out,
        what: 'another batch has taken this folder over while this one stood still',
        fix: 'Wait for it, and give the same command again: it goes on from there.',
      });
    },
    release: async () => {
      clearInterval(timer);
      if (await isOwn()) await rm(file, { force: true });
      await live.close();
    },
  };
}

/** Makes the lock, finished and in one step as NFS does it as well; undefined where there is one. */
async function place(file: string, own: Owner): Promise<FileHandle | undefined> {
  const fresh = `${file}.${own.id}`;
  const handle = await open(fresh, 'wx');
  try {
    await handle.write(content(own, 0), 0);
    await handle.datasync();
    await link(fresh, file);
    return handle;
  } catch (error) {
    // Where the answer of a server was lost, the call was made twice, and the first has succeeded, see open(2).
    if (await isLinked(handle)) return handle;
    await handle.close();
    const { code = '' } = error as NodeJS.ErrnoException;
    // Whoever got it first has swept away what stands beside it.
    if (code === 'EEXIST' || code === 'ENOENT') return undefined;
    // Some file systems have no hard links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) throw error;
    return placeDirectly(file, own);
  } finally {
    await rm(fresh, { force: true });
  }
}

/** Whether a file has a second name. */
async function isLinked(handle: FileHandle): Promise<boolean> {
  return (await handle.stat()).nlink === 2;
}

async function placeDirectly(file: string, own: Owner): Promise<FileHandle | undefined> {
  try {
    const handle = await open(file, 'wx');
    await handle.write(content(own, 0), 0);
    return handle;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return undefined;
  }
}

/** Takes away what killed processes have left beside the lock. */
async function sweep(out: string): Promise<void> {
  for (const name of await readdir(out).catch(() => []))
    if (name.startsWith(`${LOCK}.`)) await rm(path.join(out, name), { force: true });
}

/** What a lock says whose owner does not live any more; throws a UserError when it does. */
async function deadOwner(file: string, out: string, options: LockOptions): Promise<string> {
  const text = await read(file);
  if (text === '') {
    // It was released in between, or is just being written.
    await wait(LOOK);
    return '';
  }
  const owner = ownerIn(text);
  if (owner !== undefined && isHere(owner)) {
    if (isRunning(owner)) throw busy(out, file, owner);
    return text;
  }
  const host = owner?.host ?? 'another machine';
  options.waiting?.(host);
  for (let waited = 0; waited < (options.patience ?? PATIENCE); waited += LOOK) {
    await wait(LOOK);
    const now = await read(file);
    if (now === '') return text;
    if (now !== text) throw busy(out, file, owner);
  }
  return text;
}

/** Takes a dead lock away, unless it is another one by now. */
async function remove(file: string, text: string): Promise<void> {
  const aside = `${file}.${process.pid}.${Date.now()}.dead`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await read(aside)) !== text) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}

function busy(out: string, file: string, owner: Owner | undefined): UserError {
  const { host = 'another machine', pid = '?' } = owner ?? {};
  const place = owner !== undefined && isHere(owner) ? '' : ` on ${host}`;
  return new UserError({
    where: out,
    what: `another batch (process ${pid}${place}) writes to this folder`,
    fix: `Wait for it, or choose another folder with --out. If there is none, remove ${file}.`,
  });
}

/** Opened anew each time, for which NFS asks the server. */
function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

/** Always of the same length, so that it is never seen half. */
function content(owner: Owner, count: number): string {
  return `${JSON.stringify({ ...owner, count: String(count).padStart(12, '0') })}\n`;
}

/** Undefined for what an older version has written, or what is not whole. */
function ownerIn(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<Owner>;
    const texts = [owner.host, owner.machine, owner.start, owner.id];
    return texts.every((one) => typeof one === 'string') && typeof owner.pid === 'number'
      ? (owner as Owner)
      : undefined;
  } catch {
    const [pid, start = ''] = text.trim().split(' ');
    // Older versions wrote no more, and knew of this machine only.
    return /^\d+$/.test(pid ?? '') ? { ...self(), pid: Number(pid), start, id: text } : undefined;
  }
}
