import { execFileSync } from 'node:child_process';
import net from 'node:net';
import { canBind, reservePort } from './port.ts';

const linux = process.platform === 'linux';

test('a reserved port is free, differs from itself with its bytes swapped, and is given out once', async () => {
  const reserved = await Promise.all(Array.from({ length: 20 }, reservePort));
  expect(new Set(reserved.map(({ port }) => port)).size).toBe(20);
  for (const { port, release } of reserved) {
    expect((await canBind('127.0.0.1', port)).works).toBe(true);
    expect(((port & 0xff) << 8) | (port >> 8)).not.toBe(port);
    expect(port & 0xff).toBeGreaterThanOrEqual(4);
    release();
  }
});

(linux ? test : test.skip)(
  `another process is kept off a reserved port until it is given back${linux ? '' : ' (skipped: Linux only)'}`,
  async () => {
    const { port, release } = await reservePort();
    const tryLock = () =>
      execFileSync(process.execPath, [
        '-e',
        `const s = require('node:net').createServer(); s.on('error', (e) => console.log(e.code)); s.listen({ path: '\\0socket-grader-port-${port}' }, () => { console.log('free'); s.close(); });`,
      ])
        .toString()
        .trim();
    expect(tryLock()).toBe('EADDRINUSE');
    release();
    await new Promise((resolve) => setImmediate(resolve));
    expect(tryLock()).toBe('free');
  },
);

test('a bind that cannot work is reported with its reason', async () => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as net.AddressInfo;
  expect(await canBind('127.0.0.1', port)).toEqual({ works: false, code: 'EADDRINUSE' });
  server.close();
});
