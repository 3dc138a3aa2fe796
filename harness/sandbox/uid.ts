import { execFile } from 'node:child_process';
import path from 'node:path';
import { SYSTEM_ENVIRONMENT } from './system-environment.ts';

/** The first of the users that programs run as when root grades: systemd and distributions leave these unused. */
const FIRST_UID = 60_600;
/** So many of them. */
export const UIDS = 500;

/** The user of a slot. */
export function uidOf(slot: number): number {
  return FIRST_UID + (slot % UIDS);
}

/** The user beside that of a slot, for what programs of the slot must not reach. */
export function besideUid(uid: number): number {
  return uid + UIDS;
}

/** The command that makes root a user without any privilege, for good; another command follows. See setpriv(1). */
export function dropTo(uid: number): string[] {
  const id = String(uid);
  const none = ['--inh-caps=-all', '--bounding-set=-all', '--no-new-privs'];
  return ['setpriv', '--reuid', id, '--regid', id, '--clear-groups', ...none, '--'];
}

/**
 * Ends all processes of a user of ours at once: a kill(2) of everybody that this user may send signals to. Asks twice
 * who it is before, since as another user that would end everything.
 */
export function killAll(uid: number): Promise<void> {
  if (uid < FIRST_UID || uid >= FIRST_UID + 2 * UIDS) throw new Error(`not a user of ours: ${uid}`);
  const script = `[ "$(id -u)" = ${uid} ] && [ "$(id -ru)" = ${uid} ] && kill -KILL -1`;
  const [command = '', ...args] = [...dropTo(uid), 'sh', '-c', script];
  // Its own end by the signal is what it is for.
  return new Promise((resolve) => execFile(command, args, { env: SYSTEM_ENVIRONMENT }, () => resolve()));
}

/** Which files a user can read, found out by trying; all of them where that can't be tried. */
export function readableBy(uid: number, files: readonly string[]): Promise<readonly string[]> {
  const script = 'at=0; for file; do [ -r "$file" ] && echo $at; at=$((at + 1)); done; echo end';
  const tried = files.map((file) => path.resolve(file));
  const [command = '', ...args] = [...dropTo(uid), 'sh', '-c', script, 'sh', ...tried];
  return new Promise((resolve) =>
    execFile(command, args, { env: SYSTEM_ENVIRONMENT }, (_, stdout) => {
      const numbers = new Set(stdout.trim().split('\n'));
      resolve(numbers.has('end') ? files.filter((_file, at) => numbers.has(String(at))) : files);
    }),
  );
}
