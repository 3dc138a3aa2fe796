import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { eventually } from '../../testing/fair-time.ts';

const PASSWORD = 'open sesame';

/** A Redis of its own, on a Unix socket and with a password, that keeps nothing on the disk. */
export class TestRedis {
  readonly folder: string;
  readonly socket: string;
  #child: ChildProcess | undefined;

  /** In a folder of its own, unless one is given. */
  constructor(folder = mkdtempSync(path.join(os.tmpdir(), 'redis-'))) {
    this.folder = folder;
    this.socket = path.join(folder, 'redis.sock');
  }

  /** What is given to --queue; `socket` is where it is seen. */
  url(socket = this.socket): string {
    return `unix://:${encodeURIComponent(PASSWORD)}@${socket}`;
  }

  static async start(...more: readonly string[]): Promise<TestRedis> {
    const redis = new TestRedis();
    await redis.start(...more);
    return redis;
  }

  /** Starts it, also once more after `stop`: it has forgotten all then. */
  async start(...more: readonly string[]): Promise<void> {
    const usual = ['--port', '0', '--unixsocket', this.socket, '--requirepass', PASSWORD];
    const args = [...usual, '--save', '', '--dir', this.folder, ...more];
    this.#child = spawn('redis-server', args, { stdio: 'ignore' });
    let missing: Error | undefined;
    this.#child.once('error', (error) => {
      missing = error;
    });
    await eventually(() => existsSync(this.socket) || missing !== undefined, 'Redis listens');
    if (missing) throw new Error(`apt-get install redis-server: ${missing.message}`);
    await this.cli('ping');
  }

  /** Ends it as kill -9 does. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    rmSync(this.socket, { force: true });
  }

  cli(...command: readonly string[]): Promise<string> {
    return this.#ask(PASSWORD, command);
  }

  async #ask(password: string, command: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)('redis-cli', ['-s', this.socket, ...command], {
      env: { ...process.env, REDISCLI_AUTH: password },
    });
    return stdout.trim();
  }

  /** Is there with another password until all that were connected have tried theirs. */
  async refuse(clients: number): Promise<void> {
    const other = 'another';
    await this.start('--requirepass', other);
    const received = async () =>
      Number(/total_connections_received:(\d+)/.exec(await this.#ask(other, ['info', 'stats']))?.[1]);
    // This question and the first one are connections as well.
    for (let asked = 2; (await received()) < clients + asked; asked++) await wait(20);
    await this.stop();
  }

  /** What of the grader is in it. */
  async keys(): Promise<readonly string[]> {
    const found = await this.cli('keys', 'socket-grader:*');
    return found === '' ? [] : found.split('\n').sort();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
