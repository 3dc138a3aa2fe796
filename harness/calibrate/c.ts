import {
  busyWait,
  including,
  length,
  noEofCheck,
  oneShot,
  received,
  receives,
  reuse,
  sends,
  sendsOnConnection,
  takesLineEndsOff,
  unlessPolling,
  value,
} from './c-changes.ts';
import {
  ACCEPT,
  clientLoop,
  isDatagram,
  NON_BLOCKING,
  realCalls,
  receiving,
  resends,
  sending,
} from './c-places.ts';
import { noFlush, STDIO } from './c-stdio.ts';
import { calls, catalogue, inItsOwnProcess, type Mutation, put, replace, replaceCall } from './mutation.ts';
import { once } from './structure.ts';

/** Bugs of C servers, on sockets or on streams made of them with fdopen(3). */
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
      if (call && name === undefined) return put(call.text.replace(/\{\s*1\s*\}/, '{ 0 }'), call, source);
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
  ['one-shot', 'It serves one client and exits.', oneShot],
  [
    'recv-once',
    'It calls recv() once and does not go on.',
    (source) => {
      const call = receiving(source);
      const loop = call && clientLoop(source, call);
      return loop && once(source, loop);
    },
  ],
  [
    'small-buffer',
    'It receives at most 16 bytes at a time.',
    receives(
      ({ name, args: [socket, buffer, , ...more] }) =>
        `${name}(${[socket, buffer, '16', ...more].join(', ')})`,
    ),
    (source) =>
      /\bfgets\s*\(|\bSOCK_DGRAM\b/.test(source)
        ? undefined
        : 'where recv() is called again, a small buffer only makes more calls',
  ],
  ['no-eof-check', 'It takes 0 from recv() for data.', noEofCheck],
  [
    'strlen',
    'It sends as much as strlen() says.',
    including(
      'string.h',
      length((_, what) => `strlen(${what})`),
    ),
  ],
  [
    'whole-buffer',
    'It sends the whole buffer, whatever was received.',
    (source) => {
      const buffer = receiving(source)?.args[1] ?? '';
      // Of a pointer it would be the size of the pointer.
      const array = new RegExp(`\\bchar\\b[^;(){}]*\\b${/\w*$/.exec(buffer)?.[0]}\\s*\\[`).test(source);
      return array ? length(() => `sizeof(${buffer})`)(source) : undefined;
    },
  ],
  ['extra-nul', 'It sends one byte too many.', length((size) => `(${size}) + 1`)],
  [
    'drops-last-byte',
    'It sends one byte too few.',
    // A loop that sends the rest would send the last byte as well.
    (source) =>
      resends(source)
        ? received(() => 'if (got_ > 1) got_--;')(source)
        : length((size) => `(${size}) - 1`)(source),
  ],
  [
    'strips-newline',
    'It takes the newline off.',
    received((bytes) => `if (got_ > 0 && ${bytes}[got_ - 1] == '\\n') got_--;`),
    takesLineEndsOff,
  ],
  [
    'extra-newline',
    'It sends a newline after the reply.',
    sends(({ name, text, args: [socket, , , ...more] }) => {
      const again = isDatagram({ name })
        ? `sendto(${[socket, '"\\n"', '1', ...more].join(', ')})`
        : `send(${socket}, "\\n", 1, 0)`;
      return value(`ssize_t sent_ = ${text}; ${again}; sent_;`);
    }),
  ],
  ['sends-twice', 'It sends everything twice.', sends(({ text }) => `(${text}, ${text})`)],
  ['no-reply', 'It sends nothing.', sends(({ args }) => `(${args[2]})`)],
  [
    'single-send',
    'It takes for granted that send() took everything.',
    (source) => {
      const call = sending(source);
      const statements = `ssize_t sent_ = ${call?.text}; sent_ < 0 ? sent_ : (ssize_t)(${call?.args[2]});`;
      return call && put(value(statements), call, source);
    },
    (source) =>
      NON_BLOCKING.test(source)
        ? 'it shows only once more bytes wait than the send buffer holds (megabytes, or a client that reads late)'
        : 'send() on a blocking socket sends everything, however much that is',
  ],
  [
    'closes-before-reply',
    'It closes the connection before it replies.',
    sendsOnConnection(({ text, args }) => `(close(${args[0]}), ${text})`),
  ],
  [
    'closes-after-reply',
    'It closes the connection after the first reply.',
    sendsOnConnection(({ text, args }) => value(`ssize_t sent_ = ${text}; close(${args[0]}); sent_;`)),
  ],
  [
    'no-close',
    'It does not close the connection.',
    (source) => {
      const accepted = /([\w.[\]>-]+)\s*=\s*accept4?\s*\(/.exec(source)?.[1];
      const sockets = [accepted, receiving(source)?.args[0]];
      const closes = realCalls(source, /close/).filter(({ args }) => sockets.includes(args[0]));
      return closes.reduceRight((text, call) => put('(void)0', call, text), source);
    },
  ],
  [
    'replies-before-recv',
    'It sends something before it has received anything.',
    receives((call) =>
      isDatagram(call) ? undefined : `(send(${call.args[0]}, "hello\\n", 6, 0), ${call.text})`,
    ),
  ],
  ['discards-first', 'It discards what it receives first.', receives(({ text }) => `(${text}, ${text})`)],
  [
    'exits-at-eof',
    'It exits when a client is done.',
    received(() => 'if (got_ == 0) exit(0);'),
    inItsOwnProcess,
  ],
  [
    'dies-at-reset',
    'It exits when a client aborts.',
    including(
      'errno.h',
      received(() => 'if (got_ < 0 && errno == ECONNRESET) exit(1);'),
    ),
    inItsOwnProcess,
  ],
  [
    'busy-accept',
    'It calls accept() again and again without waiting.',
    including(
      'fcntl.h',
      unlessPolling(
        replaceCall(ACCEPT, ({ text, args }) =>
          value(`int got_; fcntl(${args[0]}, F_SETFL, O_NONBLOCK); while ((got_ = ${text}) < 0) ; got_;`),
        ),
      ),
    ),
  ],
  [
    'busy-recv',
    'It calls recv() again and again without waiting.',
    including(
      'errno.h',
      unlessPolling(
        receives(({ name, args: [socket, buffer, size, , ...from] }) => {
          const call = isDatagram({ name }) ? 'recvfrom' : 'recv';
          const again = `${call}(${[socket, buffer, size, 'MSG_DONTWAIT', ...from].join(', ')})`;
          return value(`ssize_t got_; while ((got_ = ${again}) < 0 && errno == EAGAIN) ; got_;`);
        }),
      ),
    ),
  ],
  ['busy-wait', 'It asks again and again which descriptor is ready, without waiting.', busyWait],
  [
    'crashes',
    'It writes through a null pointer once it has received something.',
    received(() => 'if (got_ > 0) *(volatile int *)0 = 1;'),
  ],
  ['no-flush', 'It does not flush the stream that it writes to.', noFlush],
]).map((mutation) => ({ ...mutation, apply: orOnStreams(mutation) }));

/** Where the calls on sockets do not fit, those on streams may. */
function orOnStreams({ name, apply }: Mutation): Mutation['apply'] {
  const other = STDIO[name];
  return (source) => {
    const changed = apply(source);
    return changed === undefined || changed === source ? other?.(source) : changed;
  };
}
