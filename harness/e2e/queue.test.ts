import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import getPort from 'get-port';
import { writeFiles } from '../batch/testing/archives.ts';
import { STUDENTS, writeCourse, writeSpec } from '../batch/testing/course.ts';
import { TestRedis } from '../queue/testing/redis.ts';
import { canIsolate } from '../testing/can-isolate.ts';
import { eventually, ROOT, runCli, startCli } from '../testing/cli.ts';

let redis: TestRedis;
let folder: string;
let spec: string;
const at = (...names: string[]) => path.join(folder, ...names);
const gradebook = (out: string) => readFileSync(at(out, 'gradebook.csv'), 'utf8');
/** As a batch in a test is graded: at any level, with hidden scenarios. */
const how = ['--isolation', 'auto', '--unsafe'];
const batch = (out: string, ...more: string[]) => [
  ...['batch', at('given'), '--spec', spec, '--out', at(out), ...how],
  ...more,
];

beforeAll(async () => {
  redis = await TestRedis.start();
  folder = mkdtempSync(path.join(os.tmpdir(), 'queue-e2e-'));
  spec = writeSpec(folder);
  const { right, once, crashes } = STUDENTS;
  writeCourse(at('given'), { right, once, crashes } as typeof STUDENTS);
  writeFiles(at('given'), { 'empty-1/notes.txt': 'nothing to start\n' });
});
afterAll(async () => {
  await redis.remove();
  rmSync(folder, { recursive: true });
});

/** A worker, and what it has said so far. */
function worker(...more: string[]) {
  const { child, result } = startCli([
    ...['worker', '--queue', redis.url(), '--isolation', 'auto', '--jobs', '2'],
    ...more,
  ]);
  const said = { text: '' };
  child.stdout?.on('data', (bytes: Buffer) => {
    said.text += bytes.toString();
  });
  return { child, result, said };
}

test('a batch over a queue leaves the gradebook that it leaves without one, and nothing in Redis', async () => {
  const serving = worker('--metrics', '0');
  const [queued, local] = await Promise.all([
    runCli(batch('queued', '--queue', redis.url())),
    runCli(batch('local', '--jobs', '1')),
  ]);
  expect(queued.stderr).toBe('');
  expect([queued.code, local.code]).toEqual([3, 3]);
  expect(gradebook('queued')).toBe(gradebook('local'));
  expect(readdirSync(at('queued')).toSorted()).toEqual(readdirSync(at('local')).toSorted());
  const report = JSON.parse(readFileSync(at('queued', 'students', 'once-1', 'report.json'), 'utf8'));
  expect(report.host.name).toBe(os.hostname());
  expect(readFileSync(at('queued', 'students', 'once-1', 'report.html'), 'utf8')).not.toContain(
    `${os.hostname()}: linux`,
  );
  // What was recorded can be judged again where the batch was started, which runs nothing.
  const judged = await runCli(['rejudge', at('queued'), '--spec', spec]);
  expect(judged.code).toBe(3);
  expect(gradebook('queued')).toBe(gradebook('local'));

  const submitted = await runCli(
    ['submit', at('given', 'right-1'), '--spec', spec, '--queue', redis.url(), ...how, '--report', 'tap=-'],
    { cwd: folder },
  );
  expect(submitted.stdout).toContain('ok 1 - ');
  expect(submitted.code).toBe(0);
  // Others on the machine can read command lines.
  const line = readFileSync(`/proc/${serving.child.pid}/cmdline`, 'latin1');
  expect(line).not.toContain('sesame');

  const [, metrics = ''] = /Metrics: (\S+)/.exec(serving.said.text) ?? [];
  const figures = await (await fetch(metrics)).text();
  expect(figures).toMatch(/^socket_grader_submissions_total\{outcome="graded"\} 4$/m);
  expect(figures).toMatch(/^socket_grader_queue_connected 1$/m);
  const status = await runCli(['queue', 'status', '--queue', redis.url()]);
  expect(status.stdout).toMatch(/^0 batches, 1 worker\n\n.*0 of 2 at work, \d graded\n$/);
  serving.child.kill('SIGTERM');
  expect((await serving.result).code).toBe(0);
  expect(await redis.keys()).toEqual([]);
});

