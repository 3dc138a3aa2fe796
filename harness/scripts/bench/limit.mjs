// The limit to compare with: what the best Node program needs for the same checks, in one file without packages, all
// scenarios at once. It asks the kernel what grading asks it, and waits for nothing but two observations of 200 ms; it
// knows one assignment, keeps no record and says no cause.
// Usage: node limit.mjs COMMAND ARGUMENTS…   ({port} is filled in); status 0 when all scenarios pass.
// With BENCH_USED=FILE it writes there how much processor time it used itself, in milliseconds.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import net from 'node:net';

const [command, ...words] = process.argv.slice(2);
const OBSERVED = 200;
const PATIENCE = 5_000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const hex = (port) => port.toString(16).toUpperCase().padStart(4, '0');

/** One read of the table serves all that asked before it began. */
let coming;
const table = () => {
  coming ??= Promise.resolve().then(() => {
    coming = undefined;
    return readFile('/proc/net/tcp', 'latin1');
  });
  return coming;
};

/** The server's end of a connection, or what listens where there is no peer. */
async function endOf(port, peer = 0) {
  const [own, other] = [`:${hex(port)}`, `:${hex(peer)}`];
  const text = await table();
  for (let at = text.indexOf(`${own} `); at >= 0; at = text.indexOf(`${own} `, at + 1)) {
    const line = text.slice(text.lastIndexOf('\n', at) + 1, text.indexOf('\n', at));
    const [, local, remote, state, queues, , , , , inode] = line.trim().split(/\s+/);
    if (!local.endsWith(own) || !remote.endsWith(other)) continue;
    return { state, unread: Number.parseInt(queues.split(':')[1], 16), inode };
  }
  return undefined;
}

function socketsOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

/** Milliseconds that a program's threads ran and waited for a core, and the letters of their states. */
function effortOf(pid) {
  let [spent, states] = [0, ''];
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const folder = `/proc/${pid}/task/${thread}`;
      const [ran, waited] = readFileSync(`${folder}/schedstat`, 'latin1').split(' ');
      spent += (Number(ran) + Number(waited)) / 1e6;
      const stat = readFileSync(`${folder}/stat`, 'latin1');
      states += stat[stat.lastIndexOf(')') + 2];
    }
  } catch {
    // It has ended: whoever asks sees that by its exit.
  }
  return { spent, states };
}

/** Asks again and again, so many milliseconds between, until there is an answer. */
async function until(ask, what, every = 1) {
  for (const begin = performance.now(); ; await pause(every)) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() - begin > PATIENCE) throw new Error(what);
  }
}

const servers = new Set();
class Server {
  constructor(port) {
    this.port = port;
    this.child = spawn(
      command,
      words.map((word) => word.replaceAll('{port}', port)),
      { stdio: ['pipe', 'ignore', 'ignore'], detached: true },
    );
    this.child.stdin.on('error', () => {});
    this.exit = new Promise((resolve) => this.child.once('exit', resolve));
    this.exit.then(() => {
      this.ended = true;
    });
    servers.add(this);
  }

  static async start(port) {
    const server = new Server(port);
    let known = '';
    let again = 0;
    await until(
      async () => {
        if (server.ended) throw new Error('it ended');
        const held = socketsOf(server.child.pid);
        // The table is slow to read: only a new socket is worth it, and then a few moments later once more.
        if (held.length === 0 || (held.join() === known && again-- !== 0)) return false;
        if (held.join() !== known) again = 3;
        known = held.join();
        const found = await endOf(port);
        return found?.state === '0A' && socketsOf(server.child.pid).includes(found.inode);
      },
      'it does not listen',
      2,
    );
    return server;
  }

  send(signal) {
    if (!this.ended) process.kill(-this.child.pid, signal);
  }

  async stop() {
    this.send('SIGKILL');
    await this.exit;
  }
}

class Client {
  parts = [];
  length = 0;
  ended = false;

  static connect({ port }) {
    return new Promise((resolve, reject) => {
      const client = new Client();
      const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
      client.socket = socket;
      client.port = port;
      socket.on('data', (bytes) => {
        client.parts.push(bytes);
        client.length += bytes.length;
        client.wake?.();
      });
      const over = () => {
        client.ended = true;
        client.wake?.();
      };
      socket
        .on('end', over)
        .on('close', over)
        .on('error', (error) => {
          over();
          reject(error);
        });
      socket.once('connect', () => {
        client.local = socket.localPort;
        resolve(client);
      });
    });
  }

  /** So many bytes, fewer where it closes before. */
  async read(wanted) {
    const clock = setTimeout(() => this.wake?.(true), PATIENCE);
    while (this.length < wanted && !this.ended) {
      const late = await new Promise((resolve) => {
        this.wake = resolve;
      });
      if (late) throw new Error(`${this.length} of ${wanted} bytes came`);
    }
    clearTimeout(clock);
    const all = Buffer.concat(this.parts);
    this.parts = [all.subarray(wanted)];
    this.length = Math.max(0, all.length - wanted);
    return all.subarray(0, wanted).toString('latin1');
  }

