import {
  accepts,
  address,
  CHANNEL,
  decodes,
  noClose,
  noEofCheck,
  noReuseaddr,
  oneShot,
  reads,
  replies,
  SOCKET,
  sent,
  text,
  withMethods,
} from './java-changes.ts';
import { clientLoop, isBuffer, methodCalls, writtenOut } from './java-places.ts';
import { type Change, catalogue, put, replace, replaceCall } from './mutation.ts';
import { once } from './structure.ts';

const THREADS = /\b(?:Thread|Executors?|ExecutorService|CompletableFuture|ForkJoinPool)\b/;
const BUFFERED = /\b(?:Buffered(?:OutputStream|Writer)|PrintWriter|PrintStream|DataOutputStream)\b/;
const FLUSH = /^\s*\w+\.flush\(\);\n/gm;

/** Changes a program as it is, or else once it is written out. */
const orWrittenOut = (apply: (source: string) => Change) => (source: string) =>
  apply(source) ?? apply(writtenOut(source));

/** Bugs of Java servers. */
export const JAVA = catalogue('java', [
  ['no-reuseaddr', 'It switches SO_REUSEADDR off, which Java sets by itself.', noReuseaddr],
  ['other-port', 'It listens on the next port.', address((port) => `(${port}) + 1`)],
  ['any-port', 'It lets the system choose the port.', address(() => '0')],
  ['other-address', 'It binds 127.0.0.2.', address((port) => port, '127.0.0.2')],
  [
    'waits-for-input',
    'It reads standard input before it listens.',
    withMethods(
      '    static int ask(int port) { try { System.in.read(); } catch (java.io.IOException e) { } return port; }',
      address((port) => `Changed_.ask(${port})`),
    ),
  ],
  ['one-shot', 'It serves one client and exits.', oneShot],
  [
    'exits-after-listen',
    'It ends right after it began to listen.',
    withMethods('    static <T> T exit(T server) { System.exit(0); return server; }', (source) => {
      const bind = methodCalls(source, 'bind')[0];
      if (bind) return put(`Changed_.exit(${bind.text})`, bind, source);
      return replaceCall(/new ServerSocket/, (call) => `Changed_.exit(${call.text})`)(source);
    }),
  ],
  [
    'recv-once',
    'It reads once from each client.',
    (source) => {
      const loop = clientLoop(source);
      return loop && once(source, loop);
    },
  ],
  [
    'small-buffer',
    'It receives at most 16 bytes at a time.',
    replace(/new byte\[[^\]]+\]|(ByteBuffer\.allocate(?:Direct)?)\([^()]*\)/, (_, allocate?: string) =>
      allocate ? `${allocate}(16)` : 'new byte[16]',
    ),
    'where read() is called again, a small buffer only makes more calls',
  ],
  [
    'no-eof-check',
    'It takes -1 from read() for data.',
    noEofCheck,
    (source) =>
      THREADS.test(source)
        ? 'write() refuses a length of -1, and where each client has a thread of its own only that dies'
        : undefined,
  ],
  [
    'spins-at-eof',
    'It goes on reading when the client is done.',
    reads(({ text }) => `Math.max(0, ${text})`),
  ],
  [
    'whole-buffer',
    'It sends the whole buffer, whatever was received.',
    replies(({ name, args }) => (args.length === 3 ? `${name}(${args[0]})` : undefined)),
  ],
  ['drops-last-byte', 'It sends one byte too few.', text('s.isEmpty() ? s : s.substring(0, s.length() - 1)')],
  ['extra-newline', 'It sends a newline after the reply.', text('s + "\\n"')],
  ['extra-nul', 'It sends a NUL after the reply.', text('s + "\\0"')],
  ['sends-twice', 'It sends everything twice.', text('s + s')],
  ['no-reply', 'It sends nothing.', text('""')],
  ['decodes', 'It makes a string of what it receives and sends that.', decodes],
  ['trims', 'It trims what it receives.', text('s.trim()')],
  ['upper-case', 'It answers in upper case.', text('s.toUpperCase()')],
  [
    'no-flush',
    'It does not flush.',
    replace(FLUSH, ''),
    (source) => (BUFFERED.test(source) ? undefined : 'the stream of a socket has no buffer of its own'),
  ],
  [
    'buffered-no-flush',
    'It wraps the stream into a buffer and does not flush.',
    (source) => {
      const wrapped = replace(
        /(OutputStream \w+ = )(\w+\.getOutputStream\(\));/,
        (_, head, stream) => `${head}new java.io.BufferedOutputStream(${stream}, 1 << 20);`,
      )(source);
      return wrapped?.replaceAll(FLUSH, '');
    },
  ],
  [
    'closes-before-reply',
    'It closes the connection before it replies.',
    replies(({ object, text }) => `{ ${object}.close(); ${text}; }`),
  ],
  [
    'closes-after-reply',
    'It closes the connection after the first reply.',
    replies(({ object, text }) => `{ ${text}; ${object}.close(); }`),
  ],
  ['no-close', 'It does not close the connection.', noClose],
  [
    'replies-before-recv',
    'It sends something before it has received anything.',
    (source) =>
      accepts(SOCKET, (client) => `${client}.getOutputStream().write("hello\\n".getBytes());`)(source) ??
      accepts(
        CHANNEL,
        (client) => `${client}.write(java.nio.ByteBuffer.wrap("hello\\n".getBytes()));`,
      )(source),
  ],
  [
    'discards-first',
    'It discards what it receives first.',
    reads(({ object, args, text }, source) => {
      const first = isBuffer(source, args[0]) ? `${object}.read(${args[0]}.duplicate())` : text;
      return `(${first} < 0 ? -1 : ${text})`;
    }),
  ],
  [
    'gives-up',
    'It waits for a client for a tenth of a second at most.',
    accepts(SOCKET, (client) => `${client}.setSoTimeout(100);`),
  ],
  [
    'dies-at-reset',
    'It does not handle a client that aborts.',
    replace(
      /(catch \((?:final )?[\w.| ]*\b(?:IO|Socket)?Exception\b[\w.| ]*?\b(\w+)\) \{)/g,
      (head, _, error) => `${head} if (true) throw new RuntimeException(${error});`,
    ),
    (source) =>
      THREADS.test(source) ? 'where each client has a thread of its own, only that thread dies' : undefined,
  ],
  [
    'busy-recv',
    'It asks again and again whether something has arrived.',
    withMethods(
      '    static java.io.InputStream once(java.io.InputStream in) throws java.io.IOException { while (in.available() == 0) { } return in; }',
      reads(({ object, method, args }, source) => {
        const stream =
          new RegExp(`InputStream\\s+${object}\\b`).test(source) || /getInputStream/.test(object);
        return stream ? `Changed_.once(${object}).${method}(${args.join(', ')})` : undefined;
      }),
    ),
  ],
  [
    'busy-wait',
    'It asks again and again which channel is ready, without waiting.',
    replace(/\.select\(\w*\)/, '.selectNow()'),
  ],
  [
    'null-pointer',
    'It dies of a NullPointerException once it has received something.',
    replies((call) => `{ ((String) null).length(); ${call.name}(${sent(call)}); }`),
  ],
]).map((mutation) => ({ ...mutation, apply: orWrittenOut(mutation.apply) }));
