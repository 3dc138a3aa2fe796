import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCli } from '../testing/cli.ts';
import { specOf, withSubmission } from '../testing/inline.ts';

/** At its first start gives up on a client that it has kept from running itself, or, told so, at once. */
const GIVES_UP = (mark: string, stops: boolean) => `
import os, signal, socket, sys, time
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
c, _ = s.accept()
if not os.path.exists(${JSON.stringify(mark)}):
    open(${JSON.stringify(mark)}, "w").close()
    if ${stops ? 'True' : 'False'}:
        os.kill(os.getppid(), signal.SIGSTOP)
        time.sleep(0.8)
        os.kill(os.getppid(), signal.SIGCONT)
    sys.exit("nobody says anything")
c.sendall(c.recv(100))
c.close()
`;
const STEPS = `
    steps:
      - start: server
      - connect: a
      - check: { conn: a, is: accepted }
      - send: hello
      - expect: { equals: hello }
`;

async function graded(stops: boolean) {
  return await withSubmission({}, async (submission, folder) => {
    await writeFile(path.join(submission, 'server.py'), GIVES_UP(path.join(folder, 'mark'), stops));
    const spec = path.join(folder, 'late.grade.yaml');
    await writeFile(spec, specOf('server: {}', { answers: STEPS }));
    const report = path.join(folder, 'report.json');
    await runCli(['run', submission, '--spec', spec, '--isolation', 'none', '--report', `json=${report}`]);
    return JSON.parse(await readFile(report, 'utf8')).scenarios[0];
  });
}

test('what failed while the grader was kept from running is tried again', async () => {
  expect(await graded(true)).toMatchObject({ status: 'pass', attempts: 2, flaky: true });
}, 60_000);

test('what failed while the grader could run stays failed', async () => {
  expect(await graded(false)).toMatchObject({ status: 'fail', attempts: 1 });
}, 60_000);
