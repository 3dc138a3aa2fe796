import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { getSystemErrorName } from 'node:util';
import type { Exit } from './spawn.ts';

/** What the first process of a sandbox says. */
export type Message =
  | { readonly type: 'pid'; readonly inner: number }
  | { readonly type: 'exit'; readonly exit: Exit }
  | { readonly type: 'error'; readonly code: string }
  | { readonly type: 'refused'; readonly refused: RefusedCall };

/** A system call that isolation refused a program. */
export interface RefusedCall {
  /** Its name, `memfd_create`, and that of the error that it failed with, `ENOSYS`. */
  readonly call: string;
  readonly error: string;
  /** The process that made it, as it is numbered in the sandbox, and its name. */
  readonly pid: number;
  readonly process: string;
}

/** Understands what the first process of a sandbox says, a line each; what can't be understood is left out. */
export function parseMessage(line: string): Message | undefined {
  const [type, digits, ...rest] = line.split(' ');
  const number = Number(digits);
  if (!Number.isInteger(number)) return undefined;
  if (type === 'refused') {
    const [call = '', pid, ...name] = rest;
    const error = getSystemErrorName(-number);
    return { type, refused: { call, error, pid: Number(pid), process: name.join(' ') } };
  }
  if (type === 'pid') return { type, inner: number };
  if (type === 'error') return { type, code: getSystemErrorName(-number) };
  return type === 'exit' ? { type, exit: exitOf(number) } : undefined;
}

/** The status of wait(2) in words of ours. */
function exitOf(status: number): Exit {
  const signal = status & 0x7f;
  if (signal === 0) return { code: status >> 8, signal: null };
  const names = Object.entries(os.constants.signals) as [NodeJS.Signals, number][];
  return { code: null, signal: names.find(([, number]) => number === signal)?.[0] ?? 'SIGKILL' };
}

/** The first process of the sandbox that a process watches over. */
export function keeperOf(pid: number): number | undefined {
  return childrenOf(pid)[0];
}

/** The number, as it is out here, of the process that a sandbox knows by another one; see NSpid in proc_pid_status(5). */
export function outerPid(keeper: number, inner: number): number | undefined {
  return childrenOf(keeper).find((pid) => {
    const numbers = /^NSpid:\s*(.+)$/m.exec(read(`/proc/${pid}/status`))?.[1]?.split(/\s+/) ?? [];
    return numbers.at(-1) === String(inner);
  });
}

function childrenOf(pid: number): number[] {
  const listed = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  if (listed.length > 0) return listed;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => read(`/proc/${each}/stat`).split(') ').at(-1)?.split(' ')[1] === String(pid))
    .sort((a, b) => a - b);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
