import type { BlockedState } from '../../model/index.ts';
import { ASYNCIO, C_HEAD, JAVA, JAVA_NIO, NODE, PYTHON_HEAD, SELECTOR, SPIN } from './server-sources.ts';

/** A server, what it is asked about, and what it must be seen to do. */
export interface BlockedCase {
  readonly name: string;
  readonly language: 'python' | 'c' | 'node' | 'java';
  readonly source: string;
  readonly target: 'listener' | 'connection';
  readonly state: BlockedState;
  /** Part of the explanation. */
  readonly says?: RegExp;
  /** Milliseconds until the time is over. @default 60000 */
  readonly within?: number;
  /** The client leaves while it is watched. */
  readonly leaves?: boolean;
}

function python(name: string, target: BlockedCase['target'], state: BlockedState, body: string): BlockedCase {
  return { name: `Python, ${name}`, language: 'python', source: PYTHON_HEAD + body, target, state };
}

/** A server that makes its own sockets. */
function bare(name: string, target: BlockedCase['target'], state: BlockedState, body: string): BlockedCase {
  return { ...python(name, target, state, ''), source: `NO = 1${PYTHON_HEAD}${body}` };
}

function c(name: string, target: BlockedCase['target'], state: BlockedState, body: string): BlockedCase {
  return { name: `C, ${name}`, language: 'c', source: C_HEAD + body, target, state };
}

/** Servers that wait for reading in all the usual ways, and such that do something else. */
export const BLOCKED_CASES: readonly BlockedCase[] = [
  python('accept', 'listener', 'blocked', 's.accept()'),
  python(
    'accept with a time limit',
    'listener',
    'blocked',
    `
s.settimeout(0.1)
while True:
    try: s.accept()
    except TimeoutError: pass`,
  ),
  python('select', 'listener', 'blocked', 'select.select([s], [], [])'),
  python(
    'select with a time limit',
    'listener',
    'blocked',
    'while not select.select([s], [], [], 0.05)[0]: pass',
  ),
  python('poll', 'listener', 'blocked', 'p = select.poll(); p.register(s, select.POLLIN); p.poll()'),
  python('selectors', 'listener', 'blocked', SELECTOR),
  python('recv', 'connection', 'blocked', 's.accept()[0].recv(10)'),
  python(
    'recv with a time limit',
    'connection',
    'blocked',
    `
c = s.accept()[0]; c.settimeout(0.1)
while True:
    try: c.recv(10)
    except TimeoutError: pass`,
  ),
  python('readline of a file', 'connection', 'blocked', `s.accept()[0].makefile('rb').readline()`),
  python('selectors', 'connection', 'blocked', SELECTOR),
  python(
    'recv in a thread',
    'connection',
    'blocked',
    `
while True: threading.Thread(target=s.accept()[0].recv, args=[10]).start()`,
  ),
  python(
    'recv in a child',
    'connection',
    'blocked',
    `
while True:
    c = s.accept()[0]
    if os.fork() == 0: c.recv(10); os._exit(0)
    c.close()`,
  ),
  bare('asyncio', 'listener', 'blocked', ASYNCIO),
  bare('asyncio', 'connection', 'blocked', ASYNCIO),
  bare(
    'socketserver',
    'listener',
    'blocked',
    `
socketserver.TCPServer.allow_reuse_address = True
socketserver.TCPServer(('', P), socketserver.StreamRequestHandler).serve_forever()`,
  ),
  c('accept', 'listener', 'blocked', 'int main(int n, char **v) { serve(v); accept(s, 0, 0); }'),
  c('read', 'connection', 'blocked', 'int main(int n, char **v) { serve(v); read(accept(s, 0, 0), b, 10); }'),
  c(
    'poll with a time limit',
    'listener',
    'blocked',
    `
int main(int n, char **v) { serve(v); struct pollfd p = {s, POLLIN}; while (poll(&p, 1, 100) == 0); }`,
  ),
  c(
    'epoll',
    'connection',
    'blocked',
    `
int main(int n, char **v) { serve(v); int e = epoll_create1(0); struct epoll_event x = {.events = EPOLLIN | EPOLLET};
  int c = accept(s, 0, 0); epoll_ctl(e, EPOLL_CTL_ADD, c, &x); epoll_wait(e, &x, 1, -1); }`,
  ),
  c(
    'the first thread gone',
    'connection',
    'blocked',
    `
static void *run(void *x) { read(accept(s, 0, 0), b, 10); return x; }
int main(int n, char **v) { pthread_t t; serve(v); pthread_create(&t, 0, run, 0); pthread_exit(0); }`,
  ),
  { name: 'Node', language: 'node', source: NODE, target: 'listener', state: 'blocked' },
  { name: 'Node', language: 'node', source: NODE, target: 'connection', state: 'blocked' },
  { name: 'Java, ServerSocket', language: 'java', source: JAVA, target: 'listener', state: 'blocked' },
  { name: 'Java, ServerSocket', language: 'java', source: JAVA, target: 'connection', state: 'blocked' },
  { name: 'Java, Selector', language: 'java', source: JAVA_NIO, target: 'listener', state: 'blocked' },
  { name: 'Java, Selector', language: 'java', source: JAVA_NIO, target: 'connection', state: 'blocked' },
  { ...python('spins on accept', 'listener', 'spinning', SPIN), says: /non-blocking/ },
  {
    ...python(
      'spins on accept',
      'connection',
      'spinning',
      `c = s.accept()[0]; s = c; c.setblocking(False)
while True:
    try: c.recv(10)
    except BlockingIOError: pass`,
    ),
  },
  c(
    'spins on recv',
    'connection',
    'spinning',
    `
int main(int n, char **v) { serve(v); int c = accept(s, 0, 0); while (recv(c, b, 10, MSG_DONTWAIT) < 0); }`,
  ),
  c(
    'spins on end of file',
    'connection',
    'spinning',
    `
int main(int n, char **v) { serve(v); int c = accept(s, 0, 0); for (;;) read(c, b, 10); }`,
  ),
  {
    ...python('sleeps between tries', 'listener', 'polling', `${SPIN.replace('pass', 'time.sleep(0.02)')}`),
    says: /between tries/,
  },
  { ...python('waits for input', 'listener', 'elsewhere', 'input()'), says: /standard input/ },
  {
    ...python('waits for another client', 'connection', 'not_accepted', 's.accept()[0].recv(10)'),
    says: /not accepted/,
  },
  {
    ...python('waits for input with a client', 'connection', 'elsewhere', 'c = s.accept()[0]; input()'),
    says: /standard input/,
  },
  { ...python('sleeps', 'listener', 'elsewhere', 'time.sleep(100)'), says: /sleep/, within: 1500 },
  { ...python('leaves', 'listener', 'exited', 'time.sleep(1)') },
  {
    ...python(
      'closes',
      'connection',
      'closed',
      'c = s.accept()[0]; time.sleep(0.1); c.close(); time.sleep(100)',
    ),
  },
  {
    ...python('stops listening', 'listener', 'elsewhere', 'time.sleep(1); s.close(); time.sleep(100)'),
    says: /any more/,
  },
];