test('a batch says why nothing is graded, and goes on as soon as a worker can; killed, it resumes', async () => {
  const waiting = startCli(batch('resumed', '--queue', redis.url()));
  let said = '';
  waiting.child.stdout?.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  await eventually(() => said.includes('No worker serves the queue. Start one'), 'it says so');
  // A worker of another version announces itself.
  const entry = {
    name: 'old',
    host: 'old',
    pid: 1,
    version: '0.0.1',
    level: 'full',
    jobs: 1,
    running: [],
    graded: 0,
  };
  const now = Number((await redis.cli('time')).split('\n')[0]) * 1000;
  const announced = JSON.stringify({ ...entry, started: now, seen: now + 60_000 });
  await redis.cli('hset', 'socket-grader:workers', 'old', announced);
  await eventually(() => said.includes('1 is of version 0.0.1 (this batch needs '), 'it names the version');
  await redis.cli('hdel', 'socket-grader:workers', 'old');
  waiting.child.kill('SIGKILL');
  await waiting.result;
  const status = await runCli(['queue', 'status', '--queue', redis.url(), '--json']);
  const { batches } = JSON.parse(status.stdout);
  expect(batches).toEqual([expect.objectContaining({ title: 'Shout', total: 4, waiting: 4, running: 0 })]);

  const serving = worker();
  const resumed = await runCli(batch('resumed', '--queue', redis.url()));
  serving.child.kill('SIGTERM');
  await serving.result;
  expect(resumed.code).toBe(3);
  expect(resumed.stdout).toContain('3 of 4 submissions graded, 1 without a grade');
  expect(await redis.keys()).toEqual([]);
});

test('Redis is away in the middle and comes back without what it held: everything goes on', async () => {
  const serving = worker();
  const out = 'away';
  const { child, result } = startCli(batch(out, '--queue', redis.url()));
  let said = '';
  child.stdout?.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  await eventually(() => said.includes('[1/4]'), 'the first is graded');
  await redis.stop();
  const LOST = 'The connection to Redis is lost.';
  await eventually(() => said.includes(LOST) && serving.said.text.includes(LOST), 'both say so');
  await redis.start();
  const { code, stdout } = await result;
  expect([code, stdout.match(/Redis is back/g)]).toEqual([3, ['Redis is back']]);
  expect(stdout).toContain('3 of 4 submissions graded, 1 without a grade');
  expect(gradebook(out)).toBe(gradebook('local'));
  serving.child.kill('SIGTERM');
  expect((await serving.result).code).toBe(0);
  expect(await redis.keys()).toEqual([]);
});

