import type { Limits } from '../model/index.ts';
import type { Room } from './sandbox.ts';

const MIB = 1024 * 1024;

/** What a program may use when the specification does not say. */
export const LIMITS: Limits = {
  memory: 512 * MIB,
  cpu: 60_000,
  processes: 256,
  disk: 64 * MIB,
  output: 64 * MIB,
  time: 600_000,
};

/** What a build may use: compilers are bigger than what they make. */
export const BUILD_LIMITS: Limits = {
  memory: 2048 * MIB,
  cpu: 240_000,
  processes: 512,
  disk: 256 * MIB,
  output: 64 * MIB,
  time: 120_000,
};

/** Files and folders that a program or a build may make. */
export const FILES = 20_000;

/** More than anybody hands in. */
export const LARGEST: Room = { bytes: 256 * MIB, files: 100_000 };

/** Most that a built submission may come to, each file once: holes take no memory, but time whenever they are copied. */
export const LARGEST_BUILT = {
  bytes: LARGEST.bytes + BUILD_LIMITS.disk,
  files: LARGEST.files + FILES,
  length: 8 * BUILD_LIMITS.disk,
};

/** Most open files of one process. */
const OPEN_FILES = 1024;

/**
 * So many more processes and threads than it may have can a program make: the kernel counts those of the sandbox itself,
 * too, and who has too many must be seen to.
 */
export const SPARE_PROCESSES = 16;

/** A limit of setrlimit(2), soft and hard, in that call's units. */
export interface Rlimit {
  readonly resource: 'cpu' | 'data' | 'core' | 'nproc' | 'nofile' | 'fsize';
  readonly soft: number;
  readonly hard: number;
}

/**
 * The limits that the kernel itself keeps. RLIMIT_DATA and not RLIMIT_AS: run-time systems reserve far more addresses
 * than memory. `memoryOfMachine` in bytes: the JVM begins with a 64th of it. `fileSize` is the most that one file may
 * come to, in bytes.
 */
export function rlimits(limits: Limits, memoryOfMachine: number, fileSize = limits.disk): readonly Rlimit[] {
  const seconds = Math.ceil(limits.cpu / 1000);
  const both = (resource: Rlimit['resource'], value: number) => ({ resource, soft: value, hard: value });
  return [
    { resource: 'cpu', soft: seconds + 1, hard: seconds + 2 },
    both('nproc', limits.processes + SPARE_PROCESSES),
    both('nofile', OPEN_FILES),
    both('core', 0),
    // Holes count here, which take no room on a disk until they are copied.
    both('fsize', fileSize),
    both('data', Math.round(2 * limits.memory + memoryOfMachine / 16)),
  ];
}

/** Limits as arguments of prlimit(1). */
export function prlimitArguments(limits: readonly Rlimit[]): string[] {
  return limits.map(({ resource, soft, hard }) => `--${resource}=${soft}:${hard}`);
}
