import { defined } from '../base/defined.ts';
import { type Child, type LaunchOptions, launch } from '../process/launch.ts';
import { traced } from '../process/traced.ts';
import type { Runnable } from './surroundings.ts';

/** Ports below this are for the administrator, unless ip_unprivileged_port_start says otherwise, see ip(7). */
export const FIRST_COMMON = 1024;

/** Launches a program the way that its specification says. */
export function launchRunnable(
  { argv, cwd, env, stdinEof, stdin, programSandbox, givenPort }: Runnable,
  marker: string,
  callbacks: Pick<LaunchOptions, 'onOutput' | 'onExit' | 'onRefused'>,
  traceFile?: string,
): Promise<Child> {
  const command = traceFile === undefined ? { argv, marker } : traced(argv, { file: traceFile, marker });
  return launch({
    argv: command.argv,
    cwd,
    env: { ...env, SOCKET_GRADER_RUN: command.marker },
    stdinEof,
    ...defined({ stdin, programSandbox }),
    ...(givenPort < FIRST_COMMON ? { lowPort: givenPort } : {}),
    ...callbacks,
  });
}
