import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openGroups } from '../sandbox/cgroups/open-groups.ts';
import { descendants, type Grader, leftProcesses, makeStage, type Stage } from '../testing/abuse.ts';
import { canIsolate, type GraderLevel } from '../testing/can-isolate.ts';
import { eventually, ROOT } from '../testing/cli.ts';
import { disagreements, fixtureCases, paramsOf } from '../testing/fixtures.ts';
import { specOf, statuses, verdictOf } from '../testing/inline.ts';
import { gradeInWorker } from '../worker/grade-in-worker.ts';

let stage: Stage;
beforeAll(() => {
  stage = makeStage();
});
afterAll(() => stage.remove());

/** Tells why something is not tried, where the machine does not allow it. */
function unless(reason: string | undefined): typeof test {
  if (reason === undefined) return test;
  process.stderr.write(`Not tried: ${reason}.\n`);
  return test.skip as typeof test;
}

const rootFull = canIsolate({ grader: 'root', level: 'full' });

/** Few but telling; all of them, at the other levels, are in samples.test.ts. */
const REPRESENTATIVE = [
  'echo/no-reuseaddr-c echo',
  'echo/keeps-port-in-child echo',
  'echo/ignores-sigterm echo',
  'hey-there/java-solution hey-there',
  'hey-there/off-by-one-nul hey-there',
  'http/js-solution http',
  'socket-basics/python-greeter socket-basics',
];

describe('at level uid', () => {
  const reason = canIsolate({ grader: 'container', level: 'uid' });
  const cases = fixtureCases().filter(({ name, spec }) =>
    REPRESENTATIVE.includes(`${name} ${path.basename(spec, '.grade.yaml')}`),
  );
  unless(reason).each(cases.map((one) => [one.name, one] as const))(
    '%s gets the verdicts that it gets without isolation',
    async (_, { folder, spec, expected }) => {
      const params = paramsOf(expected);
      const report = await gradeInWorker({ submission: folder, spec, params, seed: '1' }, { level: 'uid' });
      expect(disagreements(expected, report)).toEqual([]);
      expect(report.isolation.level).toBe('uid');
    },
  );
});

unless(rootFull)(
  'twenty-four submissions that are all hard-coded to 8080 get verdicts of their own, eight at a time',
  async () => {
    const spec = path.join(stage.folder, 'who.grade.yaml');
    writeFileSync(spec, WHO);
    const waiting = Array.from({ length: 24 }, (_, number) => number);
    const answers = new Map<number, string>();
    const job = async (slot: number) => {
      for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
        const submission = path.join(stage.folder, `who-${number}`);
        mkdirSync(submission);
        // Every third one says who it is wrongly.
        writeFileSync(path.join(submission, 'server.py'), who(number % 3 === 0 ? 'nobody' : `${number}`));
        const job = { submission, spec, params: { who: `${number}` }, seed: '1' };
        const { status } = await gradeInWorker(job, { level: 'full', slot });
        answers.set(number, status);
      }
    };
    await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(job));
    const wrong = [...answers].filter(([number, status]) => status !== (number % 3 === 0 ? 'fail' : 'pass'));
    expect(wrong).toEqual([]);
    expect(answers.size).toBe(24);
  },
);

const { groups } = openGroups();
const counted = groups.length === 0 ? 'there are no control groups here' : undefined;
unless(rootFull ?? counted)('a program is in the control groups that count what it uses', async () => {
  const folder = path.join(stage.folder, 'in-groups');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'server.py'), 'print(open("/proc/self/cgroup").read(), end="")\n');
  const spec = path.join(folder, 'groups.grade.yaml');
  writeFileSync(
    spec,
    specOf('server: { ready: none }', {
      one: '    steps: [{ start: server }, { check: { program: server, is: exited } }]',
    }),
  );
  const report = await gradeInWorker({ submission: folder, spec, seed: '1' }, { level: 'full' });
  const { base64 = '' } = verdictOf(report, 'one').runs[0]?.trace.streams['server#1.stdout'] ?? {};
  const lines = Buffer.from(base64, 'base64').toString().split('\n');
  for (const { folder: own, version, controllers } of groups.filter((one) => one.controllers.length > 0)) {
    const hierarchy = lines.filter(
      (line) => version === 2 || controllers.some((name) => line.split(':')[1]?.split(',').includes(name)),
    );
    expect(hierarchy.join('\n')).toContain(path.basename(own));
  }
});

