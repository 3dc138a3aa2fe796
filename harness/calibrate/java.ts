import { catalogue, insert, replace, replaceCall } from './mutation.ts';

const SERVER = /^\s*ServerSocket (\w+) = new ServerSocket\(.*\);/;
const ACCEPT = /^\s*(?:final )?(?:Socket|var) (\w+) = \w+\.accept\(\);/;
const OUTPUT = /^\s*(?:final )?OutputStream (\w+) = .*;/;
const LOOP = /while \(\((\w+) = (\w+)\.read\((\w+)\)\) (?:!= -1|> 0|>= 0)\)/;
/** A reply of so many bytes of a buffer. */
const WRITE = /(\w+)\.write\((\w+), 0, (\w+)\);/;
const UTF_8 = 'java.nio.charset.StandardCharsets.UTF_8';
const LATIN_1 = 'java.nio.charset.StandardCharsets.ISO_8859_1';

const arguments_ = (make: (args: readonly string[]) => readonly string[]) =>
  replaceCall(/new ServerSocket/, ({ args }) => `new ServerSocket(${make(args).join(', ')})`);

/** The reply, changed, whether it is a part of a buffer or an array. */
const writes = (make: (out: string, bytes: string) => string) => (source: string) =>
  replace(WRITE, (_, out, buffer, size) => make(out, `java.util.Arrays.copyOf(${buffer}, ${size})`))(
    source,
  ) ?? replace(/(\w+)\.write\((.+)\);/, (_, out, bytes) => make(out, bytes))(source);

const text = (charset: string, change: string) =>
  writes((out, bytes) => `${out}.write(new String(${bytes}, ${charset})${change}.getBytes(${charset}));`);

/** A method more, put before the last brace of the file. */
const withMethod = (method: string, apply: (source: string) => string | undefined) => (source: string) => {
  const changed = apply(source);
  const end = changed?.lastIndexOf('}') ?? -1;
  return changed === undefined || end === -1
    ? undefined
    : `${changed.slice(0, end)}    ${method}\n${changed.slice(end)}`;
};

