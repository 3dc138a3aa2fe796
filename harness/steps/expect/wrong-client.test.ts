import { gradeInline, specOf, verdictOf } from '../../testing/inline.ts';

/** A thread a client, and one variable for all of their sockets. */
const SHARED = `
import socket, sys, threading
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[1])))
s.listen()
latest = None
def serve(own):
    while data := own.recv(512):
        latest.sendall(data)
    own.close()
while True:
    latest, _ = s.accept()
    threading.Thread(target=serve, args=(latest,), daemon=True).start()
`;
const BOTH = '    steps:\n      - start: server\n      - connect: a\n      - connect: b\n';

test('a reply that goes to another client is reported as that', async () => {
  const report = await gradeInline(
    { 'server.py': SHARED },
    specOf('server: {}', {
      lost: `${BOTH}      - send: { on: a, line: first }\n      - expect: { on: a, equals: { line: first } }\n`,
      strange: `${BOTH}      - send: { on: a, line: first }\n      - check: { conn: b, is: accepted }\n      - send: { on: b, line: second }\n      - expect: { on: b, equals: { line: second } }\n`,
      after: `${BOTH}      - send: { on: b, line: second }\n      - expect: { on: b, equals: { line: second } }\n      - send: { on: a, line: first }\n      - expect: { on: a, equals: { line: first } }\n`,
      // What is expected is not what was sent: who is to get what is the program's own affair.
      chat: `${BOTH}      - send: { on: a, line: hi }\n      - expect: { on: b, equals: { line: "a: hi" } }\n`,
    }),
  );
  const found = (id: string) => verdictOf(report, id).findings.map(({ cause, summary }) => [cause, summary]);
  expect(found('lost')).toEqual([
    ['wrong_client', 'What the client "a" had sent reached the client "b" instead: first\\n.'],
  ]);
  expect(found('strange')).toEqual([
    ['wrong_client', 'The client "b" received what the client "a" had sent: first\\n.'],
  ]);
  expect(found('chat')).toEqual([['different', expect.any(String)]]);
  expect(found('after')).toEqual([
    ['wrong_client', 'The client "b" received what the client "a" had sent: first\\n.'],
    ['wrong_client', 'What the client "a" had sent reached the client "b" instead: first\\n.'],
  ]);
  expect(verdictOf(report, 'lost').findings[0]?.hint).toMatch(
    /^Hand the accepted socket to its thread as an argument/,
  );
});