/** Steps as they stand in a scenario. */
function listed(steps: readonly string[]): string {
  return `    steps:\n${steps.map((step) => `      - ${step}\n`).join('')}`;
}

/** Refuses to start where the process of its last start is alive still, as its pid file says. */
const PID_FILE = `import os, socket, sys
if os.path.exists("pid"):
    try:
        os.kill(int(open("pid").read()), 0)
        sys.exit("already running")
    except ProcessLookupError:
        pass
with open("pid", "w") as file: file.write(str(os.getpid()))
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    c, _ = s.accept()
    c.close()
`;

unless(rootFull)('a program that is started again has another process number', async () => {
  const submission = path.join(stage.folder, 'pid-file');
  mkdirSync(submission);
  writeFileSync(path.join(submission, 'server.py'), PID_FILE);
  const spec = path.join(stage.folder, 'pid-file.grade.yaml');
  const start = ['start: server', 'check: { port: server, is: listening }'];
  const stop = 'stop: { program: server, signal: SIGKILL }';
  const all = [...start, stop, ...start, stop, ...start, stop, ...start];
  writeFileSync(spec, specOf('server: {}', { again: listed(all) }));
  const report = await gradeInWorker({ submission, spec, seed: '1' }, { level: 'full' });
  expect(statuses(report)).toEqual({ again: 'pass' });
});

const LEAVES = 'leaves-soon.py';
/** Ends when its client has gone, and is busy with that for a moment. */
const BUSY_AT_THE_END = `import os, socket, sys, threading, time
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
c, _ = s.accept()
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
while c.recv(100): pass
end = time.process_time() + 0.15
while time.process_time() < end: pass
os._exit(0)
`;

/** The process that starts the program, and waits for it, as it looks from outside; and the program. */
function keeperAndProgram(): { keeper: number; program: number } | undefined {
  const named = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), words: contentOf(`/proc/${pid}/cmdline`).split('\0') }))
    .filter(({ words }) => words.includes(LEAVES));
  const program = named.find(({ words }) => words[0]?.includes('python'))?.pid;
  const keeper = Number(/^PPid:\s*(\d+)$/m.exec(contentOf(`/proc/${program}/status`))?.[1] ?? 0);
  return program !== undefined && keeper > 1 ? { keeper, program } : undefined;
}

/** The process that grades: the next one above that is Node. */
function graderOf(keeper: number): number {
  let pid = keeper;
  while (pid > 1 && contentOf(`/proc/${pid}/comm`) !== 'node\n')
    pid = Number(/^PPid:\s*(\d+)$/m.exec(contentOf(`/proc/${pid}/status`))?.[1] ?? 0);
  return pid;
}

