import { gradeInline, specOf, verdictOf } from '../testing/inline.ts';

/** Ends all others of its name when it starts, as some do that want their port free. */
const name = `only-one-${process.pid}.py`;
const SERVER = `import os, signal, socket, sys
for number in filter(str.isdigit, os.listdir("/proc")):
    try: words = open(f"/proc/{number}/cmdline").read()
    except OSError: continue
    if "${name}" in words and int(number) != os.getpid():
        os.kill(int(number), signal.SIGKILL)
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    c, _ = s.accept()
    while d := c.recv(4096): c.sendall(d)
    c.close()
`;
const LONG =
  '    steps:\n      - start: server\n      - check: { program: server, is: running, for: 1s }\n      - connect: a\n      - send: hello\n      - expect: { equals: hello }\n';
const SHORT =
  '    steps:\n      - start: server\n      - connect: a\n      - send: hello\n      - expect: { equals: hello }\n';

const linux = process.platform === 'linux' ? test : test.skip;

linux('a program that one of another scenario has ended is tried again, with nobody beside it', async () => {
  const spec = specOf('server: {}', { long: LONG, short: SHORT });
  const report = await gradeInline({ [name]: SERVER }, spec, { jobs: 2 });
  expect(verdictOf(report, 'long')).toMatchObject({ status: 'pass', attempts: 2 });
  expect(verdictOf(report, 'short')).toMatchObject({ status: 'pass' });
});

linux('one that ends itself so has failed', async () => {
  const own = SERVER.replace('int(number) != os.getpid()', 'int(number) == os.getpid()');
  const report = await gradeInline({ [name]: own }, specOf('server: {}', { long: LONG, short: SHORT }), {
    jobs: 2,
  });
  expect(verdictOf(report, 'long')).toMatchObject({ status: 'fail', findings: [{ cause: 'crashed' }] });
});
