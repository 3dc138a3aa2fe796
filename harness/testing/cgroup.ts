import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from './fair-time.ts';

/** What a container may use. */
export interface ContainerLimits {
  /** Processors, also a part of one. */
  readonly cores: number;
  /** Bytes of memory. */
  readonly memory: number;
}

/** A control group that a container's processes are put into. */
export interface Cgroup {
  /** With the processes that it has started. */
  add(pid: number): void;
  /** Removes it, as soon as all processes in it have ended. */
  remove(): Promise<void>;
}

const ROOT = '/sys/fs/cgroup';
/** Microseconds in which a part of a processor is used up. */
const PERIOD = 100_000;
let made = 0;

/** Makes a control group with these limits, of either version; where none can be made, the reason. */
export function makeCgroup({ cores, memory }: ContainerLimits): Cgroup | string {
  const quota = Math.round(cores * PERIOD);
  const settings: Readonly<Record<string, Readonly<Record<string, string>>>> = existsSync(
    `${ROOT}/cgroup.controllers`,
  )
    ? { '': { 'cpu.max': `${quota} ${PERIOD}`, 'memory.max': String(memory) } }
    : {
        cpu: { 'cpu.cfs_period_us': String(PERIOD), 'cpu.cfs_quota_us': String(quota) },
        memory: { 'memory.limit_in_bytes': String(memory) },
      };
  const folders: string[] = [];
  made += 1;
  try {
    for (const [controller, files] of Object.entries(settings)) {
      const folder = path.join(ROOT, controller, `socket-grader-test-${process.pid}-${made}`);
      mkdirSync(folder);
      folders.push(folder);
      for (const [file, value] of Object.entries(files)) writeFileSync(path.join(folder, file), value);
    }
  } catch (error) {
    for (const folder of folders) rmdirSync(folder);
    return error instanceof Error ? error.message : String(error);
  }
  return {
    add: function add(pid) {
      for (const folder of folders) writeFileSync(path.join(folder, 'cgroup.procs'), String(pid));
      // What it starts from now on is in the group.
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
      for (const child of children === '' ? [] : children.split(' ')) add(Number(child));
    },
    remove: async () => {
      for (const folder of folders) {
        const isEmpty = () => readFileSync(path.join(folder, 'cgroup.procs'), 'utf8') === '';
        await eventually(isEmpty, `no process in ${folder}`);
        rmdirSync(folder);
      }
    },
  };
}
