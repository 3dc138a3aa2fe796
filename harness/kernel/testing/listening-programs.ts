import type { ReadyState } from '../../model/index.ts';

/** A Python program and how waiting for it must end. P is the given port, Q the given port with its bytes swapped. */
export interface ListeningCase {
  readonly name: string;
  readonly source: string;
  readonly state: ReadyState;
  /** Address that it is found on. */
  readonly address?: string;
  /** Part of the explanation. */
  readonly says?: RegExp;
  /** Milliseconds until the time is over. @default 60000 */
  readonly within?: number;
}

const HEAD = `
import socket, sys, time, os, threading
P = int(sys.argv[1]); Q = (P & 255) << 8 | P >> 8
def serve(host, port, family=socket.AF_INET, backlog=5):
    s = socket.socket(family); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((host, port)); s.listen(backlog); return s
def loop(s):
    while True: s.accept()[0].recv(10)
`;

function python(body: string): string {
  return HEAD + body;
}

/** Programs that listen, listen elsewhere, or do not listen. */
export const LISTENING_CASES: readonly ListeningCase[] = [
  {
    name: 'any address',
    source: python(`loop(serve('0.0.0.0', P))`),
    state: 'listening',
    address: '0.0.0.0',
  },
  {
    name: 'loopback',
    source: python(`loop(serve('127.0.0.1', P))`),
    state: 'listening',
    address: '127.0.0.1',
  },
  {
    name: 'dual stack',
    source: python(`loop(serve('::', P, socket.AF_INET6))`),
    state: 'listening',
    address: '::',
  },
  {
    name: 'IPv6 loopback',
    source: python(`loop(serve('::1', P, socket.AF_INET6))`),
    state: 'listening',
    address: '::1',
  },
  {
    name: 'backlog of none',
    source: python(`loop(serve('127.0.0.1', P, backlog=0))`),
    state: 'listening',
    address: '127.0.0.1',
  },
  {
    name: 'slow start',
    source: python(`time.sleep(0.9); loop(serve('', P))`),
    state: 'listening',
    address: '0.0.0.0',
  },
  {
    name: 'slow between socket and listen',
    source: python(`
s = socket.socket(); time.sleep(0.3); s.bind(('', P)); time.sleep(0.3); s.listen(); loop(s)`),
    state: 'listening',
    address: '0.0.0.0',
  },
  {
    name: 'another socket first',
    source: python(`a = serve('', Q); time.sleep(0.4); loop(serve('', P))`),
    state: 'listening',
    address: '0.0.0.0',
  },
  {
    name: 'in a child',
    source: python(`
if os.fork() == 0: loop(serve('', P))
os.wait()`),
    state: 'listening',
    address: '0.0.0.0',
  },
  {
    name: 'as a daemon',
    source: python(`
if os.fork(): sys.exit()
os.setsid()
if os.fork(): sys.exit()
time.sleep(0.2); loop(serve('', P))`),
    state: 'listening',
    address: '0.0.0.0',
  },
  {
    name: 'in a thread, the first one asleep',
    source: python(`
threading.Thread(target=lambda: loop(serve('', P))).start()
time.sleep(100)`),
    state: 'listening',
    address: '0.0.0.0',
  },
  { name: 'exits', source: python('sys.exit(3)'), state: 'exited' },
  { name: 'exits late', source: python('time.sleep(0.3); sys.exit(0)'), state: 'exited' },
  {
    name: 'another port',
    source: python(`loop(serve('', P + 1))`),
    state: 'other_port',
    says: /not on port/,
  },
  { name: 'htons forgotten', source: python(`loop(serve('', Q))`), state: 'swapped_port', says: /swapped/ },
  {
    name: 'another address',
    source: python(`loop(serve('127.0.0.2', P))`),
    state: 'other_address',
    says: /127\.0\.0\.2/,
  },
  {
    name: 'another port, never accepts',
    source: python(`s = serve('', P + 1); input()`),
    state: 'other_port',
  },
  {
    name: 'UDP',
    source: python(`
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('', P)); s.recvfrom(100)`),
    state: 'udp',
    says: /UDP/,
  },
  {
    name: 'bound, never listens',
    source: python(`s = socket.socket(); s.bind(('', P)); threading.Event().wait()`),
    state: 'no_listen',
    says: /descriptor 3.*another thread/,
  },
  {
    name: 'waits for input',
    source: python(`input(); loop(serve('', P))`),
    state: 'waits_on_stdin',
    says: /standard input/,
  },
  {
    name: 'a child waits for input',
    source: python(`import subprocess; subprocess.run(['cat']); loop(serve('', P))`),
    state: 'waits_on_stdin',
  },
  {
    name: 'sleeps for long',
    source: python('time.sleep(100)'),
    state: 'starting',
    says: /sleep/,
    within: 5000,
  },
  {
    name: 'wakes now and then',
    source: python('while True: time.sleep(0.3)'),
    state: 'starting',
    within: 5000,
  },
  { name: 'computes', source: python('while True: pass'), state: 'starting', says: /runs/, within: 5000 },
];
