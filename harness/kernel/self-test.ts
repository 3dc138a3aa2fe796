import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { callOf } from './linux/call.ts';
import { socketsOf } from './linux/descriptors.ts';
import type { LinuxOptions } from './linux/kernel.ts';
import { memoryOf } from './linux/memory.ts';
import { readText } from './linux/proc.ts';
import { childrenOf, statOf } from './linux/processes.ts';
import { openV6Sockets } from './linux/socket-counts.ts';
import { Tables } from './linux/tables.ts';
import { parseStatus } from './linux/threads.ts';
import { poll } from './time.ts';
import { TOOL_ENVIRONMENT } from './tool.ts';

const LIMIT_MS = 1500;
const MARKER = 'SOCKET_GRADER_SELF_TEST=1';
const PROBE = 'probe';
/** With it a child ends with the grader, also while it is stopped; see setpriv(1). */
const SETPRIV = '/usr/bin/setpriv';

interface Probe {
  readonly ok: boolean;
  /** What can't be seen when it is not, with the reason. */
  readonly lost: string;
}

/** Finds out by trying what /proc shows on this machine; takes some 20 ms, up to seconds where things are missing. */
export async function linuxSelfTest(): Promise<LinuxOptions> {
  const [sockets, child, countsV6] = await Promise.all([testSockets(), testChild(), testCounts()]);
  const probes: { readonly [name: string]: Probe } = { ...sockets, ...child };
  const ok = (...wanted: string[]) => wanted.every((name) => probes[name]?.ok ?? false);
  return {
    can: {
      listeners: ok('row', 'inode'),
      states: ok('row'),
      unread: ok('row', 'unread'),
      calls: ok('row', 'inode', 'call', 'counters', 'memory'),
      cpu: ok('cpu'),
      descendants: ok('parents'),
    },
    unseen: Object.values(probes).flatMap((probe) => (probe.ok ? [] : [probe.lost])),
    childrenFile: ok('children'),
    countsV6,
  };
}

async function testSockets(): Promise<{ [name: string]: Probe }> {
  const server = createServer({ pauseOnConnect: true });
  const accepted: Socket[] = [];
  server.on('connection', (socket) => accepted.push(socket));
  let client: Socket | undefined;
  try {
    const port = await listen(server);
    client = await connect(port);
    await new Promise((resolve) => client?.write(PROBE, resolve));
    const from = client.localPort ?? 0;
    const rows = await new Tables().ofSockets(4).catch(() => []);
    const row = rows.find((each) => each.state === 'LISTEN' && each.localPort === port);
    const end = rows.find((each) => each.localPort === port && each.remotePort === from);
    return {
      row: { ok: row !== undefined, lost: 'sockets and their states: /proc/net/tcp does not show our own' },
      inode: {
        ok: row !== undefined && socketsOf(process.pid).has(row.inode),
        lost: 'which program listens where: /proc/PID/fd does not lead to the rows of /proc/net/tcp',
      },
      unread: {
        ok: end?.rxQueue === PROBE.length,
        lost: 'bytes that a program has not read: /proc/net/tcp does not count them',
      },
    };
  } catch (error) {
    return { row: { ok: false, lost: `sockets: the loopback interface does not work (${String(error)})` } };
  } finally {
    client?.destroy();
    for (const socket of accepted) socket.destroy();
    server.close();
  }
}

/** Is a socket of IPv6 counted? Not, where there is no IPv6. */
async function testCounts(): Promise<boolean> {
  const server = createServer();
  try {
    await listen(server, '::1');
    return (openV6Sockets() ?? 0) > 0;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}

function connect(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1' }, () => resolve(socket));
    socket.once('error', reject);
  });
}

async function testChild(): Promise<{ [name: string]: Probe }> {
  const [command = '', ...args] = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'SIGKILL', 'cat'] : ['cat'];
  const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'ignore'], env: markedEnvironment() });
  const failed = new Promise<null>((resolve) => child.once('error', () => resolve(null)));
  try {
    if (child.pid === undefined)
      return { call: { ok: false, lost: 'system calls: there is no cat to try on' } };
    return (await Promise.race([testPid(child, child.pid), failed])) ?? {};
  } finally {
    child.kill('SIGKILL');
  }
}

function markedEnvironment(): NodeJS.ProcessEnv {
  const [name, value] = MARKER.split('=');
  return { ...TOOL_ENVIRONMENT, ...(name ? { [name]: value } : {}) };
}

async function testPid(child: ChildProcess, pid: number): Promise<{ [name: string]: Probe }> {
  const call = await until(() => readsStandardInput(pid));
  const status = parseStatus(readText(`/proc/${pid}/status`) ?? '');
  const [run] = (readText(`/proc/${pid}/schedstat`) ?? '').split(' ').map(Number);
  const environment = (readText(`/proc/${pid}/environ`) ?? '').split('\0');
  const buffer = call?.[1];
  const results = {
    call: {
      ok: call !== null,
      lost: 'system calls that a program sleeps in: /proc/PID/syscall does not show them',
    },
    memory: {
      ok: buffer !== undefined && memoryOf(pid, pid, buffer, 1) !== null,
      lost: 'what poll and select wait for: /proc/PID/mem may not be read',
    },
    counters: {
      ok: (status?.voluntary ?? 0) > 0,
      lost: 'context switches: /proc/PID/status does not count them',
    },
    cpu: { ok: (run ?? 0) > 0, lost: 'processor time: /proc/PID/schedstat does not show it' },
    children: {
      ok: childrenOf(process.pid).includes(pid),
      lost: 'the list of children, found by parents instead',
    },
    parents: {
      ok: statOf(`/proc/${pid}`)?.parent === process.pid,
      lost: 'what a program started: /proc/PID/stat',
    },
    marker: {
      ok: environment.includes(MARKER),
      lost: 'processes that left the tree: /proc/PID/environ is closed',
    },
  };
  child.kill('SIGSTOP');
  const stopped = await until(() => statOf(`/proc/${pid}`)?.state === 'T' || null);
  return {
    ...results,
    stop: { ok: stopped === true, lost: 'whether a program is stopped: no state T after SIGSTOP' },
  };
}

/** Arguments of the call in which `cat` waits for input, or null. */
function readsStandardInput(pid: number): readonly bigint[] | null {
  const call = callOf(pid, pid);
  return call.kind === 'call' && /^(read|splice)$/.test(call.name) && call.args[0] === 0n ? call.args : null;
}

function until<T>(ask: () => T | null): Promise<T | null> {
  const end = performance.now() + LIMIT_MS;
  const { signal } = new AbortController();
  return poll(ask, { deadline: () => performance.now() > end, signal, everyMs: 1 });
}
