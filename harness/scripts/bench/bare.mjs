// What a run costs at least: launches the server as often as the assignment does, waits as long, and sends
// and receives the same, with net.connect and no evidence whatever.
// Usage: node bare.mjs socket-basics|echo COMMAND ARGUMENTS…   ({port} is filled in)
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const [assignment, command, ...args] = process.argv.slice(2);
const live = new Set();
process.on('exit', () => {
  for (const child of live) child.kill('SIGKILL');
});

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function dial(port) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const client = { socket, received: Buffer.alloc(0), ended: false };
    socket.on('data', (bytes) => {
      client.received = Buffer.concat([client.received, bytes]);
      client.wake?.();
    });
    socket.on('close', () => {
      client.ended = true;
      client.wake?.();
    });
    socket.on('end', () => {
      client.ended = true;
      client.wake?.();
    });
    socket.on('error', reject);
    socket.on('connect', () => resolve(client));
  });
}

/** A server and a first connection to it, which shows that it listens. */
async function start(port) {
  const words = args.map((word) => word.replaceAll('{port}', String(port)));
  const child = spawn(command, words, { stdio: 'pipe', detached: true });
  live.add(child);
  child.stdout.resume();
  child.stderr.resume();
  for (let tries = 0; tries < 2000; tries++) {
    const client = await dial(port).catch(() => undefined);
    if (client) return { child, client };
    await sleep(5);
  }
  throw new Error('it does not listen');
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  live.delete(child);
}

async function until(client, test) {
  while (!test()) {
    if (client.ended) throw new Error('it closed');
    await new Promise((resolve) => {
      client.wake = resolve;
    });
  }
}

async function say(client, bytes) {
  const wanted = client.received.length + bytes.length;
  client.socket.write(bytes);
  await until(client, () => client.received.length >= wanted);
}

async function ended(client) {
  await until(client, () => client.ended || undefined).catch(() => {});
}

async function leave(client) {
  client.socket.end();
  await ended(client);
  client.socket.destroy();
}

const common = {
  listens: async ({ client }) => {
    client.socket.destroy();
    await sleep(200);
  },
  'reuse-address': async ({ child, client }, port) => {
    await stop(child);
    await ended(client);
    client.socket.destroy();
    const again = await start(port);
    again.client.socket.destroy();
    await stop(again.child);
  },
  'blocking-accept': async ({ client }, port) => {
    client.socket.destroy();
    await sleep(200);
    (await dial(port)).socket.destroy();
  },
  'blocking-recv': async ({ client }) => {
    await sleep(200);
    await sleep(50);
    await say(client, 'ping\n');
  },
};

const early = async (child, port) => {
  process.kill(child.pid, 'SIGSTOP');
  const client = await dial(port);
  client.socket.write('I was early\n');
  process.kill(child.pid, 'SIGCONT');
  await until(client, () => client.received.length > 0);
};

const ASSIGNMENTS = {
  'socket-basics': {
    ...common,
    'buffered-data': async ({ child, client }, port) => {
      await sleep(100);
      client.socket.resetAndDestroy();
      await stop(child);
      const again = await start(port);
      again.client.socket.destroy();
      await early(again.child, port);
      await stop(again.child);
    },
    'send-reply': async ({ client }) => {
      await sleep(100);
      await say(client, 'hello\n');
    },
  },
  echo: {
    ...common,
    'buffered-data': async ({ child, client }, port) => {
      client.socket.destroy();
      await early(child, port);
    },
    'send-reply': ({ client }) => say(client, 'hello\n'),
    fragments: async ({ client }) => {
      for (const piece of ['one l', 'ine i', 'n fiv', 'e par', 'ts\n']) await say(client, piece);
      await say(client, 'one\ntwo\nthree\n');
    },
    'large-transfer': async ({ client }) => {
      await say(client, Buffer.alloc(1 << 20, 7));
      await leave(client);
    },
    'half-close': async ({ client }) => {
      client.socket.write('last words\n');
      await leave(client);
    },
    'client-leaves': async ({ client }, port) => {
      await say(client, 'half a li');
      await sleep(50);
      client.socket.destroy();
      await sleep(200);
      await say(await dial(port), 'next\n');
    },
    'client-resets': async ({ client }, port) => {
      await say(client, 'half a li');
      await sleep(50);
      client.socket.resetAndDestroy();
      await sleep(200);
      await say(await dial(port), 'next\n');
    },
    'next-client': async ({ client }, port) => {
      await say(client, 'client 1\n');
      await leave(client);
      for (let n = 2; n <= 5; n++) {
        const next = await dial(port);
        await say(next, `client ${n}\n`);
        await leave(next);
      }
    },
    'concurrent-clients': async ({ client }, port) => {
      const others = [await dial(port), await dial(port)];
      for (const each of [...others.reverse(), client]) await say(each, 'hello\n');
    },
  },
};

async function one([, scenario]) {
  const port = await freePort();
  const server = await start(port);
  await scenario(server, port);
  await stop(server.child);
  server.client.socket.destroy();
}

const waiting = Object.entries(ASSIGNMENTS[assignment]);
const only = process.env.ONLY;
const chosen = only === undefined ? waiting : waiting.filter(([name]) => name === only);
const runNext = async () => {
  for (let next = chosen.shift(); next; next = chosen.shift()) await one(next);
};
await Promise.all(Array.from({ length: Math.max(6, 2 * os.availableParallelism()) }, runNext));
process.exit(0);
