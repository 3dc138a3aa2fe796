import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { guard } from './fair-time.ts';

export { eventually } from './fair-time.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Milliseconds of fair time after which a command has ended, whatever happens. */
export const GUARD = 150_000;

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface CliOptions {
  readonly cwd?: string;
  /** Variables beside those of `atAKeyboard`. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The environment without what tells the command that it runs in CI, where the tests themselves may run. */
export function atAKeyboard(): NodeJS.ProcessEnv {
  const robotic = /^(CI|GITHUB_.*|NO_COLOR)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !robotic.test(name)));
}

/** Starts the built command as a person would; `result` is fulfilled at its end. */
export function startCli(
  args: readonly string[],
  options: CliOptions = {},
): { child: ChildProcess; result: Promise<CliResult> } {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: options.cwd ?? ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...atAKeyboard(), ...options.env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => {
    stdout += bytes.toString('utf8');
  });
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString('utf8');
  });
  const result = new Promise<CliResult>((resolve, reject) => {
    const done = guard(GUARD, (message) => {
      child.kill('SIGKILL');
      reject(new Error(`socket-grader ${args.join(' ')}: ${message}\n${stdout}${stderr}`));
    });
    child.on('close', (code, signal) => {
      done();
      resolve({ code, signal, stdout, stderr });
    });
  });
  return { child, result };
}

/** Runs the built command to its end. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(args, options).result;
}

/** A message as it was before it was broken into lines. */
export function unwrapped(message: string): string {
  return message.replaceAll('\n    ', ' ');
}

/** Processes whose working folder is below a folder: what a run left behind. */
export function processesBelow(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const isHome = readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`HOME=${folder}`);
        return isHome || `${readlinkSync(`/proc/${pid}/cwd`)}/`.startsWith(`${folder}/`);
      } catch {
        return false;
      }
    });
}
