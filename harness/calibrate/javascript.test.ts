import { JAVASCRIPT } from './javascript.ts';
import { handlerOf, writtenOut } from './javascript-places.ts';

const FOR_AWAIT = `import { createServer } from 'node:net';
import { once } from 'node:events';
const server = createServer({ allowHalfOpen: true }, async (socket) => {
  try {
    for await (const chunk of socket) if (!socket.write(chunk)) await once(socket, 'drain');
    socket.end();
  } catch (e) { console.error(e.code); socket.destroy(); }
});
server.listen({ port: Number(process.argv[2]), host: '127.0.0.1' });
`;
const PIPE = `const net = require('net');
const server = net.createServer((s) => s.pipe(s));
server.listen(process.argv[2]);
`;
const PIPELINE = `const { createServer } = require('net');
const { pipeline } = require('stream');
function serve(client) {
  pipeline(client, client, (error) => error && console.log(error.code));
}
const server = createServer();
server.on('connection', serve);
server.listen(Number(process.argv[2]));
`;

function mutate(source: string, name: string): string {
  return String(JAVASCRIPT.find((each) => each.name === name)?.apply(source));
}

test.each([
  // Node itself closes the connection at the end of such a loop.
  ['for await', FOR_AWAIT, ['never-closes']],
  // Nobody listens for errors, or the callback gets them.
  ['pipe()', PIPE, ['dies-at-reset']],
  ['pipeline()', PIPELINE, ['dies-at-reset', 'never-closes']],
])('a solution with %s gets all kinds that fit, each another one', (_, source, left) => {
  const made = JAVASCRIPT.filter(({ apply }) => typeof apply(source) === 'string');
  expect(JAVASCRIPT.filter((each) => !made.includes(each)).map(({ name }) => name)).toEqual(left);
  expect(new Set(made.map(({ apply }) => apply(source))).size).toBe(made.length);
});

test('the function that gets a client is found wherever it is written', () => {
  for (const text of [
    'net.createServer(async function serve(sock) { go(); })',
    'createServer({ noDelay: true }, sock => { go(); })',
    'const f = async (sock) => { go(); }; new net.Server(f)',
    'server.on("connection", (sock) => { go(); })',
  ]) {
    const handler = handlerOf(text);
    expect(handler?.socket).toBe('sock');
    expect(text.slice(handler?.body)).toMatch(/^ go\(\); \}/);
  }
  expect(handlerOf('createServer((s) => s.pipe(s))')).toMatchObject({ socket: 's' });
});

test('what pipes do is written out', () => {
  expect(writtenOut(PIPE)).toContain(
    "createServer((s) => { s.on('data', (data_) => s.write(data_)).on('end', () => s.end()); });",
  );
  expect(writtenOut(PIPELINE)).toContain(
    '(async () => { for await (const data_ of client) client.write(data_); client.end(); })().then(() => undefined, (error_) => error_).then((error) => error && console.log(error.code));',
  );
  expect(mutate(PIPELINE, 'extra-nul')).toContain(
    'client.write(Buffer.concat([Buffer.from(data_), Buffer.alloc(1)]))',
  );
});

test('a loop over what a client sends takes one piece, or leaves one out', () => {
  expect(mutate(FOR_AWAIT, 'recv-once')).toContain(
    '(const chunk of (async function* () { const pieces = socket[Symbol.asyncIterator](); const { value, done } = await pieces.next(); if (!done) yield value; })()) if',
  );
  expect(mutate(FOR_AWAIT, 'discards-first')).toContain('await pieces.next(); yield* pieces;');
  expect(mutate(PIPE, 'never-closes')).toContain(".on('end', () => undefined)");
  expect(mutate(FOR_AWAIT, 'dies-at-reset')).toContain('catch (e) { throw e;');
});

test('the port is changed in an object too, and only the errors of clients go unheard', () => {
  expect(mutate(FOR_AWAIT, 'other-port')).toContain(
    "listen({ port: Number(Number(process.argv[2])) + 1, host: '127.0.0.1' })",
  );
  const both = `${PIPE}server.on('error', () => {});\n`.replace(
    's.pipe(s)',
    "{ s.on('error', f); s.pipe(s); }",
  );
  expect(mutate(both, 'dies-at-reset')).toContain('{ s; s.pipe(s); });');
  expect(mutate(both, 'dies-at-reset')).toContain("server.on('error', () => {});");
});