/** How often a process has gone to sleep and been woken. */
function timesWoken(pid: number): number {
  return Number(/^voluntary_ctxt_switches:\s*(\d+)$/m.exec(contentOf(`/proc/${pid}/status`))?.[1] ?? 0);
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

unless(rootFull)(
  'a program that has ended is not said to be busy, however late its end is reported',
  async () => {
    const submission = path.join(stage.folder, 'leaves');
    mkdirSync(submission);
    writeFileSync(path.join(submission, LEAVES), BUSY_AT_THE_END);
    const spec = path.join(stage.folder, 'leaves.grade.yaml');
    const steps = [
      'start: server',
      'connect: a',
      'assume: { conn: a, is: accepted }',
      'expect: { nothing: true, for: 1s }',
      'close: a',
      'check: { program: server, is: running, cpu: "<50%", for: 200ms }',
    ];
    writeFileSync(spec, specOf('server: {}', { leaves: listed(steps) }));
    const grading = gradeInWorker({ submission, spec, seed: '1' }, { level: 'full' });
    // Its second thread shows that it has a client; then its end is not reported for a while.
    let found: ReturnType<typeof keeperAndProgram>;
    await eventually(() => {
      found = keeperAndProgram();
      return found !== undefined && readdirSync(`/proc/${found.program}/task`).length === 2;
    }, 'it has a client');
    if (!found) throw new Error('the program was not found');
    const { keeper, program } = found;
    const grader = graderOf(keeper);
    process.kill(keeper, 'SIGSTOP');
    try {
      await eventually(() => /\) Z /.test(contentOf(`/proc/${program}/stat`)), 'it has ended');
      const before = timesWoken(grader);
      await eventually(
        () => timesWoken(grader) > before + 100,
        'the grader has looked at it again and again',
      );
    } finally {
      process.kill(keeper, 'SIGCONT');
    }
    const [verdict] = (await grading).scenarios;
    expect(verdict).toMatchObject({ status: 'fail', findings: [{ cause: 'exited' }] });
  },
);

const WHO = `version: 1
title: Who
params: { who: "?" }
programs:
  server: { port: 8080 }
scenarios:
  - id: who
    title: It says who it is
    steps:
      - start: server
      - connect: a
      - expect: { equals: "\${{ who }}\\n", read: close, within: 30s }
`;

function who(name: string): string {
  return `import socket
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("0.0.0.0", 8080))
listener.listen()
while True:
    connection, _ = listener.accept()
    connection.sendall(b"${name}\\n")
    connection.close()
`;
}

const LIMITED = ['root', 'user'] as const;

describe.each(LIMITED)('a program graded by %s', (grader) => {
  unless(canIsolate({ grader, level: 'full' }))(
    'has the limits of its scenario, or lower ones of the grader, and no rights',
    async () => {
      const submission = path.join(stage.folder, `tells-${grader}`);
      mkdirSync(submission);
      writeFileSync(path.join(submission, 'server.py'), TELLS);
      const spec = path.join(stage.folder, `tells-${grader}.grade.yaml`);
      writeFileSync(spec, LIMITS_AND_RIGHTS);
      const [command = '', ...words] = stage.command(grader, [
        ...['run', submission, '--spec', spec, '--isolation', 'require'],
        ...['--out', stage.own(grader, 'limits')],
      ]);
      const lower = ['--nofile=400:700', '--', command, ...words];
      const { status, stdout } = spawnSync('prlimit', lower, { cwd: stage.folder, encoding: 'utf8' });
      expect(stdout).toMatch(/1 passed/);
      expect(status).toBe(0);
    },
  );
});

const TELLS = `import os, resource, socket, sys
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("0.0.0.0", int(sys.argv[1])))
listener.listen()
connection, _ = listener.accept()
for name in ("CPU", "NPROC", "NOFILE", "CORE"):
    connection.sendall(b"%s %d %d\\n" % (name.encode(), *resource.getrlimit(getattr(resource, "RLIMIT_" + name))))
soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
connection.sendall(b"DATA %d\\n" % (200 << 20 <= soft == hard < 1 << 60))
connection.sendall(b"GROUPS %d %d\\n" % (os.getuid(), len(set(os.getgroups()) - {1000, 65534})))
for line in open("/proc/self/status"):
    if line.startswith(("Cap", "NoNewPrivs", "Seccomp:")):
        connection.sendall(line.replace("\\t", " ").encode())
connection.close()
`;

