import { handlerOf, receiverOf, replies, serverOf, writtenOut } from './javascript-places.ts';
import { type Change, calls, catalogue, put, replaceCall } from './mutation.ts';

const FOR_AWAIT = /(for await\s*\(\s*(?:const|let)\s+\w+\s+of\s+)([\w.]+)\)/;

/** The first thing that is done with each client. */
const atConnection = (make: (socket: string) => string) => (source: string) => {
  const handler = handlerOf(source);
  if (!handler || handler.end !== undefined) return undefined;
  const text = `\n  ${make(handler.socket)}`;
  return put(text, { start: handler.body, end: handler.body }, source);
};

/** The reply, changed. */
const writes = (make: (what: string, socket: string) => string) => (source: string) => {
  const [reply] = replies(source);
  return reply && put(make(reply.args[0] ?? '', receiverOf(reply.name)), reply, source);
};
const sends = (make: (what: string) => string) => writes((what, socket) => `${socket}.write(${make(what)})`);

const listens = (make: (args: readonly string[]) => string) =>
  replaceCall(/listen/, ({ args }) => `listen(${make(args)})`);

/** The port in the arguments of listen(), or in an object there. */
const port = (make: (port: string) => string) =>
  listens(([first = '', ...more]) => {
    const object = first.replace(/\bport(?:\s*:\s*([^,}]+))?(?=\s*[,}])/, (_, given?: string) => {
      return `port: ${make(given ?? 'port')}`;
    });
    return [first.startsWith('{') ? object : make(first), ...more].join(', ');
  });

function otherAddress(source: string): string | undefined {
  return listens(([first = '', ...more]) => {
    if (first.startsWith('{')) return first.replace(/\}$/, ", host: '127.0.0.2' }");
    const host = /^['"]/.test(more[0] ?? '') ? 1 : 0;
    return [first, "'127.0.0.2'", ...more.slice(host)].join(', ');
  })(source);
}

/** What comes from a client is taken another way: by a listener, or by a loop. */
const takes =
  (listener: (text: string, socket: string) => string, pieces: (socket: string) => string) =>
  (source: string) => {
    const on = calls(source, /\w+\.on/).find(({ args }) => /^['"]data['"]$/.test(args[0] ?? ''));
    if (on) return put(listener(on.text, receiverOf(on.name)), on, source);
    const changed = source.replace(FOR_AWAIT, (_, head, socket) => {
      const iterator = `const pieces = ${socket}[Symbol.asyncIterator]();`;
      return `${head}(async function* () { ${iterator} ${pieces(socket)} })())`;
    });
    return changed === source ? undefined : changed;
  };

/** No handler listens for the errors of a connection, or catches them. */
function diesAtReset(source: string): string | undefined {
  const server = serverOf(source);
  const listener = calls(source, /\w+\.on/).find(
    ({ name, args }) => /^['"]error['"]$/.test(args[0] ?? '') && receiverOf(name) !== server,
  );
  if (listener) return put(receiverOf(listener.name), listener, source);
  if (!FOR_AWAIT.test(source)) return undefined;
  const changed = source.replace(/\bcatch\s*(?:\((\w+)\))?\s*\{/, (_, name = 'error_') => {
    return `catch (${name}) { throw ${name};`;
  });
  return changed === source ? undefined : changed;
}

function waitsForInput(source: string): string | undefined {
  if (/\brequire\(/.test(source)) return `require('fs').readSync(0, Buffer.alloc(1));\n${source}`;
  const reads = "import { readSync as readSync_ } from 'node:fs';\nreadSync_(0, Buffer.alloc(1));\n";
  return /^\s*import\b/m.test(source) ? reads + source : undefined;
}

function neverCloses(source: string): Change {
  const text = writtenOut(source);
  if (FOR_AWAIT.test(text)) return { why: 'Node itself closes the connection at the end of for await' };
  const socket = handlerOf(text)?.socket;
  if (socket === undefined) return undefined;
  const open = /allowHalfOpen:\s*true/.test(text)
    ? text
    : text.replace(/createServer\((\s*\{)?/, (_, options) =>
        options ? 'createServer({ allowHalfOpen: true, ' : 'createServer({ allowHalfOpen: true }, ',
      );
  return open.replaceAll(new RegExp(`\\b${socket}\\.end\\(\\)`, 'g'), 'undefined');
}

/** Changes a program as it is, or else once it is written out. */
const orWrittenOut = (apply: (source: string) => Change) => (source: string) =>
  apply(source) ?? apply(writtenOut(source));

/** Bugs of servers on node:net. Node sets SO_REUSEADDR by itself. */
export const JAVASCRIPT = catalogue('javascript', [
  ['other-port', 'It listens on the next port.', port((given) => `Number(${given}) + 1`)],
  ['any-port', 'It lets the system choose the port.', port(() => '0')],
  ['other-address', 'It binds 127.0.0.2.', otherAddress],
  ['no-listen', 'It does not call listen().', replaceCall(/listen/, () => 'ref()')],
  ['waits-for-input', 'It reads standard input before it listens.', waitsForInput],
  [
    'one-shot',
    'It takes no more clients after the first.',
    (source) => {
      const server = serverOf(source);
      return server && atConnection(() => `${server}.close();`)(source);
    },
  ],
  [
    'exits-at-eof',
    'It exits when a client is done.',
    atConnection((socket) => `${socket}.on('end', () => process.exit(0));`),
  ],
  ['dies-at-reset', 'It does not handle the errors of a connection.', diesAtReset],
  [
    'recv-once',
    'It takes only the first piece of what a client sends.',
    takes(
      (text) => text.replace('.on(', '.once('),
      () => 'const { value, done } = await pieces.next(); if (!done) yield value;',
    ),
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
    'It sends only the first 500 bytes of what it has.',
    sends((what) => `Buffer.from(${what}).subarray(0, 500)`),
  ],
  ['drops-last-byte', 'It sends one byte too few.', sends((what) => `Buffer.from(${what}).subarray(0, -1)`)],
  [
    'sends-twice',
    'It sends everything twice.',
    writes((what, socket) => `(${socket}.write(${what}), ${socket}.write(${what}))`),
  ],
  ['no-reply', 'It sends nothing.', writes(() => 'true')],
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
  ['never-closes', 'It does not close a connection when the client is done.', neverCloses],
  [
    'discards-first',
    'It discards what it receives first.',
    takes(
      (text, socket) => `${socket}.once('data', () => ${text})`,
      () => 'await pieces.next(); yield* pieces;',
    ),
  ],
  [
    'gives-up',
    'It waits for a client for a tenth of a second at most.',
    atConnection((socket) => `${socket}.setTimeout(100, () => ${socket}.destroy());`),
  ],
  [
    'busy',
    'It uses the processor while no client is connected.',
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
]).map((mutation) => ({ ...mutation, apply: orWrittenOut(mutation.apply) }));
