import { explainAssignment } from '../spec/explain.ts';
import { gradeInline, statuses } from '../testing/inline.ts';
import { diagnose, readRight } from '../testing/spec-text.ts';
import { shippedLibrary } from './load-assignment.ts';

/** Greets each line by name, and serves each client in a thread of its own. */
const SERVER = `import socket, sys, threading
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", int(sys.argv[1])))
server.listen()
def serve(client):
    try:
        with client:
            for line in client.makefile("rb"):
                client.sendall(b"Hello, " + line)
    except OSError:
        pass
while True:
    client, _ = server.accept()
    threading.Thread(target=serve, args=(client,)).start()
`;

/** Sends the line that is typed, and shows the line that it gets. */
const CLIENT = `import socket, sys
try:
    server = socket.create_connection((sys.argv[1], int(sys.argv[2])))
except OSError as error:
    sys.exit(f"no server: {error}")
server.sendall(sys.stdin.readline().encode())
print(server.makefile().readline(), end="")
`;

const LARGE = '{ join: [{ repeat: x, bytes: 1MiB }, { line: "" }] }';

const ofServer = `title: All
programs: { server: {} }
include:
  - listens
  - reuse-address
  - blocking-accept
  - scenario: [answers, blocking-recv, buffered-data, fragments, back-to-back, next-client, client-leaves]
    with: { request: { line: Ada }, reply: { line: "Hello, Ada" } }
  - { scenario: [client-resets, concurrent-clients], with: { request: { line: Ada }, reply: { contains: Ada } } }
  - { scenario: half-close, with: { reply: { read: line, starts_with: Hello } } }
  - { scenario: large-transfer, with: { request: ${LARGE}, reply: { join: ["Hello, ", ${LARGE}] } } }
`;

const TALK =
  'with: { input: { line: Ada }, request: { line: Ada }, reply: { line: "Hello, Ada" }, shows: "Hello, Ada" }';
const ofClient = `title: All
programs: { client: {} }
include:
  - { scenario: [client-connects, client-sends, client-shows-reply, reply-in-pieces, server-leaves, no-server], ${TALK} }
`;

/** A change of the right program, and the scenarios that must fail then. */
type Fault = readonly [name: string, from: string, to: string, fails: readonly string[]];

const SERVER_FAULTS: readonly Fault[] = [
  [
    'does not set SO_REUSEADDR',
    'server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)\n',
    '',
    ['reuse-address'],
  ],
  [
    'asks again and again',
    'while True:\n',
    'server.setblocking(False)\nwhile True:\n    import select\n    if not select.select([server], [], [], 0)[0]: continue\n',
    ['blocking-accept'],
  ],
  [
    'takes one recv() for one message',
    'for line in client.makefile("rb"):',
    'while line := client.recv(4096):',
    ['fragments', 'back-to-back', 'large-transfer'],
  ],
  [
    'serves one client at a time',
    'threading.Thread(target=serve, args=(client,)).start()',
    'serve(client)',
    ['concurrent-clients'],
  ],
  [
    'ends after one client',
    '    threading',
    '    server.close()\n    serve(client)\n    sys.exit()\n    threading',
    ['next-client', 'client-leaves', 'client-resets', 'concurrent-clients'],
  ],
  [
    'dies of a reset',
    '    except OSError:\n        pass\n',
    '    except OSError:\n        import os; os._exit(1)\n',
    ['client-resets'],
  ],
  [
    'sends a NUL as well',
    'b"Hello, " + line',
    'b"Hello, " + line + b"\\0"',
    ['answers', 'buffered-data', 'next-client'],
  ],
  [
    'spins while it waits for a message',
    '            for line',
    '            client.setblocking(False)\n            while True:\n                try:\n                    if client.recv(1, socket.MSG_PEEK): break\n                except BlockingIOError: pass\n            client.setblocking(True)\n            for line',
    ['blocking-recv'],
  ],
  [
    'answers a half-closed client no more',
    'for line in client.makefile("rb"):',
    'for line in client.makefile("rb").readlines()[1:]:',
    ['half-close'],
  ],
];

