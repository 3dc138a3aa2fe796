import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { keeperOf, outerPid, parseMessage, type RefusedCall } from './first-process.ts';
import { standardStreams } from './pipes.ts';
import { type Exit, LaunchError, type Started, sendSignal, type Wrapped } from './spawn.ts';

/** A sandbox that could not be set up: no fault of the program that was to run in it. */
export class SandboxError extends Error {}

/** Most of a sandbox's own complaints that is kept, in characters. */
const COMPLAINTS = 2000;

/** Starts a sandbox, and waits until the program in it runs. */
export async function spawnSandboxed(
  { argv, cwd, env, controlGroup }: Wrapped,
  sandbox: NonNullable<Wrapped['sandbox']>,
  onRefused: (refused: RefusedCall) => void,
): Promise<Started> {
  const [file = '', ...args] = argv;
  const streams = await standardStreams();
  const opened = (file: string | undefined): number | 'ignore' =>
    file === undefined ? 'ignore' : openSync(file, 'r');
  const [filter, settings] = [opened(sandbox.filter), opened(sandbox.settings)];
  const groups = (controlGroup?.entries ?? []).map((file) => openSync(file, 'w'));
  const subprocess = (() => {
    try {
      return spawn(file, args, {
        cwd,
        env: { ...env },
        detached: true,
        // Node also leaves all other groups then.
        ...(sandbox.user === undefined ? {} : { uid: sandbox.user, gid: sandbox.user }),
        stdio: ['ignore', 'ignore', 'pipe', filter, 'pipe', ...streams.stdio, settings, ...groups],
      });
    } finally {
      for (const each of [filter, settings, ...groups]) if (each !== 'ignore') closeSync(each);
    }
  })();
  const { pid: outer } = subprocess;
  if (outer === undefined) {
    streams.discard();
    const [error] = (await once(subprocess, 'error')) as [Error];
    throw new SandboxError(`the sandbox could not be started: ${error.message}`);
  }
  const [talk, ...made] = subprocess.stdio.slice(4, 8) as Duplex[];
  const { stdin, stdout, stderr } = streams.handedOver(made);
  if (!talk) throw new SandboxError('the sandbox has no pipe');
  let complaints = '';
  subprocess.stderr?.on('data', (bytes: Buffer) => {
    complaints = (complaints + bytes.toString('utf8')).slice(0, COMPLAINTS);
  });
  let standing = true;
  const fallen = new Promise<void>((resolve) => {
    subprocess.once('exit', () => {
      standing = false;
      resolve();
    });
  });
  let keeper: number | undefined;
  let reportExit: (exit: Exit) => void = () => {};
  const exited = new Promise<Exit>((resolve) => {
    reportExit = resolve;
  });
  const group = await new Promise<number | undefined>((resolve, reject) => {
    onLines(talk, (line) => {
      const message = parseMessage(line);
      switch (message?.type) {
        case 'exit':
          return reportExit(message.exit);
        case 'refused':
          return onRefused(message.refused);
        case 'error':
          return reject(new LaunchError(message.code, `the system refuses to start it: ${message.code}`));
        case 'pid':
          keeper = keeperOf(outer);
          return resolve(keeper === undefined ? undefined : outerPid(keeper, message.inner));
        case undefined:
          return undefined;
      }
    });
    talk.on('error', () => {});
    // All that it said has been read when its pipe is closed; that comes after its end.
    talk.once('close', () => {
      reportExit({ code: null, signal: 'SIGKILL' });
      reject(
        new SandboxError(`the sandbox could not be set up: ${complaints.trim() || 'it did not say why'}`),
      );
    });
  }).catch((error: unknown) => {
    for (const stream of [stdin, stdout, stderr]) stream.destroy();
    throw error;
  });
  return {
    pid: group ?? outer,
    group,
    stdin,
    stdout,
    stderr,
    exited,
    keeper: () => (standing ? keeper : undefined),
    async collapse() {
      if (standing) sendSignal(keeper ?? outer, 'SIGKILL');
      await fallen;
    },
    kill: () => sendSignal(outer, 'SIGKILL'),
  };
}

/** Calls for each whole line that comes. */
function onLines(source: Duplex, take: (line: string) => void): void {
  let unread = '';
  source.on('data', (bytes: Buffer) => {
    unread += bytes.toString('latin1');
    const lines = unread.split('\n');
    unread = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
}
