import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { eventually } from '../testing/launch.ts';
import { holdersOf, lastHolders } from './descriptors.ts';
import { numbers, readAgain, readText } from './proc.ts';
import { threadsOf } from './processes.ts';

const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
});

/** Starts a program that sleeps until it is ended. */
async function sleeper(): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn('sleep', ['100'], { stdio: 'ignore' });
  started.push(child);
  await new Promise((resolve) => child.once('spawn', resolve));
  return child as ChildProcess & { readonly pid: number };
}

const STATE = /^State:\s*(\S)/m;

describe('a file that is read again', () => {
  test('shows what it holds now, and not what it held when it was opened', async () => {
    const { pid } = await sleeper();
    const state = () => STATE.exec(readAgain(`/proc/${pid}/status`) ?? '')?.[1];
    // A program that has just been started sleeps as soon as it has come to that.
    await eventually(async () => state() === 'S');
    process.kill(pid, 'SIGSTOP');
    await eventually(async () => state() === 'T');
    expect(readAgain(`/proc/${pid}/status`)).toMatch(/\(stopped\)/);
  });

  test('is gone with its process', async () => {
    const child = await sleeper();
    const path = `/proc/${child.pid}/task/${child.pid}/stat`;
    expect(readAgain(path)).toContain(`${child.pid} (`);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(readAgain(path)).toBeNull();
    expect(readAgain(path)).toBeNull();
  });

  test('is whole, however long it is', () => {
    const path = '/proc/self/smaps';
    const whole = (text: string | null) => (text ?? '').match(/^VmFlags:/gm)?.length ?? 0;
    expect((readAgain(path) ?? '').length).toBeGreaterThan(16 * 1024);
    expect(Math.abs(whole(readAgain(path)) - whole(readText(path)))).toBeLessThan(20);
  });

  test('is not kept open for ever, however many there are', async () => {
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    for (let round = 0; round < 3; round++)
      for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
        for (const file of [
          'stat',
          'status',
          'statm',
          'cmdline',
          'comm',
          'limits',
          'cgroup',
          'mounts',
          'sched',
        ])
          readAgain(`/proc/${pid}/${file}`);
    expect(open() - before).toBeLessThanOrEqual(300);
    expect(open() - before).toBeGreaterThan(0);
  });
});

test('threads are found of one that has a single one, of one that has many, and of none that has ended', async () => {
  const child = spawn('cat', [], { stdio: ['pipe', 'ignore', 'ignore'] });
  const pid = child.pid ?? 0;
  expect(threadsOf(pid)).toEqual([pid]);
  const own = threadsOf(process.pid);
  expect(own.length).toBeGreaterThan(1);
  expect(own).toEqual(numbers(`/proc/${process.pid}/task`));
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  expect(threadsOf(pid)).toEqual([]);
});

test('who was seen to hold sockets is asked first the next time that one is looked for', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  expect(holdersOf([process.pid]).size).toBeGreaterThan(0);
  server.close();
  expect(lastHolders()[0]).toBe(process.pid);
});
