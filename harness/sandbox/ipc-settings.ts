import type { Limits } from '../model/index.ts';

/** What a semaphore, a queue and a segment take at most, in bytes; segments by the filter for system calls. */
const SEMAPHORE = 64;
const QUEUE = 16 * 1024;
const SEGMENT = 64 * 1024;
const PAGE = 4096;
/** So much more than a program may have in all: who takes it is seen to be over its limit. */
const BEYOND = 1.25;

/**
 * Settings of a sandbox's IPC namespace, see sysvipc(7), sem(5) in proc and mq_overview(7): what is usual works, and a
 * program that hoards such objects meets the kernel's own errors not far beyond its limit of memory. Names are from
 * /proc/sys on.
 */
export function ipcSettings({ memory }: Limits): Readonly<Record<string, string>> {
  const most = memory * BEYOND;
  return {
    // Semaphores in a set, in all sets, operations in a call, sets.
    'kernel/sem': `32000 ${Math.ceil(most / SEMAPHORE)} 500 1024`,
    'kernel/msgmax': '8192',
    'kernel/msgmnb': String(QUEUE),
    'kernel/msgmni': String(Math.min(32_000, Math.ceil(most / QUEUE))),
    'kernel/shmmni': String(Math.min(32_000, Math.ceil(most / SEGMENT))),
    'kernel/shmall': String(Math.ceil(most / PAGE)),
    'fs/mqueue/queues_max': '64',
    'fs/mqueue/msg_max': '10',
    'fs/mqueue/msgsize_max': '8192',
  };
}
