import { execFile } from 'node:child_process';

const LIMIT_MS = 10_000;
const MOST_OUTPUT = 64 * 1024 * 1024;

/** What a system tool prints; null when it is missing. A tool that finds nothing may say so by its exit status. */
export function outputOf(tool: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    const options = { maxBuffer: MOST_OUTPUT, timeout: LIMIT_MS, env: TOOL_ENVIRONMENT };
    execFile(tool, args, options, (error, stdout) => {
      const missing = error !== null && typeof error.code !== 'number';
      resolve(missing ? null : stdout);
    });
  });
}

/** Where systems keep their tools, whatever the caller's PATH says; and they print in one language. */
export const TOOL_ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin',
  LC_ALL: 'C',
};
