import { gradeInline, specOf, verdictOf } from '../testing/inline.ts';

/** A chat server that takes its time with everything: what it is sent goes to all who are on its list by then. */
const CHAT = `
import socket, sys, threading, time
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
clients = []
def serve(c):
    for line in c.makefile("rb"):
        for other in list(clients):
            if other is not c: other.sendall(line)
while True:
    c, _ = s.accept()
    sum(range(300_000))
    clients.append(c)
    threading.Thread(target=serve, args=(c,), daemon=True).start()
`;

test('what is done on several connections reaches the program in the order of the steps', async () => {
  const steps = `    steps:
      - start: server
      - connect: a
      - connect: b
      - connect: c
      - send: { on: a, line: one }
      - send: { on: b, line: two }
      - expect: { on: c, equals: { lines: [one, two] } }
      - expect: { on: a, equals: { line: two } }
      - expect: { on: b, equals: { line: one } }
`;
  const branches = `    steps:
      - start: server
      - connect: a
      - connect: b
      - connect: c
      - parallel: { one: [{ send: { on: a, line: same } }], two: [{ send: { on: b, line: same } }] }
      - expect: { on: c, equals: { lines: [same, same] } }
`;
  const ids = Array.from({ length: 6 }, (_, index) => `round-${index}`);
  const report = await gradeInline(
    { 'server.py': CHAT },
    specOf('server: {}', Object.fromEntries(ids.map((id, index) => [id, index < 3 ? steps : branches]))),
  );
  for (const id of ids) expect([id, verdictOf(report, id).findings]).toEqual([id, []]);
});
