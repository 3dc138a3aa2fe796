import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import getPort from 'get-port';
import { eventually } from '../testing/fair-time.ts';
import { readAddress } from './address.ts';
import { connect } from './connect.ts';
import { announceBatch, redisNow } from './registry.ts';
import { RedisRoom } from './room.ts';
import { TestRedis } from './testing/redis.ts';

const refusal = (url: string) =>
  connect(readAddress(url), {}, 2_000).then(
    (connection) => {
      connection.close();
      return 'it connects';
    },
    (error: Error) => error.message,
  );

test('why a Redis cannot be used is said with what to do: nothing there, password, database', async () => {
  const redis = await TestRedis.start();
  try {
    expect(await refusal(redis.url())).toBe('it connects');
    expect(await refusal(`unix://${redis.socket}`)).toMatch(/wants a password\n.*redis:\/\/:PASSWORD@HOST/);
    expect(await refusal(`unix://:wrong@${redis.socket}`)).toMatch(/refuses the user or the password/);
    expect(await refusal(`${redis.url()}?db=99`)).toMatch(/no database of that number/);
    expect(await refusal('unix:///nowhere/redis.sock')).toMatch(
      /no Redis listens there\n.*apt-get install redis-server/,
    );
    expect(await refusal('redis://127.0.0.1:1')).toMatch(/redis:\/\/127\.0\.0\.1:1: no Redis listens there/);
    expect(await refusal('redis://no-such-host.invalid')).toMatch(/no machine of that name/);
    await redis.cli('config', 'set', 'maxmemory', '100mb');
    await redis.cli('config', 'set', 'maxmemory-policy', 'allkeys-lru');
    const connection = await connect(readAddress(redis.url()));
    expect(connection.warnings).toEqual([expect.stringContaining('maxmemory-policy allkeys-lru')]);
    connection.close();
  } finally {
    await redis.remove();
  }
});

test('what is no Redis is named so', async () => {
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await refusal(`redis://127.0.0.1:${port}`)).toMatch(/what answers there is no Redis/);
  server.close();
});

test('with TLS: a certificate that is not known, and each side without the other', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'redis-tls-'));
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const how = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
  ];
  execFileSync('openssl', [...how, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const [plain, secure] = [await getPort(), await getPort()];
  const tls = [
    '--tls-port',
    `${secure}`,
    '--tls-cert-file',
    cert,
    '--tls-key-file',
    key,
    '--tls-auth-clients',
    'no',
  ];
  const args = [
    '--port',
    `${plain}`,
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--dir',
    folder,
    '--tls-ca-cert-file',
    cert,
  ];
  const server = spawn('redis-server', [...args, ...tls], { stdio: 'ignore' });
  try {
    let up = false;
    const poll = setInterval(async () => {
      up = (await refusal(`redis://127.0.0.1:${plain}`)) === 'it connects';
    }, 100);
    await eventually(() => up, 'Redis answers');
    clearInterval(poll);
    expect(await refusal(`rediss://localhost:${secure}`)).toMatch(
      /authority that is not known here\n.*NODE_EXTRA_CA_CERTS/,
    );
    expect(await refusal(`rediss://localhost:${plain}`)).toMatch(/it does not answer with TLS\n.*use redis:/);
    expect(await refusal(`redis://localhost:${secure}`)).toMatch(/closed at once\n.*rediss:/);
  } finally {
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
    rmSync(folder, { recursive: true });
  }
});

test('a full Redis is noticed before it refuses, and named', async () => {
  const redis = await TestRedis.start('--maxmemory', '4mb');
  const connection = await connect(readAddress(redis.url()));
  try {
    const room = new RedisRoom(connection.redis);
    expect(await room.hasRoom()).toBe(true);
    let count = 0;
    const fill = () => connection.redis.set(`filler-${count++}`, Buffer.alloc(100_000));
    do {
      await fill();
      room.refused();
    } while (await room.hasRoom());
    expect(room.error('redis://host').message).toMatch(
      /Redis is full: \d\.\d of 4\.0 MiB are used\n.*maxmemory/,
    );
    await redis.cli('config', 'set', 'maxmemory', '1mb');
    const entry = { name: 'batch-x', title: '', version: '', level: 'none', urgent: false } as const;
    const about = { host: '', pid: 1, total: 1, done: 0, created: await redisNow(connection.redis) };
    await expect(announceBatch(connection.redis, { ...entry, ...about })).rejects.toThrow('OOM');
  } finally {
    connection.close();
    await redis.remove();
  }
});
