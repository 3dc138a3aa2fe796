import { type Call, calls, catalogue, replace, replaceCall } from './mutation.ts';

const RECEIVE = /recv|read/;
const SEND = /send_all|sendall|write_all|writen|send|write/;

/** The call that receives from a client. */
function receiving(source: string): Call | undefined {
  return calls(source, RECEIVE).find(({ args }) => args.length >= 3);
}

/** Changes the call in which the client gets its reply: on the socket from which was received. */
function sends(make: (call: Call, buffer: string) => string): (source: string) => string | undefined {
  return (source) => {
    const from = receiving(source);
    return replaceCall(SEND, (call) => {
      if (!from || call.args[0] !== from.args[0] || call.args.length < 3) return undefined;
      return make(call, from.args[1] ?? '');
    })(source);
  };
}

/** The reply with another length. */
const length = (make: (length: string, buffer: string) => string) =>
  sends(({ name, args: [socket = '', what = '', size = '', ...more] }, buffer) => {
    return `${name}(${[socket, what, make(size, buffer), ...more].join(', ')})`;
  });

const receives = (make: (call: Call) => string) =>
  replaceCall(RECEIVE, (call) => (call.args.length >= 3 ? make(call) : undefined));

/** A value computed in several statements (a GNU extension). */
const value = (statements: string) => `({ ${statements} })`;

const including = (header: string, apply: (source: string) => string | undefined) => (source: string) => {
  const changed = apply(source);
  return changed === undefined ? undefined : `#include <${header}>\n${changed}`;
};

/** The head of the innermost loop around a call becomes one of a single turn. */
function once(name: RegExp): (source: string) => string | undefined {
  return (source) => {
    const [call] = calls(source, name).filter(({ args }) => args.length >= 3);
    if (!call) return undefined;
    const loops = [...calls(source, /while/), ...calls(source, /for/)].sort((a, b) => a.start - b.start);
    const loop = loops.findLast(({ start }) => start < call.start);
    if (!loop) return undefined;
    const condition =
      loop.name === 'while' && loop.args[0] !== '1' ? loop.text.slice(loop.name.length).trim() : '1';
    // The loop of accept() is not the one around recv().
    const between = source.slice(loop.end, call.start);
    if (!name.test('accept') && calls(between, /accept/).length > 0) return undefined;
    const head = `for (int once_ = 1; once_ && ${condition}; once_ = 0)`;
    return source.slice(0, loop.start) + head + source.slice(loop.end);
  };
}

const reuse = (make: (call: Call, source: string) => string | undefined) =>
  replaceCall(/setsockopt/, (call, source) =>
    call.args.includes('SO_REUSEADDR') ? make(call, source) : undefined,
  );

