import { gradeInline, specOf, verdictOf } from '../testing/inline.ts';

/** Closes its connection, and only then says why it ends, at length. */
const PROGRAMS = {
  'server.py': `import os, socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
c, _ = s.accept(); c.recv(100); c.close(); s.close()
os.write(2, b"Traceback (most recent call last):\\n" + b"  noise\\n" * 7000 + b"OSError: last words\\n")
os._exit(1)
`,
  'server.js': `const server = require('node:net').createServer((c) => c.once('data', () => {
  c.destroy(); server.close();
  require('node:fs').writeSync(2, '  noise\\n'.repeat(7000) + 'TypeError: last words\\n');
  process.exit(1);
})).listen(process.argv[2], '127.0.0.1');`,
  'server.sh': `python3 -c '
import socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
c, _ = s.accept(); c.recv(100); c.close()' $1
(sleep 5; echo late) &
echo "OSError: last words" >&2
exit 1
`,
} as const;

test.each(Object.entries(PROGRAMS))(
  'what a program printed before it ended is read to its end: %s',
  async (file, text) => {
    const steps = `    steps:
      - start: server
      - connect: a
      - send: hello
      - expect: { equals: hello }
`;
    const names = Array.from({ length: 8 }, (_, index) => `time-${index}`);
    const spec = specOf('server: {}', Object.fromEntries(names.map((name) => [name, steps])));
    const run = file === 'server.sh' ? { run: 'sh server.sh {port}' } : {};
    const report = await gradeInline({ [file]: text }, spec, run);
    for (const name of names)
      expect(verdictOf(report, name).findings[0]?.evidence.join('\n')).toMatch(/Error: last words/);
  },
);