const LIMITS_AND_RIGHTS = `version: 1
title: Limits
programs:
  server: {}
scenarios:
  - id: limits
    title: Its limits
    limits: { memory: 100MiB, cpu: 7s, processes: 33 }
    steps:
      - start: server
      - connect: a
      - expect:
          read: close
          within: 30s
          equals: |
            CPU 8 9
            NPROC 49 49
            NOFILE 700 700
            CORE 0 0
            DATA 1
            GROUPS 1000 0
            CapInh: 0000000000000000
            CapPrm: 0000000000000000
            CapEff: 0000000000000000
            CapBnd: 0000000000000000
            CapAmb: 0000000000000000
            NoNewPrivs: 1
            Seccomp: 2
`;

/** Whether a process is still the one that it was. */
function isThere(pid: number, words: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') === words;
  } catch {
    return false;
  }
}

const KILLED: readonly GraderLevel[] = [
  { grader: 'root', level: 'full' },
  { grader: 'user', level: 'full' },
  { grader: 'container', level: 'uid' },
];

describe.each(KILLED)('when $grader grades', ({ grader, level }) => {
  unless(canIsolate({ grader, level }))(
    'nothing of a student is left soon after the grader was killed',
    async () => {
      const out = stage.own(grader as Grader, 'out');
      const submission = path.join(stage.folder, `daemon-${grader}`);
      cpSync(path.join(ROOT, 'fixtures/abuse/stops-itself'), submission, { recursive: true });
      const spec = path.join(ROOT, 'fixtures/abuse/abuse.grade.yaml');
      const open = path.join(stage.folder, `abuse-${grader}.grade.yaml`);
      writeFileSync(open, readFileSync(spec), { mode: 0o644 });
      const { child, result } = stage.start(grader as Grader, [
        ...['run', submission, '--spec', open, '--out', out, '--quiet'],
      ]);
      const started = () => descendants(child.pid ?? 0);
      await eventually(() => started().some(({ args }) => /^\S*python3 server/.test(args)), 'it runs');
      const before = started();
      const grading = child.pid ?? 0;
      expect(before.length).toBeGreaterThan(2);
      process.kill(grading, 'SIGKILL');
      await result;
      const left = () => before.filter(({ pid, args }) => args !== '' && isThere(pid, args));
      await eventually(() => left().length === 0 && leftProcesses().length === 0, 'nothing is left', 2_000);
      expect(readdirSync('/dev/shm').filter((name) => name.startsWith('socket-grader'))).toEqual([]);
    },
  );
});

/** Leaves a process behind that nobody can know by its environment, its folder, its session or its streams. */
const HIDES = `import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.chdir("/")
        for fd in range(256):
            try: os.close(fd)
            except OSError: pass
        os.execve("/bin/sleep", ["hides-SUBMISSION", "1000"], {})
    os._exit(0)
time.sleep(1000)
`;
const UNGUARDED = [
  { grader: 'root', level: 'none', ended: ['grader'] },
  { grader: 'plain', level: 'none', ended: ['grader'] },
  { grader: 'plain', level: 'none', ended: ['grader', 'worker'] },
  { grader: 'container', level: 'uid', ended: ['grader', 'worker'] },
] as const;

describe.each(UNGUARDED)(
  'when $grader grades at level $level and $ended is killed',
  ({ grader, level, ended }) => {
    const reason = level === 'uid' ? canIsolate({ grader: 'container', level }) : undefined;
    unless(reason)('nothing is left of a program that hides, nor of its files', async () => {
      const name = `hides-${grader}-${ended.length}`;
      const submission = path.join(stage.folder, name);
      mkdirSync(submission);
      writeFileSync(path.join(submission, 'server.py'), HIDES.replace('SUBMISSION', name));
      const { child, result } = stage.start(grader, [
        ...['run', submission, '--isolation', level === 'none' ? 'none' : 'auto', '--quiet'],
        ...['--out', stage.own(grader, 'out')],
      ]);
      const hidden = () =>
        all().filter((pid) => contentOf(`/proc/${pid}/cmdline`).startsWith(`hides-${name}`));
      await eventually(() => hidden().length > 0, 'it hides');
      const below = descendants(child.pid ?? 0);
      const nodes = below.filter(({ args }) => /main\.c?js/.test(args) && !args.startsWith('perl'));
      const worker = nodes.find(({ args }) => args.includes('main.cjs'))?.pid ?? 0;
      const grading = child.pid ?? 0;
      const scratch = () =>
        readdirSync(os.tmpdir()).filter((each) => each.startsWith(`socket-grader-${worker}-`));
      expect([worker > 0, grading > 0, scratch().length]).toEqual([true, true, 1]);
      if (ended.length > 1) process.kill(worker, 'SIGKILL');
      process.kill(grading, 'SIGKILL');
      await result;
      await eventually(() => hidden().length === 0 && scratch().length === 0, 'nothing is left', 5_000);
    });
  },
);

