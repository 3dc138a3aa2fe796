import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '../linux/proc.ts';
import type { Kernel, ProgramRef } from '../types.ts';

/** A program started by a test. */
export interface Launched {
  readonly child: ChildProcess;
  readonly ref: () => ProgramRef;
}

const launched: Launched[] = [];
const sockets: Socket[] = [];
let folder: string | undefined;

/** The folder for the files of this test file's programs; made at the first call. */
export function scratch(): string {
  folder ??= mkdtempSync(join(tmpdir(), 'kernel-test-'));
  return folder;
}

/** Starts a program in a process group of its own, with an open pipe as its standard input. */
export function launch(command: string, args: readonly string[]): Launched {
  const name = 'KERNEL_TEST_MARKER';
  const value = randomUUID();
  const child = spawn(command, args, {
    cwd: scratch(),
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    // The system's own interpreters first: a version manager's stand-in for one runs other programs before it.
    env: { ...process.env, PATH: `/usr/bin:/bin:${process.env.PATH ?? ''}`, [name]: value },
  });
  const ref = () => ({
    pid: child.pid ?? 0,
    marker: `${name}=${value}`,
    exited: child.exitCode !== null || child.signalCode !== null,
  });
  const program = { child, ref };
  launched.push(program);
  return program;
}

/** Writes a file into the scratch folder and gives its path; it is never seen half written, nor empty. */
export function sourceFile(name: string, text: string): string {
  const path = join(scratch(), name);
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, text);
  renameSync(draft, path);
  return path;
}

/** Compiles a C program and gives its path. */
export function compileC(name: string, text: string): string {
  const path = join(scratch(), name);
  const { status, stderr } = spawnSync('gcc', ['-pthread', '-o', path, sourceFile(`${name}.c`, text)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`gcc: ${stderr}`);
  return path;
}

/** Is there such a command on this machine? */
export function hasCommand(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}

/** Connects as a client; bytes are read and errors ignored. */
export function dial(port: number, host = '127.0.0.1'): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host, allowHalfOpen: true }, () => resolve(socket));
    sockets.push(socket);
    socket.on('error', reject).resume();
  });
}

/** Ends all programs and connections of the test and waits until no process is left. */
export async function endAll(kernel: Kernel): Promise<void> {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const { ref } of launched.splice(0)) {
    do {
      for (const pid of await kernel.processes(ref(), { orphans: true })) kill(pid);
      await new Promise((resolve) => setTimeout(resolve, 2));
    } while ((await kernel.processes(ref(), { orphans: true })).length > 0);
  }
}

/** Removes the scratch folder. */
export function removeScratch(): void {
  if (folder) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It ended by itself in between.
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

/** A port that nothing uses, below those that graders give out and those of outgoing connections. */
export async function freePort(kernel: Kernel): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 20_000);
    // Its bytes swapped must be another usable port, and free as well.
    const swapped = ((port & 0xff) << 8) | (port >> 8);
    if (swapped < 1024 || swapped === port || swapped >= 20_000) continue;
    const observations = await Promise.all([kernel.portState(port, 'tcp'), kernel.portState(swapped, 'tcp')]);
    if (observations.every(({ state }) => state === 'free')) return port;
  }
}

/** Waits until a thread of a program is in a sleep that it asked for. */
export function untilItSleeps(kernel: Kernel, { ref }: Pick<Launched, 'ref'>): Promise<void> {
  return eventually(async () => (await kernel.threads(ref())).some(({ call }) => /sleep/.test(call ?? '')));
}

/** A deadline so many milliseconds from now. */
export function within(ms: number): { deadline: () => boolean; signal: AbortSignal } {
  const end = performance.now() + ms;
  return { deadline: () => performance.now() > end, signal: new AbortController().signal };
}

/** Asks until the answer is true; throws after a minute. */
export async function eventually(ask: () => Promise<boolean>): Promise<void> {
  const { deadline } = within(60_000);
  while (!(await ask())) {
    if (deadline()) throw new Error(`not within a minute: ${ask}`);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}
