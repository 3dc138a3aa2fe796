import { gradedByCommand, specOf, withSubmission } from '../testing/inline.ts';

/** Answers after a moment; `meanwhile` is done before. */
const server = (meanwhile: string) => `import os, subprocess, socket, sys, time
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
c, _ = s.accept()
said = c.recv(100)
${meanwhile}
c.sendall(said)
c.recv(100)
`;
/** Has itself and the grader stopped for as long as it may live, as when the machine is saved. */
const FREEZES = `subprocess.Popen([sys.executable, "-c", """
import os, signal, sys, time
both = [int(number) for number in sys.argv[1:]]
time.sleep(0.1)
for pid in both: os.kill(pid, signal.SIGSTOP)
time.sleep(2.5)
for pid in both: os.kill(pid, signal.SIGCONT)
""", str(os.getpid()), str(os.getppid())])
time.sleep(0.2)`;
const SPEC = specOf('server: { limits: { time: 2s } }', {
  answers:
    '    steps:\n      - start: server\n      - connect: a\n      - send: hello\n      - expect: { equals: hello }\n',
});

async function graded(meanwhile: string) {
  return withSubmission({ 'server.py': server(meanwhile) }, (submission, folder) =>
    gradedByCommand(submission, folder, SPEC),
  );
}

test('a program that lives for longer than it may is ended', async () => {
  const { status, findings } = await graded('time.sleep(4)');
  expect([status, findings[0].cause]).toEqual(['fail', 'lifetime_limit']);
  // What came of that is no mistake of the program.
  expect(findings.map(({ hint }: { hint?: string }) => hint)).toEqual([
    'Let the program end sooner, once its work is done.',
    undefined,
  ]);
});

test('time in which the whole machine stood still does not count', async () => {
  expect(await graded(FREEZES)).toMatchObject({ status: 'pass', attempts: 1 });
});
