import { execFile } from 'node:child_process';

const LIMIT_MS = 10_000;
const MOST_OUTPUT = 64 * 1024 * 1024;

/** What a system tool prints; null when it is missing. A tool that finds nothing may say so by its exit status. */
export function outputOf(tool: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    const options = { maxBuffer: MOST_OUTPUT, timeout: LIMIT_MS, env: environment() };
    execFile(tool, args, options, (error, stdout) => {
      const missing = error !== null && typeof error.code !== 'number';
      resolve(missing ? null : stdout);
    });
  });
}

/** Tools in the sbin folders are found too, and print in one language. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin`, LC_ALL: 'C' };
}
