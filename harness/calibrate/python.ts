import { catalogue, either, inItsOwnProcess, insert, move, put, replace } from './mutation.ts';
import {
  closesAnyway,
  closing,
  fewBytes,
  givesUp,
  neverHasMore,
  noReuseaddr,
  onConnection,
  oneShot,
  REUSE,
  receives,
  receivings,
  replies,
  sends,
  sendsNoLowerCase,
  sendsOwnText,
  spinning,
  stripsAnyway,
  unlessPolling,
} from './python-changes.ts';
import { address, DATAGRAMS, insertAt, once, POLLS, reply } from './python-places.ts';

const BIND = /^\s*(\w[\w.]*)\.bind\(/;
const LISTENS = /\.bind\(|\w*Server\(\(|\.(?:start|create)_server\(/;
const LISTEN = /^\s*(\w[\w.]*)\.listen\(/;
const ACCEPT = /^\s*(\w+)\s*,\s*\w+\s*=\s*\w[\w.]*\.accept\(\)/;
const END =
  /^([ \t]*)(if (?:not \w+|\w+ == b(?:''|"")|len\(\w+\) == 0):)[ \t]*(?:\n[ \t]+)?(?:break|return)[ \t]*\n/m;
const WALRUS = /\bwhile\s+\(?(\w+\s*:=\s*await [\w.]+\([^()]*\)|\w+\s*:=\s*[\w.]+\([^()]*\))\)?:/;
const HANDLES =
  /except (?:\([^)]*\b(?:OS|Connection\w*)Error\b[^)]*\)|(?:OS|Connection\w*)Error\b|Exception\b)/g;
const SEPARATE = /\basyncio\b|\bthreading\b|\bThread\w*\b|\bfork\b|\bmultiprocessing\b|\bsocketserver\b/;

const ACCEPTS = /\.accept\(|\bsocketserver\b|start_server|create_server/;

/** Bugs of Python programs that talk over sockets. */
export const PYTHON = catalogue('python', [
  ['no-reuseaddr', 'It does not set SO_REUSEADDR.', noReuseaddr],
  ['reuseaddr-after-bind', 'It sets SO_REUSEADDR only after bind().', move(REUSE, BIND)],
  [
    'reuseaddr-zero',
    'It sets SO_REUSEADDR to 0.',
    replace(/(SO_REUSEADDR,\s*)1\)/, (_, head) => `${head}0)`),
  ],
  [
    'reuseaddr-on-accepted',
    'It sets SO_REUSEADDR on the accepted socket instead of the listening one.',
    (source) => {
      const option = REUSE.exec(source)?.[0]
        .trim()
        .replace(/^[\w.]*(?=\.setsockopt)/, '');
      return insert('after', ACCEPT, `$1${option}`)(source.replace(REUSE, ''));
    },
  ],
  [
    'reuseport-instead',
    'It sets SO_REUSEPORT instead of SO_REUSEADDR.',
    replace(/SO_REUSEADDR/, 'SO_REUSEPORT'),
    'SO_REUSEPORT lets the same user bind a port in TIME_WAIT again as well',
  ],
  ['other-port', 'It listens on the next port.', address('HOST', 'PORT + 1')],
  ['any-port', 'It lets the system choose the port.', address('HOST', '0')],
  ['other-address', 'It binds 127.0.0.2.', address('"127.0.0.2"', 'PORT')],
  ['no-listen', 'It does not call listen().', replace(/^(\s*)\w[\w.]*\.listen\(.*$/m, '$1pass')],
  ['udp', 'It makes a UDP socket.', replace(/SOCK_STREAM/, 'SOCK_DGRAM')],
  [
    'waits-for-input',
    'It asks something on standard input before it binds.',
    (source) =>
      LISTENS.test(source) ? insertAt(source, source.search(LISTENS), 'before', 'input()') : undefined,
  ],
  ['exits-after-listen', 'It ends right after listen().', insert('after', LISTEN, 'raise SystemExit(0)')],
  ['one-shot', 'It serves one client and exits.', oneShot],
  [
    'one-shot-and-hangs',
    'It serves one client and then does nothing any more.',
    (source) => {
      const changed = oneShot(source);
      return changed === undefined ? undefined : `${changed}\n__import__("time").sleep(9999)\n`;
    },
  ],
  [
    'recv-once',
    'It calls recv() once for each client.',
    receivings(({ start }, source) => once(source, start, 'client')),
  ],
  [
    'small-buffer',
    'It receives at most 16 bytes at a time.',
    fewBytes,
    (source) =>
      DATAGRAMS.test(source)
        ? undefined
        : 'where recv() is called again, a small buffer only makes more calls',
  ],
  ['decodes', 'It decodes what it receives as UTF-8 and encodes it again.', receives('.decode().encode()')],
  [
    'ignores-bad-characters',
    'It drops bytes that are no UTF-8.',
    receives('.decode(errors="ignore").encode()'),
  ],
  ['strips', 'It strips what it receives.', receives('.strip()'), stripsAnyway],
  ['strips-newline', 'It takes the newline off.', receives('.rstrip(b"\\n")'), stripsAnyway],
  ['upper-case', 'It answers in upper case.', sends('DATA.upper()'), sendsNoLowerCase],
  ['extra-nul', 'It sends a NUL after the reply.', sends('DATA + b"\\0"')],
  ['extra-newline', 'It sends a newline after the reply.', sends('DATA + b"\\n"')],
  ['prefix', 'It sends a word before the reply.', sends('b"echo: " + DATA')],
  [
    'cuts',
    'It sends only the first 500 bytes of what it has.',
    sends('DATA[:500]'),
    either(sendsOwnText, neverHasMore(500)),
  ],
  ['drops-last-byte', 'It sends one byte too few.', sends('DATA[:-1]')],
  ['sends-twice', 'It sends everything twice.', sends('DATA * 2')],
  [
    'send-for-sendall',
    'It calls send() and does not look at what it returns.',
    (source) =>
      replace(/\.sendall\(/, '.send(')(source) ??
      replies((call, text) =>
        call.name.endsWith('.send') ? put(`(${call.text}, len(${call.what}))[1]`, call, text) : undefined,
      )(source),
    (source) =>
      POLLS.test(source) || /settimeout/.test(source)
        ? 'it shows only once more bytes wait than the send buffer holds (megabytes, or a client that reads late)'
        : 'send() on a blocking socket sends everything, however much that is',
  ],
  [
    'no-eof-check',
    'It does not notice that the client is done.',
    (source) => replace(END, '')(source) ?? replace(WALRUS, 'while ($1) is not None:')(source),
  ],
  [
    'exits-at-eof',
    'It exits when a client is done.',
    (source) =>
      replace(END, '$1$2\n$1    __import__("os")._exit(0)\n')(source) ??
      replace(WALRUS, 'while ($1) or __import__("os")._exit(0):')(source),
    inItsOwnProcess,
  ],
  [
    'no-reply',
    'It sends nothing.',
    replies((call, source) => put(call.name.endsWith('.send') ? `len(${call.what})` : 'None', call, source)),
  ],
  [
    'closes-before-reply',
    'It closes the connection before it replies.',
    onConnection(({ object, start }, source) => insertAt(source, start, 'before', closing(object, source))),
  ],
  [
    'closes-after-reply',
    'It closes the connection after the first reply.',
    onConnection(({ object, end }, source) => insertAt(source, end, 'after', closing(object, source))),
    closesAnyway,
  ],
  [
    'no-close',
    'It does not close the connection.',
    replace(/^(\s*)(?!s\b|sock\b|server\b)\w[\w.]*\.close\(\)/gm, '$1pass'),
    'Python closes a socket by itself once nothing refers to it',
  ],
  [
    'replies-before-recv',
    'It sends something before it has received anything.',
    receivings(({ start }, source) => {
      const call = reply(source);
      if (!call || call.method === 'sendto') return undefined;
      return insertAt(source, start, 'before', `${call.name}(b"hello\\n")`);
    }),
  ],
  [
    'discards-first',
    'It discards what it receives first.',
    receivings(({ text, start }, source) => insertAt(source, start, 'before', text)),
  ],
  [
    'new-reader-each-time',
    'It makes a new buffered reader for each line.',
    replace(/(\w[\w.]*)\.recv\([^()]*\)/, '$1.makefile("rb").readline()'),
  ],
  ['gives-up', 'It waits for a client for a tenth of a second at most.', unlessPolling(givesUp)],
  [
    'busy-accept',
    'It calls accept() again and again without waiting.',
    unlessPolling(spinning(/^([ \t]*)(\w+\s*,\s*\w+)\s*=\s*(\w[\w.]*)\.(accept\(\))/m)),
  ],
  [
    'busy-recv',
    'It calls recv() again and again without waiting.',
    unlessPolling(spinning(/^([ \t]*)(\w+)\s*=\s*(\w[\w.]*)\.(recv\([^()]*\))/m)),
  ],
  [
    'busy-wait',
    'It asks again and again which socket is ready, without waiting.',
    (source) =>
      replace(/(\bselect\.select\([^()]*)\)/, '$1, 0)')(source) ??
      replace(/\.(select|poll)\(\w*\)/, '.$1(0)')(source),
  ],
  [
    'dies-at-reset',
    'It does not handle a client that aborts.',
    (source) =>
      ACCEPTS.test(source)
        ? replace(HANDLES, 'except ZeroDivisionError')(source)
        : { why: 'it has no clients that could abort a connection' },
    (source) =>
      SEPARATE.test(source) ? 'where each client has a thread or task of its own, only that ends' : undefined,
  ],
  [
    'name-error',
    'It uses a name that is not defined, once it has received something.',
    replies(({ start }, source) => insertAt(source, start, 'before', 'undefined_name')),
  ],
]);
