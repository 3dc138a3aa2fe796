import { catalogue, insert, move, replace } from './mutation.ts';

const REUSE = /^[ \t]*(\w[\w.]*)\.setsockopt\(.*SO_REUSEADDR.*$/m;
const BIND = /^\s*(\w[\w.]*)\.bind\(/;
const LISTEN = /^\s*(\w[\w.]*)\.listen\(/;
const ACCEPT = /^\s*(\w+)\s*,\s*\w+\s*=\s*\w[\w.]*\.accept\(\)/;
const RECEIVE = /^\s*(\w+)\s*=\s*(\w[\w.]*)\.recv\(/;
const SEND = /\.sendall\((.*)\)/;
const SEND_LINE = /^\s*(\w[\w.]*)\.sendall\(/;
const END =
  /^([ \t]*)(if (?:not \w+|\w+ == b(?:''|"")|len\(\w+\) == 0):)[ \t]*(?:\n[ \t]+)?(?:break|return)[ \t]*\n/m;

/** What is sent, changed. */
const sends = (changed: string) =>
  replace(SEND, (_, what) => `.sendall(${changed.replace('DATA', `(${what})`)})`);
/** What is received, changed. */
const receives = (suffix: string) => replace(/(\.recv\([^()]*\))/, (_, call) => `${call}${suffix}`);
const address = (host: string, port: string) =>
  replace(/\.bind\(\((.+),\s*(.+)\)\)/, (_, oldHost, oldPort) => {
    return `.bind((${host.replace('HOST', oldHost)}, ${port.replace('PORT', `(${oldPort})`)}))`;
  });

/** The loop around one call becomes a single turn. */
function once(call: RegExp): (source: string) => string | undefined {
  return (source) => {
    const lines = source.split('\n');
    const inside = lines.findIndex((line) => call.test(line));
    const indent = (line: string) => /^\s*/.exec(line)?.[0].length ?? 0;
    const at = lines.findLastIndex(
      (line, index) =>
        index < inside && /^\s*while\b.*:/.test(line) && indent(line) < indent(lines[inside] ?? ''),
    );
    const accepts = lines.findIndex((line) => /\.accept\(\)/.test(line));
    // A loop that holds accept() as well is not the one around recv().
    const other = !call.test(lines[accepts] ?? '') && at !== -1 && accepts > at && accepts < inside;
    if (at === -1 || other) return undefined;
    lines[at] = (lines[at] ?? '').replace(/while\b.*:/, 'for once in range(1):');
    return lines.join('\n');
  };
}

/** Asks again and again, without waiting. */
const spinning = (call: RegExp) =>
  replace(call, (_, indent, result, socket, method) =>
    [
      `${indent}while True:`,
      `${indent}    ${socket}.setblocking(False)`,
      `${indent}    try:`,
      `${indent}        ${result} = ${socket}.${method}`,
      `${indent}        break`,
      `${indent}    except BlockingIOError:`,
      `${indent}        pass`,
      `${indent}    finally:`,
      `${indent}        ${socket}.setblocking(True)`,
    ].join('\n'),
  );

/** Bugs of Python servers. */
export const PYTHON = catalogue('python', [
  ['no-reuseaddr', 'It does not set SO_REUSEADDR.', replace(REUSE, '')],
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
    insert('before', BIND, 'input()'),
  ],
  ['exits-after-listen', 'It ends right after listen().', insert('after', LISTEN, 'raise SystemExit(0)')],
  ['one-shot', 'It serves one client and exits.', once(ACCEPT)],
  [
    'one-shot-and-hangs',
    'It serves one client and then does nothing any more.',
    (source) => {
      const changed = once(ACCEPT)(source);
      return changed === undefined ? undefined : `${changed}\n__import__("time").sleep(9999)\n`;
    },
  ],
  ['recv-once', 'It calls recv() once for each client.', once(RECEIVE)],
  [
    'small-buffer',
    'It receives at most 16 bytes at a time.',
    replace(/\.recv\([^()]*\)/, '.recv(16)'),
    'where recv() is called again, a small buffer only makes more calls',
  ],
  ['decodes', 'It decodes what it receives as UTF-8 and encodes it again.', receives('.decode().encode()')],
  [
    'ignores-bad-characters',
    'It drops bytes that are no UTF-8.',
    receives('.decode(errors="ignore").encode()'),
  ],
  ['strips', 'It strips what it receives.', receives('.strip()')],
  ['strips-newline', 'It takes the newline off.', receives('.rstrip(b"\\n")')],
  ['upper-case', 'It answers in upper case.', sends('DATA.upper()')],
  ['extra-nul', 'It sends a NUL after the reply.', sends('DATA + b"\\0"')],
  ['extra-newline', 'It sends a newline after the reply.', sends('DATA + b"\\n"')],
  ['prefix', 'It sends a word before the reply.', sends('b"echo: " + DATA')],
  ['cuts', 'It sends only the first 1,000 bytes of what it has.', sends('DATA[:1000]')],
  ['drops-last-byte', 'It sends one byte too few.', sends('DATA[:-1]')],
  ['sends-twice', 'It sends everything twice.', sends('DATA * 2')],
  [
    'send-for-sendall',
    'It calls send() and does not look at what it returns.',
    replace(/\.sendall\(/, '.send('),
    'send() on a blocking socket sends everything, however much that is',
  ],
  ['no-eof-check', 'It does not notice that the client is done.', replace(END, '')],
  [
    'exits-at-eof',
    'It exits when a client is done.',
    replace(END, '$1$2\n$1    __import__("os")._exit(0)\n'),
  ],
  ['no-reply', 'It sends nothing.', replace(/^(\s*)\w[\w.]*\.sendall\(.*$/m, '$1pass')],
  [
    'closes-before-reply',
    'It closes the connection before it replies.',
    insert('before', SEND_LINE, '$1.close()'),
  ],
  [
    'closes-after-reply',
    'It closes the connection after the first reply.',
    insert('after', SEND_LINE, '$1.close()'),
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
    insert('before', RECEIVE, '$2.sendall(b"hello\\n")'),
  ],
  ['discards-first', 'It throws away what came first.', insert('before', RECEIVE, '$2.recv(4096)')],
  [
    'new-reader-each-time',
    'It makes a new buffered reader for each line.',
    replace(/(\w[\w.]*)\.recv\([^()]*\)/, '$1.makefile("rb").readline()'),
  ],
  [
    'gives-up',
    'It waits for a client for a tenth of a second at most.',
    insert('before', RECEIVE, '$2.settimeout(0.1)'),
  ],
  [
    'busy-accept',
    'It calls accept() again and again without waiting.',
    spinning(/^([ \t]*)(\w+\s*,\s*\w+)\s*=\s*(\w[\w.]*)\.(accept\(\))/m),
  ],
  [
    'busy-recv',
    'It calls recv() again and again without waiting.',
    spinning(/^([ \t]*)(\w+)\s*=\s*(\w[\w.]*)\.(recv\([^()]*\))/m),
  ],
  [
    'dies-at-reset',
    'It does not handle a client that breaks off.',
    replace(
      /except (?:OSError|ConnectionError|ConnectionResetError|Exception)\b/g,
      'except ZeroDivisionError',
    ),
    'where each client has a thread of its own, only that thread dies',
  ],
  [
    'name-error',
    'It uses a name that is not defined, once it has received something.',
    insert('after', RECEIVE, 'undefined_name'),
  ],
]);