function all(): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

unless(rootFull)('root that may not look into the processes of others grades where it sees them', () => {
  const main = path.join(stage.folder, 'grader/dist/cli/main.js');
  const args = ['--bounding-set=-sys_ptrace', '--', process.execPath, main, 'doctor'];
  const { stdout } = spawnSync('setpriv', args, { cwd: stage.folder, encoding: 'utf8' });
  expect(stdout).toMatch(/^isolation +uid:/m);
  expect(stdout).toMatch(/missing the grader cannot see what isolated programs do: .*syscall.*SYS_PTRACE/);
  expect(stdout).toMatch(/fix with .*SYS_PTRACE/);
});

unless(canIsolate({ grader: 'container', level: 'uid' }))(
  'require ends with 2 before anything of the submission runs, and says what fixes it',
  async () => {
    const out = stage.own('container', 'out');
    const submission = path.join(stage.folder, 'never');
    mkdirSync(submission);
    const built = path.join(stage.folder, 'built');
    writeFileSync(path.join(submission, 'Makefile'), `all:\n\ttouch ${built}\n`);
    const { code, stderr } = await stage.run('container', [
      ...['run', submission, '--isolation', 'require', '--out', out],
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/can't be isolated here/);
    expect(readdirSync(stage.folder)).not.toContain('built');
  },
);

unless(canIsolate({ grader: 'container', level: 'uid' }))(
  'what a batch has written is closed to programs at level uid while they run, and open again afterwards',
  async () => {
    const out = path.join(stage.folder, 'open-results');
    const given = path.join(stage.folder, 'open-given');
    mkdirSync(path.join(given, 'ada'), { recursive: true });
    writeFileSync(path.join(given, 'ada/server.py'), LOOKS_AT_RESULTS);
    const spec = path.join(stage.folder, 'open.grade.yaml');
    const steps =
      '    steps: [{ start: server }, { connect: a }, { expect: { equals: { line: PermissionError } } }]';
    const program = `server: { env: { OUT: ${JSON.stringify(out)} } }`;
    writeFileSync(spec, specOf(program, { looks: steps }));
    const { code, stdout, stderr } = await stage.run('container', [
      ...['batch', given, '--spec', spec, '--out', out, '--isolation', 'auto'],
    ]);
    expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, '']);
    expect(statSync(out).mode & 0o777).toBe(0o755);
  },
);

/** Says to each client what became of listing the folder with the results. */
const LOOKS_AT_RESULTS = `import os, socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    c, _ = s.accept()
    try:
        c.sendall(f"{len(os.listdir(os.environ['OUT']))}\\n".encode())
    except OSError as error:
        c.sendall(f"{type(error).__name__}\\n".encode())
    c.close()
`;

test('hidden scenarios are not run where the program could read them, and the report says so', async () => {
  const { gradeInWorker: inWorker } = await import('../worker/grade-in-worker.ts');
  const submission = path.join(ROOT, 'fixtures/abuse/descriptors');
  const spec = path.join(ROOT, 'fixtures/abuse/abuse.grade.yaml');
  const job = { submission, spec, seed: '1', only: ['serves-again'] };
  const refused = (await inWorker(job, { level: 'none' })).scenarios[0];
  expect(refused).toMatchObject({ status: 'inconclusive', findings: [{ cause: 'unprotected' }] });
  const [run] = (await inWorker({ ...job, unsafe: true }, { level: 'none' })).scenarios;
  expect(run?.status).toBe('pass');
});