const CLIENT_FAULTS: readonly Fault[] = [
  [
    'connects nowhere',
    'server = socket.create_connection((sys.argv[1], int(sys.argv[2])))',
    'sys.stdin.read(); sys.exit()',
    ['client-connects'],
  ],
  ['leaves the newline out', 'readline().encode()', 'readline().strip().encode()', ['client-sends']],
  [
    'takes one recv() for the reply',
    'server.makefile().readline()',
    'server.recv(4096).decode()',
    ['reply-in-pieces'],
  ],
  ['shows nothing', 'print(', 'str(', ['client-shows-reply']],
  ['waits for ever', 'print(', 'while not server.recv(1): pass\nprint(', ['server-leaves']],
  ['does not say that it failed', 'sys.exit(f"no server: {error}")', 'sys.exit()', ['no-server']],
];

describe('the ready-made scenarios', () => {
  test('pass right programs, all of them', async () => {
    const [server, client] = await Promise.all([
      gradeInline({ 'server.py': SERVER }, ofServer),
      gradeInline({ 'client.py': CLIENT }, ofClient),
    ]);
    const both = { ...statuses(server), ...statuses(client) };
    expect(both).toEqual(Object.fromEntries(Object.keys(both).map((id) => [id, 'pass'])));
    // `closes` asks for the contrary of `back-to-back`.
    expect([...Object.keys(both), 'closes'].sort()).toEqual(shippedLibrary.names());
  });

  test.each(SERVER_FAULTS)('catch a server that %s', async (_, from, to, fails) => {
    expect(SERVER).toContain(from);
    const report = await gradeInline({ 'server.py': SERVER.replace(from, to) }, ofServer, { only: fails });
    const found = statuses(report);
    expect(fails.map((id) => [id, found[id]])).toEqual(fails.map((id) => [id, 'fail']));
  });

  test.each(CLIENT_FAULTS)('catch a client that %s', async (_, from, to, fails) => {
    expect(CLIENT).toContain(from);
    const report = await gradeInline({ 'client.py': CLIENT.replace(from, to) }, ofClient, { only: fails });
    const found = statuses(report);
    expect(fails.map((id) => [id, found[id]])).toEqual(fails.map((id) => [id, 'fail']));
  });

  test('closes is for servers that close, greets for those that speak first', async () => {
    const spec = `title: Time\nprograms: { server: {} }\ninclude:\n  - { scenario: [closes, next-client], with: { greeting: { line: Hi }, request: { line: Ada }, reply: { line: "Hello, Ada" } } }\n`;
    const greets = SERVER.replace('with client:', 'with client:\n            client.sendall(b"Hi\\n")');
    const once = greets.replace('+ line)', '+ line); break');
    const [open, closing] = await Promise.all(
      [greets, once].map((text) => gradeInline({ 'server.py': text }, spec)),
    );
    expect([open, closing].map((report) => report && statuses(report))).toEqual([
      { closes: 'fail', 'next-client': 'pass' },
      { closes: 'pass', 'next-client': 'pass' },
    ]);
  });
});