/** Bugs of C servers. */
export const C = catalogue('c', [
  ['no-reuseaddr', 'It does not set SO_REUSEADDR.', reuse(() => '0')],
  [
    'reuseaddr-after-bind',
    'It sets SO_REUSEADDR only after bind().',
    (source) => {
      const call = calls(source, /setsockopt/).find(({ args }) => args.includes('SO_REUSEADDR'));
      const without = reuse(() => '0')(source);
      return call && without && replaceCall(/listen/, ({ text }) => `(${call.text}, ${text})`)(without);
    },
  ],
  [
    'reuseaddr-zero',
    'It sets SO_REUSEADDR to 0.',
    (source) => {
      const call = calls(source, /setsockopt/).find(({ args }) => args.includes('SO_REUSEADDR'));
      const name = /&\s*(\w+)/.exec(call?.args[3] ?? '')?.[1];
      return name && replace(new RegExp(`(\\b${name}\\s*=\\s*)1\\b`), (_, head) => `${head}0`)(source);
    },
  ],
  ['no-htons', 'It forgets htons().', replaceCall(/htons/, ({ args }) => `(${args[0]})`)],
  [
    'other-port',
    'It listens on the next port.',
    replaceCall(/htons/, ({ args }) => `htons((${args[0]}) + 1)`),
  ],
  ['other-address', 'It binds 127.0.0.2.', replace(/INADDR_(?:LOOPBACK|ANY)\b/, '0x7f000002')],
  ['no-listen', 'It does not call listen().', replaceCall(/listen/, () => '0')],
  ['udp', 'It makes a UDP socket.', replace(/SOCK_STREAM/, 'SOCK_DGRAM')],
  [
    'waits-for-input',
    'It reads standard input before it binds.',
    replaceCall(/bind/, ({ text }) => `(getchar(), ${text})`),
  ],
  ['one-shot', 'It serves one client and exits.', once(/accept/)],
  ['recv-once', 'It calls recv() once for each client.', once(RECEIVE)],
  [
    'small-buffer',
    'It receives at most 16 bytes at a time.',
    receives(
      ({ name, args: [socket, buffer, , ...more] }) =>
        `${name}(${[socket, buffer, '16', ...more].join(', ')})`,
    ),
    'where recv() is called again, a small buffer only makes more calls',
  ],
  [
    'no-eof-check',
    'It takes 0 from recv() for data.',
    replace(/((?:recv|read)\([^;{]*\)\)?\s*)>\s*0/, (_, head) => `${head}>= 0`),
  ],
  ['strlen', 'It sends as much as strlen() says.', length((_, buffer) => `strlen(${buffer})`)],
  [
    'whole-buffer',
    'It sends the whole buffer, whatever was received.',
    length((_, buffer) => `sizeof(${buffer})`),
  ],
  ['extra-nul', 'It sends one byte too many.', length((size) => `(${size}) + 1`)],
  ['drops-last-byte', 'It sends one byte too few.', length((size) => `(${size}) - 1`)],
  [
    'strips-newline',
    'It takes the newline off.',
    length((size, buffer) => `(${buffer}[(${size}) - 1] == '\\n' ? (${size}) - 1 : (${size}))`),
  ],
  [
    'extra-newline',
    'It sends a newline after the reply.',
    sends(({ text, args }) => value(`ssize_t sent_ = ${text}; send(${args[0]}, "\\n", 1, 0); sent_;`)),
  ],
  ['sends-twice', 'It sends everything twice.', sends(({ text }) => `(${text}, ${text})`)],
  ['no-reply', 'It sends nothing.', sends(({ args }) => `(${args[2]})`)],
  [
    'single-send',
    'It sends once and does not look at how much went.',
    sends(({ args: [socket, what, size] }) => `send(${socket}, ${what}, ${size}, 0)`),
    'send() on a blocking socket sends everything, however much that is',
  ],
  [
    'closes-before-reply',
    'It closes the connection before it replies.',
    sends(({ text, args }) => `(close(${args[0]}), ${text})`),
  ],
  [
    'closes-after-reply',
    'It closes the connection after the first reply.',
    sends(({ text, args }) => value(`ssize_t sent_ = ${text}; close(${args[0]}); sent_;`)),
  ],
  [
    'no-close',
    'It does not close the connection.',
    (source) => {
      const accepted = /(\w+)\s*=\s*accept\s*\(/.exec(source)?.[1];
      return (
        accepted && replaceCall(/close/, ({ args }) => (args[0] === accepted ? '(void)0' : undefined))(source)
      );
    },
  ],
  [
    'replies-before-recv',
    'It sends something before it has received anything.',
    receives(({ text, args }) => `(send(${args[0]}, "hello\\n", 6, 0), ${text})`),
  ],
  ['discards-first', 'It throws away what came first.', receives(({ text }) => `(${text}, ${text})`)],
  [
    'exits-at-eof',
    'It exits when a client is done.',
    receives(({ text }) => value(`ssize_t got_ = ${text}; if (got_ == 0) exit(0); got_;`)),
  ],
  [
    'dies-at-reset',
    'It exits when a client breaks off.',
    receives(({ text }) => value(`ssize_t got_ = ${text}; if (got_ < 0) exit(1); got_;`)),
  ],
  [
    'busy-accept',
    'It calls accept() again and again without waiting.',
    including(
      'fcntl.h',
      replaceCall(/accept/, ({ text, args }) =>
        value(`int got_; fcntl(${args[0]}, F_SETFL, O_NONBLOCK); while ((got_ = ${text}) < 0) ; got_;`),
      ),
    ),
  ],
  [
    'busy-recv',
    'It calls recv() again and again without waiting.',
    including(
      'errno.h',
      receives(({ args: [socket, buffer, size] }) =>
        value(
          `ssize_t got_; while ((got_ = recv(${socket}, ${buffer}, ${size}, MSG_DONTWAIT)) < 0 && errno == EAGAIN) ; got_;`,
        ),
      ),
    ),
  ],
  [
    'crashes',
    'It writes through a null pointer once it has received something.',
    receives(({ text }) => value(`ssize_t got_ = ${text}; if (got_ > 0) *(volatile int *)0 = 1; got_;`)),
  ],
]);
