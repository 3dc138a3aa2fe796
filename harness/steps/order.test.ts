import { SpecError } from '../base/spec-error.ts';
import { gradeInline, specOf, statuses, verdictOf } from '../testing/inline.ts';
import { assign } from './expect/assign.ts';

/** A chat room: what one says, all get, the one who said it included. */
const CHAT = `
import socket, sys, threading
s = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=200)
clients, lock = [], threading.Lock()
def serve(c):
    for line in c.makefile("rb"):
        with lock:
            for other in clients:
                if RECEIVES: other.sendall(line)
while True:
    c, _ = s.accept()
    with lock: clients.append(c)
    threading.Thread(target=serve, args=(c,), daemon=True).start()
`;
const SPEC = specOf('server: {}', {
  crowd: `
    steps:
      - start: server
      - repeat:
          times: 3
          at_once: true
          as: c
          barrier: open
          steps:
            - connect: c
            - send: { line: "from \${{ round }}" }
      - in_any_order:
          - expect: { on: "c[2]", read: line, equals: from 1 }
          - expect: { on: "c[2]", read: line, starts_with: from }
          - expect: { on: "c[2]", read: line, equals: from 3 }
      - connect: watcher
      - send: { on: watcher, line: hello }
      - expect: { on: ["c[1]", "c[3]"], contains: hello }
`,
});

test('many clients at once, what each gets in any order, and what all get', async () => {
  const [right, wrong] = await Promise.all(
    ['True', 'other is not clients[2]'].map((receives) =>
      gradeInline({ 'server.py': CHAT.replace('RECEIVES', receives) }, SPEC),
    ),
  );
  expect(right && verdictOf(right, 'crowd').findings).toEqual([]);
  expect(wrong && statuses(wrong)).toEqual({ crowd: 'fail' });
});

const TWO = (lines: string) =>
  `import socket, sys\ns = socket.create_server(("127.0.0.1", int(sys.argv[1])))\nwhile True:\n  c, _ = s.accept()\n  c.sendall(b"${lines}")\n  c.recv(9)\n`;
const ANY = specOf('server: {}', {
  any: `
    steps:
      - start: server
      - connect: a
      - in_any_order:
          - expect: { read: line, regex: '^[ab]$', capture: first }
          - expect: { read: line, equals: a }
      - expect: { read: line, equals: "\${{ first }}" }
`,
});

test.each([
  ['a\\nb\\nb\\n', 'pass', undefined],
  ['b\\na\\nb\\n', 'pass', undefined],
  ['b\\nb\\n', 'fail', /1 of 2 messages did not arrive; what arrived instead/],
  ['a\\n', 'fail', /1 of 2 messages did not come( within 500 ms)?\.$/],
])('messages in any order: %s', async (lines, status, summary) => {
  const report = await gradeInline(
    { 'server.py': TWO(lines) },
    ANY.replace('version: 1', 'version: 1\ndefaults: { within: 500ms }'),
  );
  expect(statuses(report)).toEqual({ any: status });
  if (summary) expect(verdictOf(report, 'any').findings[0]?.summary).toMatch(summary);
});

test('an expect that only one message fits is not left without it', () => {
  expect(
    assign(
      [
        [true, true],
        [true, false],
      ],
      2,
    ),
  ).toEqual([1, 0]);
  expect(assign([[true], [true]], 1)).toEqual([0, undefined]);
});

test.each([
  [
    '- in_any_order: [{ expect: { contains: a } }, { expect: { contains: b } }]',
    'must know where each message on "a" ends',
  ],
  ['- in_any_order: [{ expect: { read: line } }, { expect: { read: { bytes: 3 } } }]', 'in different ways'],
  ['- in_any_order: [{ expect: { nothing: true, for: 1s } }, { expect: x }]', 'expects no bytes'],
  ['- repeat: { times: 2, at_once: true, steps: [{ send: x }] }', 'add as: c'],
  ['- repeat: { times: 2, as: c, steps: [{ send: x }] }', 'add at_once: true'],
  [
    '- repeat: { times: 2, at_once: true, as: c, steps: [{ connect: d }] }',
    'connection "d" is open in every round',
  ],
  [
    '- repeat: { times: 2, at_once: true, as: c, barrier: open, steps: [{ send: x }] }',
    'nothing to wait for',
  ],
  ['- accept: { nothing: true }', 'for: 300ms'],
  ['- expect: { on: [a, b], contains: x }', 'no connection "b" is open here'],
])('%s is refused', async (step, message) => {
  const spec = specOf('server: {}', {
    s: `\n    steps:\n      - start: server\n      - connect: a\n      ${step}\n      - expect: { contains: x }\n`,
  });
  const failure = await gradeInline({ 'server.py': '' }, spec).catch((error) => error);
  expect(failure).toBeInstanceOf(SpecError);
  expect(failure.rendered).toContain(message);
});
