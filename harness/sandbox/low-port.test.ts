import { spawnSync } from 'node:child_process';
import { CONTAINER } from '../testing/abuse.ts';
import { canIsolate } from '../testing/can-isolate.ts';
import { grantingPort } from './low-port.ts';
import { dropTo } from './uid.ts';

const USER = 60_549;
const BINDS = `import os, socket, sys
for port in (81, 83, 0):
    s = socket.socket()
    try: s.bind(("127.0.0.1", port)); print(port, "ok")
    except OSError as error: print(port, error.errno)
    if port == 81: first = s
try: socket.socket().bind(("127.0.0.1", 81))
except OSError as error: print(error.errno)
print(open("/proc/self/status").read().split("CapPrm:")[1].split()[0])
`;

const reason = canIsolate({ grader: 'container', level: 'uid' });
if (reason !== undefined) process.stderr.write(`Not tried to grant a port: ${reason}.\n`);

(reason === undefined ? test : test.skip)('a program gets the given port, no other one, and no right', () => {
  const command = [...(grantingPort(USER, 81) ?? []), ...dropTo(USER), '/usr/bin/python3', '-c', BINDS];
  const { stdout, stderr } = spawnSync('setpriv', [`--bounding-set=${CONTAINER}`, '--', ...command], {
    encoding: 'utf8',
  });
  const own = spawnSync('cat', ['/proc/sys/net/ipv4/ip_unprivileged_port_start'], { encoding: 'utf8' });
  const other = Number(own.stdout) <= 83 ? '83 ok' : '83 13';
  expect([stdout, stderr]).toEqual([`81 ok\n${other}\n0 ok\n98\n0000000000000000\n`, '']);
});