/** A program that listens in the abstract namespace of Unix sockets, which Node cannot. */
async function listenAt(name: string): Promise<ChildProcess> {
  const source = `import socket, time
s = socket.socket(socket.AF_UNIX)
s.bind("\\0${name}")
s.listen()
print("ready", flush=True)
time.sleep(600)`;
  const child = spawn('python3', ['-c', source], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  return child;
}

/** What a program that looks around may find. */
interface Surroundings {
  readonly port: number;
  readonly socket: string;
  /** Of a listener in the abstract namespace. */
  readonly abstract: string;
  /** Another student's file. */
  readonly file: string;
}

/**
 * Looks for Redis, workers and other students, in all ways that a program has; `found` then keeps it from being a server.
 * A worker whose address has a password shows no more than its name, followed by spaces.
 */
const SPY = ({ port, socket, abstract, file }: Surroundings) => `import os, socket, sys
found = []
def attempt(name, action):
    try:
        if action() is not False: found.append(name)
    except OSError:
        pass
def processes(*words):
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for name in ("environ", "cmdline"):
            try:
                if any(word in open(f"/proc/{pid}/{name}", "rb").read() for word in words): yield int(pid)
            except OSError:
                pass
def folders():
    return any(name.startswith("socket-grader-worker-") for name in os.listdir("${os.tmpdir()}"))
unix = lambda: socket.socket(socket.AF_UNIX)
attempt("tcp", lambda: socket.create_connection(("127.0.0.1", ${port}), 1))
attempt("unix", lambda: unix().connect("${socket}"))
attempt("abstract", lambda: unix().connect("\\0${abstract}"))
attempt("file", lambda: os.stat("${socket}"))
attempt("password", lambda: any(processes(b"sesame")))
attempt("worker", lambda: any(os.kill(pid, 0) is None for pid in processes(b"worker/main.cjs", b"socket-grader  ")))
attempt("student", lambda: open("${file}").read())
attempt("folders", folders)
if found: sys.exit("reached: " + " ".join(found))
`;

const full = canIsolate({ grader: 'root', level: 'full' });
if (full !== undefined) process.stderr.write(`Not tried: hostile submissions on a queue: ${full}\n`);

(full === undefined ? test : test.skip)(
  'a submission reaches neither Redis nor its password, no worker and no other student at level full',
  async () => {
    const port = await getPort();
    const open = await TestRedis.start('--port', `${port}`, '--bind', '127.0.0.1');
    const abstract = `socket-grader-test-${process.pid}`;
    const listener = await listenAt(abstract);
    const file = at('given', 'once-1', 'server.py');
    const spy = SPY({ port, socket: open.socket, abstract, file });
    writeFiles(at('hostile'), { 'spy/server.py': `${spy}${STUDENTS.right?.source ?? ''}` });
    const points: Record<string, string> = {};
    for (const isolation of ['require', 'none']) {
      const args = ['--queue', open.url(), '--isolation', isolation];
      const serving = startCli(['worker', ...args], { env: { SECRET: 'open sesame' } });
      const out = at(`hostile-${isolation}`);
      const { code } = await runCli([
        'batch',
        at('hostile'),
        '--spec',
        spec,
        '--out',
        out,
        '--unsafe',
        ...args,
      ]);
      expect(code).toBe(0);
      serving.child.kill('SIGTERM');
      await serving.result;
      points[isolation] = readFileSync(path.join(out, 'students/spy/report.json'), 'utf8');
    }
    await open.remove();
    listener.kill();
    expect(JSON.parse(points.require ?? '')).toMatchObject({ points: 3, status: 'pass' });
    // Without isolation the same program finds all of them.
    expect(/reached: [a-z ]+/.exec(points.none ?? '')?.[0]).toBe(
      'reached: tcp unix abstract file password worker student folders',
    );
  },
);

test('wrong usage and a queue that is not there are refused before anything is written', async () => {
  const refused = async (...args: string[]) => {
    const { code, stderr } = await runCli(args);
    expect(code).toBe(2);
    return stderr.replaceAll('\n    ', ' ');
  };
  const gone = 'unix:///nowhere/redis.sock';
  expect(await refused(...batch('refused', '--queue', gone))).toMatch(/no Redis listens there/);
  expect(await refused(...batch('refused', '--queue', redis.url(), '--jobs', '2'))).toMatch(
    /Give --jobs to the workers/,
  );
  expect(await refused(...batch('refused', '--store', folder))).toMatch(/--store is for a queue/);
  expect(await refused('worker')).toMatch(/no queue is named/);
  expect(await refused('worker', '--queue', gone, '--metrics', 'x')).toMatch(/--metrics: can't be "x"/);
  expect(await refused('queue', 'remove', 'batch-x', '--queue', redis.url())).toMatch(
    /there is no batch batch-x/,
  );
  expect(await refused('submit', at('nobody'), '--spec', spec, '--queue', redis.url())).toMatch(
    /no such submission/,
  );
  expect(readdirSync(folder)).not.toContain('refused');
  // Nothing of a queue is loaded by those who use none.
  expect(readFileSync(path.join(ROOT, 'dist/bundles/commands.cjs'), 'utf8')).not.toContain(
    'moveStalledJobsToWait-9',
  );
});
