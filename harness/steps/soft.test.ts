import { gradeInline, verdictOf } from '../testing/inline.ts';

const SERVER = `import socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    c, _ = s.accept()
    while data := c.recv(4096):
        c.sendall(data if data != b"one\\n" else b"uno\\n")
`;

const SPEC = `version: 1
title: Own
params: { first: { default: one } }
programs: { server: {} }
scenarios:
  - id: own
    title: "It says \${{ first }}"
    hint: "Say \${{ first }}."
    explain: "\${{ first }} comes first."
    steps:
      - start: server
      - connect: a
      - send: { line: "\${{ first }}" }
      - expect: { equals: { line: "\${{ first }}" } }
        name: "the answer to \${{ first }}"
        hint: "Answer \${{ first }}."
        soft: true
      - send: { line: two }
      - expect: { equals: { line: two } }
`;

test('what a soft step left over does not spoil the next one, and texts have their values', async () => {
  const verdict = verdictOf(await gradeInline({ 'server.py': SERVER }, SPEC), 'own');
  expect(verdict).toMatchObject({ status: 'fail', title: 'It says one', explain: 'one comes first.' });
  expect(verdict.findings).toHaveLength(1);
  expect(verdict.findings[0]).toMatchObject({ step: { name: 'the answer to one' }, hint: 'Answer one.' });
});
