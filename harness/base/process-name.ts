import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';

/** A process, told apart from all others on all machines. */
export interface ProcessName {
  readonly host: string;
  /** Tells machines of one name apart, and containers on one machine: process numbers mean something within it only. */
  readonly machine: string;
  readonly pid: number;
  readonly start: string;
}

/** This process. */
export function self(): ProcessName {
  const pid = process.pid;
  return { host: os.hostname(), machine: machineId(), pid, start: startOf(pid) };
}

/** The boot of the kernel, and the space of process numbers in it. */
function machineId(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${os.hostname()} ${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return os.hostname();
  }
}

/** Whether a process is, or was, of this machine and its space of process numbers. */
export function isHere({ machine }: ProcessName): boolean {
  return machine === machineId();
}

/** Whether a process of this machine lives. */
export function isRunning({ pid, start }: ProcessName): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return start === startOf(pid);
}

/**
 * When a process was started, so that another one with its number is not taken for it (proc_pid_stat(5)); empty when it
 * has ended, also where nobody has waited for it yet.
 */
export function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return /[ZX]/.test(state) ? '' : (fields[18] ?? '');
  } catch {
    return '';
  }
}