/** Has a counter in shared memory, as a course on Unix has it, and asks for what isolation refuses when asked to. */
const CALLS = `#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int id = shmget(IPC_PRIVATE, sizeof(int), IPC_CREAT | 0600);
  if (id < 0) { perror("shmget"); return 1; }
  int *counter = shmat(id, NULL, 0);
  if (strcmp(argv[2], "more") == 0 && memfd_create("x", 0) < 0) { perror("memfd_create"); return 1; }
  int s = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
  if (bind(s, (struct sockaddr *)&a, sizeof a) < 0 || listen(s, 5) < 0) return 1;
  for (;;) { close(accept(s, NULL, NULL)); ++*counter; }
}
`;

unless(rootFull)('what isolation refuses is not held against a program', async () => {
  const submission = path.join(stage.folder, 'calls');
  mkdirSync(submission);
  writeFileSync(path.join(submission, 'server.c'), CALLS);
  const spec = path.join(stage.folder, 'calls.grade.yaml');
  writeFileSync(
    spec,
    specOf('server: {}', { starts: listed(['start: server', 'check: { port: server, is: listening }']) }),
  );
  const graded = async (word: string) => {
    const job = {
      submission,
      spec,
      seed: '1',
      build: 'gcc -o server server.c',
      run: `./server {port} ${word}`,
    };
    const report = await gradeInWorker(job, { level: 'full' });
    return verdictOf(report, 'starts');
  };
  expect(await graded('less')).toMatchObject({ status: 'pass' });
  expect(await graded('more')).toMatchObject({
    status: 'inconclusive',
    findings: [
      {
        because: 'capability',
        actual: expect.stringMatching(/^memfd_create\(\) failed with ENOSYS in process \d+ \(server\)/),
        evidence: ['stderr: memfd_create: Function not implemented'],
      },
    ],
  });
});

/** Each with what it must come to: a refused call excuses who ended by it, and words excuse nobody. */
const REFUSED = {
  'a call that ends it in silence': [
    'import os, sys\ntry: os.memfd_create("x")\nexcept OSError: sys.exit(7)\n',
    { status: 'inconclusive', findings: [{ because: 'capability' }] },
  ],
  'a call of a process that it started': [
    `import os, subprocess, sys
sys.exit(subprocess.run(["perl", "-e", "exit(syscall(425, 1, 0) < 0 ? 1 : 0)"]).returncode)
`,
    {
      status: 'inconclusive',
      findings: [{ because: 'capability', actual: expect.stringContaining('io_uring_setup() failed') }],
    },
  ],
  'an excuse without a call': [
    'import sys\nsys.exit("OSError: [Errno 38] Function not implemented: io_uring_setup")\n',
    { status: 'fail' },
  ],
  'a call that it can do without, and no reply': [
    `import os, socket, sys
try: os.memfd_create("x")
except OSError as error: print(error, file=sys.stderr)
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
c, _ = s.accept(); c.recv(100); sys.exit("Function not implemented")
`,
    { status: 'fail' },
  ],
  'a call that it can do without, and an error of its own at once': [
    `import os
try: os.memfd_create("x")
except OSError: pass
lissten(8080)
`,
    { status: 'fail', findings: [{ cause: 'exited' }] },
  ],
  'a call that it can do without, and an end much later': [
    `import os, sys, time
try: os.memfd_create("x")
except OSError: pass
time.sleep(2)
sys.exit(1)
`,
    { status: 'fail', findings: [{ cause: 'exited' }] },
  ],
  'a call that it can do without': [
    `import os, socket, sys
for call in (lambda: os.memfd_create("x"), lambda: socket.socket(socket.AF_VSOCK)):
    try: call()
    except OSError as error: print(error.errno)
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
c, _ = s.accept(); c.sendall(c.recv(100)); c.recv(1)
`,
    { status: 'pass' },
  ],
} as const;

