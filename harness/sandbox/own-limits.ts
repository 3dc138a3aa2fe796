import { readFileSync } from 'node:fs';
import type { Rlimit } from './limits.ts';

/** As proc_pid_limits(5) names them. */
const NAMES: Readonly<Record<Rlimit['resource'] | 'fsize', string>> = {
  cpu: 'Max cpu time',
  data: 'Max data size',
  core: 'Max core file size',
  nproc: 'Max processes',
  nofile: 'Max open files',
  fsize: 'Max file size',
};

/**
 * The same limits, none of them above the hard limit that this process has itself: who is not root cannot raise it, and a
 * container may have set it.
 */
export function withinOwnLimits(limits: readonly Rlimit[], own = hardLimits()): readonly Rlimit[] {
  return limits.map(({ resource, soft, hard }) => {
    const most = own[resource];
    return { resource, soft: Math.min(soft, most), hard: Math.min(hard, most) };
  });
}

/** The hard limits of this process; Infinity where there is none. */
export function hardLimits(
  text = readFileSync('/proc/self/limits', 'utf8'),
): Readonly<Record<keyof typeof NAMES, number>> {
  const of = (name: string): number => {
    const [, hard] = new RegExp(`^${name} +\\S+ +(\\d+)`, 'm').exec(text) ?? [];
    return hard === undefined ? Number.POSITIVE_INFINITY : Number(hard);
  };
  return {
    cpu: of(NAMES.cpu),
    data: of(NAMES.data),
    core: of(NAMES.core),
    nproc: of(NAMES.nproc),
    nofile: of(NAMES.nofile),
    fsize: of(NAMES.fsize),
  };
}
