import { calls, catalogue, replace, replaceCall } from './mutation.ts';

/** The head of the function that gets each client, up to its brace; captures the name of the socket. */
const HANDLER =
  /(?:createServer\(|\.on\(\s*['"]connection['"]\s*,\s*)(?:\{[^}]*\}\s*,\s*)?(?:function\s*\w*\s*)?\(?\s*(\w+)\s*\)?\s*(?:=>\s*)?\{/;
const SERVER = /(?:const|let|var)\s+(\w+)\s*=\s*(?:new\s+)?\w+\.(?:createServer|Server)\(/;

/** The first thing that is done with each client. */
const atConnection = (make: (socket: string, server: string) => string) => (source: string) => {
  const head = HANDLER.exec(source);
  const server = SERVER.exec(source)?.[1] ?? 'server';
  if (!head) return undefined;
  const at = head.index + head[0].length;
  return `${source.slice(0, at)}\n  ${make(head[1] ?? '', server)}${source.slice(at)}`;
};

/** The reply, changed; calls on another object than a client's socket are left alone. */
const writes = (make: (what: string, socket: string) => string) => (source: string) => {
  const socket = HANDLER.exec(source)?.[1];
  return replaceCall(/\w+\.(?:write|end)/, ({ name, args }) => {
    const [what] = args;
    return what !== undefined && name.startsWith(`${socket}.`) ? make(what, socket ?? '') : undefined;
  })(source);
};
const sends = (make: (what: string) => string) => writes((what, socket) => `${socket}.write(${make(what)})`);

const listens = (make: (args: readonly string[]) => string) =>
  replaceCall(/\w+\.listen/, ({ name, args }) => `${name}(${make(args)})`);

/** Bugs of servers on node:net. Node sets SO_REUSEADDR by itself. */
export const JAVASCRIPT = catalogue('javascript', [
  [
    'other-port',
    'It listens on the next port.',
    listens(([port, ...more]) => [`Number(${port}) + 1`, ...more].join(', ')),
  ],
  ['any-port', 'It lets the system choose the port.', listens(([, ...more]) => ['0', ...more].join(', '))],
  [
    'other-address',
    'It binds 127.0.0.2.',
    replace(
      /(\.listen\([^)]*?)(['"])(?:127\.0\.0\.1|localhost|0\.0\.0\.0)\2/,
      (_, head) => `${head}'127.0.0.2'`,
    ),
  ],
  ['no-listen', 'It does not call listen().', replaceCall(/\w+\.listen/, () => 'undefined')],
  [
    'waits-for-input',
    'It reads standard input before it listens.',
    (source) =>
      /\brequire\(/.test(source) ? `require('fs').readSync(0, Buffer.alloc(1));\n${source}` : undefined,
  ],
  [
    'one-shot',
    'It takes no more clients after the first.',
    atConnection((_, server) => `${server}.close();`),
  ],
  [
    'exits-at-eof',
    'It exits when a client is done.',
    atConnection((socket) => `${socket}.on('end', () => process.exit(0));`),
  ],
  [
    'dies-at-reset',
    'It has no listener for the errors of a connection.',
    replaceCall(/\w+\.on/, ({ args }, source) =>
      /^['"]error['"]$/.test(args[0] ?? '') && SERVER.exec(source)?.[1] !== undefined
        ? 'undefined'
        : undefined,
    ),
  ],
  [
    'recv-once',
    'It takes only the first piece of what a client sends.',
    replace(/\.on\((\s*['"]data['"])/, (_, event) => `.once(${event}`),
  ],
  ['decodes', 'It makes a string of what it receives.', sends((what) => `(${what}).toString()`)],
  [
    'set-encoding',
    'It lets the socket decode what it receives.',
    atConnection((socket) => `${socket}.setEncoding('latin1');`),
  ],
  ['trims', 'It trims what it receives.', sends((what) => `(${what}).toString('latin1').trim()`)],
  ['upper-case', 'It answers in upper case.', sends((what) => `(${what}).toString('latin1').toUpperCase()`)],
  [
    'extra-newline',
    'It sends a newline after the reply.',
    sends((what) => `Buffer.concat([Buffer.from(${what}), Buffer.from('\\n')])`),
  ],
  [
    'extra-nul',
    'It sends a NUL after the reply.',
    sends((what) => `Buffer.concat([Buffer.from(${what}), Buffer.alloc(1)])`),
  ],
  [
    'prefix',
    'It sends a word before the reply.',
    sends((what) => `Buffer.concat([Buffer.from('echo: '), Buffer.from(${what})])`),
  ],
  [
    'cuts',
    'It sends only the first 1,000 bytes of what it has.',
    sends((what) => `Buffer.from(${what}).subarray(0, 1000)`),
  ],
  ['drops-last-byte', 'It sends one byte too few.', sends((what) => `Buffer.from(${what}).subarray(0, -1)`)],
  [
    'sends-twice',
    'It sends everything twice.',
    writes((what, socket) => `(${socket}.write(${what}), ${socket}.write(${what}))`),
  ],
  ['no-reply', 'It sends nothing.', writes(() => 'undefined')],
  [
    'closes-after-reply',
    'It closes the connection after the first reply.',
    writes((what, socket) => `${socket}.end(${what})`),
  ],
  [
    'closes-before-reply',
    'It closes the connection before it replies.',
    writes((what, socket) => `(${socket}.destroy(), ${socket}.write(${what}))`),
  ],
  ['drops-clients', 'It closes each connection at once.', atConnection((socket) => `${socket}.destroy();`)],
  [
    'replies-before-recv',
    'It sends something before it has received anything.',
    atConnection((socket) => `${socket}.write('hello\\n');`),
  ],
  [
    'never-closes',
    'It does not close a connection when the client is done.',
    replace(/createServer\((?!\s*\{)/, 'createServer({ allowHalfOpen: true }, '),
  ],
  [
    'discards-first',
    'It throws away what came first.',
    (source) => {
      const socket = HANDLER.exec(source)?.[1];
      const on = calls(source, /\w+\.on/).find(({ args }) => /^['"]data['"]$/.test(args[0] ?? ''));
      if (!on || socket === undefined) return undefined;
      return `${source.slice(0, on.start)}${socket}.once('data', () => ${on.text})${source.slice(on.end)}`;
    },
  ],
  [
    'gives-up',
    'It waits for a client for a tenth of a second at most.',
    atConnection((socket) => `${socket}.setTimeout(100, () => ${socket}.destroy());`),
  ],
  [
    'busy',
    'It uses the processor while nobody is connected.',
    (source) => `${source}\n(function spin() { setImmediate(spin); })();\n`,
  ],
  [
    'busy-with-client',
    'It uses the processor while a client is connected.',
    atConnection((socket) => `(function spin() { if (!${socket}.destroyed) setImmediate(spin); })();`),
  ],
  [
    'reference-error',
    'It uses a name that is not defined, once it has received something.',
    writes((what, socket) => `${socket}.write(undefinedName, ${what})`),
  ],
]);