test.each([
  [
    'a name that there is not',
    '[listen]',
    'there is no ready-made scenario "listen"',
    'did you mean "listens"?',
  ],
  [
    'a value that is needed',
    '[fragments]',
    '"fragments" needs to know request and reply',
    'write { scenario: fragments, with: { request: …, reply: … } }',
  ],
  [
    'a value that nothing takes',
    '[{ scenario: listens, with: { reply: x } }]',
    '"listens" takes no "reply"',
    'known: program',
  ],
  [
    'an unknown key',
    '[{ scenario: listens, pionts: 2 }]',
    'unknown key "pionts" in "include"',
    'did you mean "points"?',
  ],
  [
    'a change of the steps',
    '[{ scenario: listens, steps: [] }]',
    'the steps of a ready-made scenario are not changed here',
    'under scenarios',
  ],
  [
    'a mistake in a payload',
    '[{ scenario: answers, with: { reply: { lin: x } } }]',
    'unknown key "lin"',
    'did you mean "line"?',
  ],
  [
    'a mistake in an expectation',
    '[{ scenario: answers, with: { reply: { contians: x } } }]',
    'unknown key "contians" in "expect"',
    'did you mean "contains"?',
  ],
  [
    'a program that there is not',
    '[{ scenario: listens, with: { program: sever } }]',
    'unknown program "sever"',
    'did you mean "server"?',
  ],
  ['the same twice', '[listens, listens]', 'two scenarios are called "listens"', 'give each its own id'],
  ['no list', 'listens', '"include" is a list', 'write for instance'],
  ['no name', '[{ with: { reply: x } }]', 'this names no ready-made scenario', 'write { scenario: fragments'],
  [
    'two under one id',
    '[{ scenario: [listens, answers], id: x }]',
    'several scenarios cannot have one id',
    'a line of its own',
  ],
])('include tells %s', (_, include, what, fix) => {
  const reported = diagnose(`title: T\nprograms: { server: {} }\ninclude: ${include}\nscenarios: []\n`);
  expect(reported).toContain(what);
  expect(reported).toContain(fix);
});

test('what is about TCP is refused for a program that speaks UDP, with the reason', () => {
  const text = `title: T\nprograms: { server: { transport: udp } }\ninclude: [listens, reuse-address, fragments]\n`;
  const reported = diagnose(
    text.replace('fragments', '{ scenario: fragments, with: { request: a, reply: b } }'),
    {},
  );
  expect(reported).toContain('"reuse-address" is about TCP: only TCP connections leave a TIME_WAIT behind');
  expect(reported).toContain('"fragments" is about TCP: a datagram comes whole or not at all');
  expect(reported).not.toContain('"listens" is about TCP');
});

test('they come after those of the extended file and before its own, which change them by id', () => {
  const files = {
    'base.yaml':
      'title: Base\nprograms: { server: {} }\ninclude: [listens]\nscenarios:\n  - { id: own, title: Own, steps: [{ start: server }, { check: { port: server, is: listening } }] }\n',
  };
  const text = `extends: ./base.yaml
include: [{ scenario: next-client, points: 4 }, reuse-address, { scenario: listens, id: again }]
scenarios:
  - { id: listens, points: 7 }
  - { id: reuse-address, remove: true }
  - { id: next-client, title: Changed }
  - { id: last, title: Last, steps: [{ start: server }, { check: { port: server, is: listening } }] }
`;
  const { spec } = readRight(text, { files });
  expect(spec.scenarios.map(({ id, title, points, at }) => [id, title, points, at.file])).toEqual([
    ['listens', 'The program listens', 7, 'x.yaml'],
    ['own', 'Own', 1, 'base.yaml'],
    ['next-client', 'Changed', 4, 'x.yaml'],
    ['again', 'The program listens', 1, 'x.yaml'],
    ['last', 'Last', 1, 'x.yaml'],
  ]);
});

test('setup and cleanup of the file are not done around them', () => {
  const text =
    'title: T\nprograms: { server: {} }\ndefaults: { setup: [{ start: server }], cleanup: [{ stop: server }] }\ninclude: [listens]\n';
  const { plans } = readRight(text);
  expect(plans.get('listens')?.[0]?.steps.map(({ verb }) => verb)).toEqual(['start', 'check', 'check']);
});

test('explain says where they come from', () => {
  const text = 'title: T\nprograms: { server: {} }\ninclude: [listens]\n';
  const reported = explainAssignment(readRight(text));
  expect(reported).toContain('listens: The program listens (line 3, from library/listens.yaml)');
});
