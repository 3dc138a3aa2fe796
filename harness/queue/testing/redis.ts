import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
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

  async cli(...command: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)('redis-cli', ['-s', this.socket, ...command], {
      env: { ...process.env, REDISCLI_AUTH: PASSWORD },
    });
    return stdout.trim();
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
