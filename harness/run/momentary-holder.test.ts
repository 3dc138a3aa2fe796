import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { reservePort } from '../net/port.ts';
import { gradeInline, specOf, verdictOf, withSubmission } from '../testing/inline.ts';

/** Takes a port at a signal, or at once, and lets go of it after a while; says when it has it. */
function holder(port: number, { listens, ms }: { listens: boolean; ms: number }): ChildProcess {
  const script = `import os, socket, sys, time
sys.stdin.readline()
s = socket.socket(); s.bind(("127.0.0.1", ${port}))
if ${listens ? 'True' : 'False'}: s.listen()
print("held", flush=True); time.sleep(${ms / 1000})`;
  return spawn('python3', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
}

const STEPS = `    steps:
      - start: server
      - connect: a
      - send: hello
      - expect: { equals: hello }
`;
/** Ends without a word when its port is taken. Waits until it is where "at" is there. */
const program = (at: string, silent: boolean, after = 0) => `import os, socket, sys, time
if not os.path.exists("${at}.done"):
    open("${at}", "w").close()
    while not os.path.exists("${at}.held"): time.sleep(0.01)
    open("${at}.done", "w").close()
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try: s.bind(("127.0.0.1", int(sys.argv[1])))
except OSError as error:
    time.sleep(${after})
    sys.exit(${silent ? '1' : 'str(error)'})
s.listen()
while True:
    c, _ = s.accept()
    while d := c.recv(4096): c.sendall(d)
    c.close()
`;

const linux = process.platform === 'linux' ? test : test.skip;

linux.each([
  ['it ends in silence', true, 0],
  ['it says why', false, 0],
  ['the other has gone when it ends', true, 2],
] as const)(
  'a right program whose port another process takes while it starts is tried again: %s',
  async (_, silent, after) => {
    const { port, release } = await reservePort();
    try {
      await withSubmission({}, async (_submission, folder) => {
        const at = `${folder}/started`;
        const stranger = holder(port, { listens: true, ms: 3_000 });
        const watching = (async () => {
          const { existsSync, writeFileSync } = await import('node:fs');
          while (!existsSync(at)) await new Promise((resolve) => setTimeout(resolve, 5));
          stranger.stdin?.write('go\n');
          if (stranger.stdout) await once(stranger.stdout, 'data');
          writeFileSync(`${at}.held`, '');
        })();
        const spec = specOf(`server: { port: ${port} }`, { one: STEPS });
        const report = await gradeInline({ 'server.py': program(at, silent, after) }, spec);
        await watching;
        const { status, runs } = verdictOf(report, 'one');
        expect({ status, attempts: runs.length }).toEqual({ status: 'pass', attempts: 2 });
        expect(runs[0]).toMatchObject({ status: 'inconclusive', findings: [{ cause: 'port_taken' }] });
        expect(runs[0]?.findings[0]?.summary).toContain(`process ${stranger.pid} (python3) listens`);
      });
    } finally {
      release();
    }
  },
);

linux(
  'one that lets go before the program is started is waited for, one that does not is said to hold it',
  async () => {
    const { port, release } = await reservePort();
    const spec = specOf(`server: { port: ${port} }`, { one: STEPS });
    const files = {
      'server.py': program('/nowhere', false).replace('os.path.exists("/nowhere.done")', 'True'),
    };
    const brief = holder(port, { listens: false, ms: 600 });
    brief.stdin?.write('go\n');
    if (brief.stdout) await once(brief.stdout, 'data');
    expect(verdictOf(await gradeInline(files, spec), 'one')).toMatchObject({ status: 'pass', attempts: 1 });
    const lasting = holder(port, { listens: false, ms: 60_000 });
    lasting.stdin?.write('go\n');
    if (lasting.stdout) await once(lasting.stdout, 'data');
    const verdict = verdictOf(await gradeInline(files, spec), 'one');
    lasting.kill('SIGKILL');
    release();
    expect(verdict).toMatchObject({
      status: 'inconclusive',
      findings: [{ because: 'interference', summary: expect.stringContaining('bound to it') }],
    });
  },
);