/** Bugs of Java servers. */
export const JAVA = catalogue('java', [
  [
    'no-reuseaddr',
    'It switches SO_REUSEADDR off, which Java sets by itself.',
    replace(/ServerSocket (\w+) = new ServerSocket\((.+)\);/, (_, server, args) => {
      const [port] = args.split(',');
      return `ServerSocket ${server} = new ServerSocket(); ${server}.setReuseAddress(false); ${server}.bind(new java.net.InetSocketAddress("127.0.0.1", ${port}));`;
    }),
  ],
  [
    'other-port',
    'It listens on the next port.',
    arguments_(([port = '', ...more]) => [`(${port}) + 1`, ...more]),
  ],
  ['any-port', 'It lets the system choose the port.', arguments_(([, ...more]) => ['0', ...more])],
  [
    'other-address',
    'It binds 127.0.0.2.',
    arguments_(([port = '', backlog]) => [port, backlog ?? '50', 'InetAddress.getByName("127.0.0.2")']),
  ],
  [
    'waits-for-input',
    'It reads standard input before it listens.',
    insert('before', /new ServerSocket\(/, 'System.in.read();'),
  ],
  [
    'one-shot',
    'It serves one client and exits.',
    (source) => {
      const accept = source.indexOf('.accept()');
      const at = source.lastIndexOf('while (true)', accept);
      if (accept === -1 || at === -1) return undefined;
      return `${source.slice(0, at)}for (int once = 0; once < 1; once++)${source.slice(at + 'while (true)'.length)}`;
    },
  ],
  [
    'exits-after-listen',
    'It ends right after it began to listen.',
    insert('after', SERVER, 'if ($1 != null) System.exit(0);'),
  ],
  [
    'recv-once',
    'It reads once from each client.',
    replace(
      LOOP,
      (_, n, input, buffer) =>
        `for (boolean once = true; once && (${n} = ${input}.read(${buffer})) != -1; once = false)`,
    ),
  ],
  [
    'small-buffer',
    'It receives at most 16 bytes at a time.',
    replace(/new byte\[[^\]]+\]/, 'new byte[16]'),
    'where read() is called again, a small buffer only makes more calls',
  ],
  [
    'no-eof-check',
    'It takes -1 from read() for data.',
    replace(LOOP, (_, n, input, buffer) => `while ((${n} = ${input}.read(${buffer})) >= -1)`),
  ],
  [
    'spins-at-eof',
    'It goes on reading when the client is done.',
    replace(LOOP, (_, n, input, buffer) => `while ((${n} = Math.max(0, ${input}.read(${buffer}))) >= 0)`),
  ],
  ['whole-buffer', 'It sends the whole buffer, whatever was received.', replace(WRITE, '$1.write($2);')],
  ['drops-last-byte', 'It sends one byte too few.', replace(WRITE, '$1.write($2, 0, $3 - 1);')],
  [
    'extra-newline',
    'It sends a newline after the reply.',
    writes((out, bytes) => `${out}.write(${bytes}); ${out}.write('\\n');`),
  ],
  [
    'extra-nul',
    'It sends a NUL after the reply.',
    writes((out, bytes) => `${out}.write(${bytes}); ${out}.write(0);`),
  ],
  [
    'sends-twice',
    'It sends everything twice.',
    writes((out, bytes) => `${out}.write(${bytes}); ${out}.write(${bytes});`),
  ],
  ['no-reply', 'It sends nothing.', replace(/\w+\.write\(.+\);/, ';')],
  ['decodes', 'It makes a string of what it receives and sends that.', text(UTF_8, '')],
  ['trims', 'It trims what it receives.', text(LATIN_1, '.trim()')],
  ['upper-case', 'It answers in upper case.', text(LATIN_1, '.toUpperCase()')],
  [
    'no-flush',
    'It does not flush.',
    replace(/^\s*\w+\.flush\(\);\n/gm, ''),
    'the stream of a socket has no buffer of its own',
  ],
  [
    'buffered-no-flush',
    'It wraps the stream into a buffer and does not flush.',
    (source) => {
      const wrapped = replace(
        /(OutputStream \w+ = )(\w+\.getOutputStream\(\));/,
        (_, head, stream) => `${head}new java.io.BufferedOutputStream(${stream}, 1 << 20);`,
      )(source);
      return wrapped?.replaceAll(/^\s*\w+\.flush\(\);\n/gm, '');
    },
  ],
  [
    'closes-before-reply',
    'It closes the connection before it replies.',
    writes((out, bytes) => `${out}.close(); ${out}.write(${bytes});`),
  ],
  [
    'closes-after-reply',
    'It closes the connection after the first reply.',
    writes((out, bytes) => `${out}.write(${bytes}); ${out}.close();`),
  ],
  [
    'no-close',
    'It does not close the connection.',
    (source) => {
      const client = ACCEPT.exec(source.split('\n').find((line) => ACCEPT.test(line)) ?? '')?.[1];
      return client && replace(new RegExp(`\\b${client}\\.close\\(\\);`, 'g'), ';')(source);
    },
  ],
  [
    'replies-before-recv',
    'It sends something before it has received anything.',
    insert('after', OUTPUT, '$1.write("hello\\n".getBytes());'),
  ],
  [
    'discards-first',
    'It throws away what came first.',
    replace(LOOP, (loop, _, input, buffer) => `${input}.read(${buffer});\n        ${loop}`),
  ],
  [
    'gives-up',
    'It waits for a client for a tenth of a second at most.',
    insert('after', ACCEPT, '$1.setSoTimeout(100);'),
  ],
  [
    'dies-at-reset',
    'It does not handle a client that breaks off.',
    replace(/catch \(IOException (\w+)\)/g, 'catch (ArithmeticException $1)'),
  ],
  [
    'busy-recv',
    'It asks again and again whether something has come.',
    withMethod(
      'static java.io.InputStream once(java.io.InputStream in) throws java.io.IOException { while (in.available() == 0) { } return in; }',
      replace(/(\w+)\.read\((\w+)\)/, 'once($1).read($2)'),
    ),
  ],
  [
    'null-pointer',
    'It dies of a NullPointerException once it has received something.',
    writes((out, bytes) => `((String) null).length(); ${out}.write(${bytes});`),
  ],
]);
