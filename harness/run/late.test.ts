import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gradedByCommand, specOf, withSubmission } from '../testing/inline.ts';

/** What a server does instead of answering. */
const GIVES_UP = 'sys.exit("nobody says anything")';
const WAITS_ON = 'time.sleep(60)';

/** Does so at its first start only, after it has kept the grader from running if asked to. */
const server = (mark: string, stops: boolean, instead: string) => `
import os, signal, socket, sys, time
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
c, _ = s.accept()
if not os.path.exists(${JSON.stringify(mark)}):
    open(${JSON.stringify(mark)}, "w").close()
    if ${stops ? 'True' : 'False'}:
        os.kill(os.getppid(), signal.SIGSTOP)
        time.sleep(0.8)
        os.kill(os.getppid(), signal.SIGCONT)
    ${instead}
c.sendall(c.recv(100))
c.close()
`;
const STEPS = `
    steps:
      - start: server
      - connect: a
      - check: { conn: a, is: accepted }
      - send: hello
      - expect: { equals: hello, within: 1s }
`;

const SPEC = specOf('server: {}', { answers: STEPS });

async function graded(stops: boolean, instead: string) {
  return await withSubmission({}, async (submission, folder) => {
    await writeFile(path.join(submission, 'server.py'), server(path.join(folder, 'mark'), stops, instead));
    return gradedByCommand(submission, folder, SPEC);
  });
}

test('a program that gave up while the grader was kept from running is tried again', async () => {
  expect(await graded(true, GIVES_UP)).toMatchObject({ status: 'pass', attempts: 2, flaky: true });
});

test('one that gave up while the grader could run has failed', async () => {
  // On a crowded machine the grader may be kept from running by others: it has to be able to once.
  let verdict = await graded(false, GIVES_UP);
  for (let round = 1; round < 5 && verdict.attempts > 1; round++) verdict = await graded(false, GIVES_UP);
  expect(verdict).toMatchObject({ status: 'fail', attempts: 1 });
});

test('one that answers nothing has failed, whatever the grader was kept from', async () => {
  expect(await graded(true, WAITS_ON)).toMatchObject({ status: 'fail', attempts: 1 });
});

/** Has itself and the grader stopped, as when the machine is saved, and answers a moment after both go on. */
const FROZEN = `
import os, signal, socket, subprocess, sys, time
FREEZE = """
import os, signal, sys, time
grader, server = map(int, sys.argv[1:])
time.sleep(0.1)
for pid in (server, grader): os.kill(pid, signal.SIGSTOP)
time.sleep(2)
os.kill(grader, signal.SIGCONT)
time.sleep(0.3)
os.kill(server, signal.SIGCONT)
"""
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
c, _ = s.accept()
said = c.recv(100)
subprocess.Popen([sys.executable, "-c", FREEZE, str(os.getppid()), str(os.getpid())])
time.sleep(0.2)
c.sendall(said)
c.recv(100)
`;

test('a deadline stands still while the whole machine does', async () => {
  const verdict = await withSubmission({ 'server.py': FROZEN }, (submission, folder) =>
    gradedByCommand(submission, folder, SPEC),
  );
  expect(verdict).toMatchObject({ status: 'pass', attempts: 1 });
});

/** Throws away what comes in the first half second, while it keeps the grader from running at its first start. */
const discards = (mark: string) => `
import os, signal, socket, sys, time
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
c, _ = s.accept()
first = not os.path.exists(${JSON.stringify(mark)})
if first:
    open(${JSON.stringify(mark)}, "w").close()
    os.kill(os.getppid(), signal.SIGSTOP)
time.sleep(0.5)
c.setblocking(False)
try: c.recv(100)
except BlockingIOError: pass
c.setblocking(True)
if first: os.kill(os.getppid(), signal.SIGCONT)
c.sendall(c.recv(100))
c.close()
`;

test('a program that did well only because the grader spoke late is tried again', async () => {
  const prompt = STEPS.replace(/.*accepted.*\n/, '');
  const verdict = await withSubmission({}, async (submission, folder) => {
    await writeFile(path.join(submission, 'server.py'), discards(path.join(folder, 'mark')));
    return gradedByCommand(submission, folder, specOf('server: {}', { answers: prompt }));
  });
  expect(verdict).toMatchObject({ status: 'fail', attempts: 2 });
});