  async echoes(text, { from = '' } = {}) {
    this.socket.write(text.slice(from.length));
    if ((await this.read(text.length)) !== text) throw new Error('something else came back');
  }

  /** The program has taken all that was sent. */
  taken() {
    return until(async () => {
      const end = await endOf(this.port, this.local);
      return end !== undefined && end.inode !== '0' && end.unread === 0;
    }, 'it does not receive');
  }
}

async function next(server, text) {
  const client = await Client.connect(server);
  await client.echoes(text);
  client.socket.destroy();
}

/** For 200 ms it neither ends nor uses the processor, and its client hears nothing. */
async function quiet(server, client) {
  await until(() => /^S+$/.test(effortOf(server.child.pid).states), 'it does not come to rest');
  const before = effortOf(server.child.pid).spent;
  const heard =
    client &&
    new Promise((resolve) => {
      client.wake = resolve;
    });
  await Promise.race([pause(OBSERVED), server.exit, ...(heard ? [heard] : [])]);
  const share = (effortOf(server.child.pid).spent - before) / OBSERVED;
  if (server.ended || client?.length > 0 || client?.ended || share > 0.5) throw new Error('it is not quiet');
}

const ALPHABET = 'abcdefghijklmnopqrstuvw';
const bytes = (length) => ALPHABET.repeat(Math.ceil(length / ALPHABET.length)).slice(0, length);

async function early(port, length) {
  const server = await Server.start(port);
  server.send('SIGSTOP');
  await until(() => /^T+$/.test(effortOf(server.child.pid).states), 'it does not stop');
  const client = await Client.connect(server);
  client.socket.end(bytes(length));
  await until(
    async () => ((await endOf(port, client.local))?.unread ?? 0) >= Math.min(length, 16_384),
    'lost',
  );
  server.send('SIGCONT');
  if ((await client.read(length)) !== bytes(length)) throw new Error('what came early is lost');
  client.socket.destroy();
  await server.stop();
}

async function leaves(port, leave) {
  const server = await Server.start(port);
  const client = await Client.connect(server);
  client.socket.write('half a li');
  await client.taken();
  leave(client.socket);
  await next(server, 'next\n');
}

const SCENARIOS = [
  async (port) => quiet(await Server.start(port)),
  async (port) => {
    const server = await Server.start(port);
    const client = await Client.connect(server);
    await client.taken();
    await quiet(server, client);
    await client.echoes('ping\n');
  },
  async (port) => {
    const server = await Server.start(port);
    const client = await Client.connect(server);
    await client.echoes('hello\n');
    await server.stop();
    while (!client.ended) await client.read(1);
    client.socket.destroy();
    if ((await endOf(port, client.local))?.state !== '06') throw new Error('no TIME_WAIT');
    await Server.start(port);
  },
  async (port) => {
    await early(port, 512);
    await early(port + 1, 65_536);
  },
  async (port) => {
    const client = await Client.connect(await Server.start(port));
    await client.echoes(bytes(1 << 20));
  },
  (port) => Server.start(port),
  async (port) => {
    const client = await Client.connect(await Server.start(port));
    await client.echoes('hello, socket\n');
    await client.echoes('x\n');
  },
  async (port) => {
    const client = await Client.connect(await Server.start(port));
    for (const part of ['fra', 'gmen', 'ts\n']) await client.echoes(part);
  },
  async (port) => {
    const client = await Client.connect(await Server.start(port));
    client.socket.end('line\n');
    if ((await client.read(6)) !== 'line\n' || !client.ended) throw new Error('it does not close');
  },
  (port) => leaves(port, (socket) => socket.destroy()),
  (port) => leaves(port, (socket) => socket.resetAndDestroy()),
  async (port) => {
    const server = await Server.start(port);
    for (let n = 0; n < 5; n += 1) await next(server, 'one of five\n');
  },
];

process.on('exit', () => {
  for (const server of servers) server.send('SIGKILL');
  const { user, system } = process.cpuUsage();
  if (process.env.BENCH_USED) writeFileSync(process.env.BENCH_USED, String((user + system) / 1000));
});

/** Outside the ports that clients are given, two for each scenario. */
const first = 12_000 + 2 * Math.floor(Math.random() * 9_000);
const results = await Promise.allSettled(SCENARIOS.map((scenario, at) => scenario(first + 2 * at)));
for (const { reason } of results) if (reason) console.error(reason.message);
await Promise.all([...servers].map((server) => server.stop()));
process.exit(results.every(({ status }) => status === 'fulfilled') ? 0 : 1);
