import { readAgain } from './proc.ts';
import { SYSTEM_CALLS } from './syscalls.ts';

/** What a thread does according to its `syscall` file, see proc_pid_syscall(5). */
export type Call =
  | { readonly kind: 'running' }
  /** It sleeps, but not in a system call: a page fault, for instance. */
  | { readonly kind: 'outside' }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly bigint[] };

const NAMES = SYSTEM_CALLS[process.arch] ?? {};

/** The system call that a thread is in; `unknown` for a number without a name and for a 32-bit program. */
export function callOf(pid: number, tid: number): Call {
  const text = readAgain(`/proc/${pid}/task/${tid}/syscall`);
  return text === null ? { kind: 'unreadable' } : parseCall(text);
}

/** Meaning of the text of a `syscall` file. */
export function parseCall(text: string): Call {
  const fields = text.trim().split(' ');
  const number = Number(fields[0]);
  if (fields[0] === 'running') return { kind: 'running' };
  if (!Number.isInteger(number) || fields[0] === '') return { kind: 'unreadable' };
  if (number < 0) return { kind: 'outside' };
  const [stackPointer] = fields.slice(7);
  const wide = stackPointer !== undefined && BigInt(stackPointer) > 0xffff_ffffn;
  // A 32-bit program has another table of numbers; its stack lies below 4 GiB.
  const name = (wide && NAMES[number]) || 'unknown';
  return { kind: 'call', name, args: fields.slice(1, 7).map(BigInt) };
}