unless(rootFull)('refused calls excuse who ended by them, and words excuse nobody', async () => {
  const submission = path.join(stage.folder, 'refused');
  mkdirSync(submission);
  const all = Object.entries(REFUSED).map(([name, [program, expected]], at) => {
    writeFileSync(path.join(submission, `p${at}.py`), program);
    return { name, program: `p${at}`, expected };
  });
  const spec = path.join(stage.folder, 'refused.grade.yaml');
  const steps = (program: string) =>
    listed([
      `start: ${program}`,
      `connect: { as: a, to: ${program} }`,
      'send: hello',
      'expect: { equals: hello }',
    ]);
  const programs = all.map(({ program }) => `${program}: { run: "python3 ${program}.py \${{ port }}" }`);
  const scenarios = Object.fromEntries(all.map(({ program }) => [program, steps(program)]));
  writeFileSync(spec, specOf(programs.join(', '), scenarios));
  const report = await gradeInWorker({ submission, spec, seed: '1' }, { level: 'full' });
  const found = all.map(({ name, program }) => [name, verdictOf(report, program)]);
  expect(found).toMatchObject(all.map(({ name, expected }) => [name, expected]));
});

/** Each build with what it must come to. */
const BUILDS = {
  'a call that ends it': [
    `perl -e 'exit(syscall(425, 1, 0) < 0 ? 1 : 0)'`,
    {
      because: 'capability',
      summary: expect.stringContaining('io_uring_setup()'),
      actual: expect.stringContaining('(perl)'),
    },
  ],
  'a call that it can do without, and an error of the sources': [
    `perl -e 'syscall(425, 1, 0)'; echo "int x" > x.c; gcc -c x.c`,
    { actual: expect.stringContaining('error:') },
  ],
} as const;

unless(rootFull).each(Object.entries(BUILDS))(
  'refused calls of a build: %s',
  async (name, [rule, finding]) => {
    const submission = path.join(stage.folder, `build-${name.replaceAll(/\W/g, '-')}`);
    mkdirSync(submission);
    writeFileSync(path.join(submission, 'Makefile'), `server:\n\t${rule.replaceAll('$', '$$')}\n`);
    const spec = path.join(stage.folder, 'build-refused.grade.yaml');
    writeFileSync(
      spec,
      specOf('server: {}', { starts: listed(['start: server', 'check: { port: server, is: listening }']) }),
    );
    const report = await gradeInWorker({ submission, spec, seed: '1' }, { level: 'full' });
    const [found] = verdictOf(report, 'starts').findings;
    expect(found).toMatchObject({ cause: 'build_failed', ...finding });
    expect(found?.because).toBe('because' in finding ? finding.because : undefined);
  },
);

unless(rootFull)('a program that starts more threads than it may gets that cause each time', async () => {
  const submission = path.join(stage.folder, 'threads');
  mkdirSync(submission);
  const program = `import socket, sys, threading
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
for _ in range(300): threading.Thread(target=s.accept).start()
`;
  writeFileSync(path.join(submission, 'server.py'), program);
  const spec = path.join(stage.folder, 'threads.grade.yaml');
  const steps = ['start: server', 'check: { program: server, is: running, for: 1s }'];
  writeFileSync(spec, specOf('server: {}', { one: listed(steps), two: listed(steps), three: listed(steps) }));
  const report = await gradeInWorker({ submission, spec, seed: '1' }, { level: 'full' });
  for (const id of ['one', 'two', 'three'])
    expect(verdictOf(report, id)).toMatchObject({
      status: 'fail',
      findings: [{ cause: 'processes_limit' }, {}],
    });
});
