import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { descendants } from '../testing/abuse.ts';
import { eventually, processesBelow, ROOT, runCli, startCli } from '../testing/cli.ts';

const PYTHON = path.join(ROOT, 'fixtures/echo/python-solution');
/** The scratch folders of runs; each run must remove its own. */
const TEMPORARY = realpathSync(os.tmpdir());

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'cli-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface ReportFile {
  readonly schema: string;
  readonly status: string;
  readonly interrupted: boolean;
  readonly points: number;
  readonly max_points: number;
  readonly submission: { readonly sha256: string };
  readonly scenarios: readonly {
    readonly id: string;
    readonly status: string;
    readonly trace: readonly unknown[];
    readonly findings: readonly { readonly summary: string; readonly because?: string }[];
  }[];
}

function readReport(file = path.join(folder, 'report.json')): ReportFile {
  return JSON.parse(readFileSync(file, 'utf8')) as ReportFile;
}

/** A server that answers every line with a fixed text. */
function serverSource(port: string, extra = ''): string {
  return `import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("localhost", ${port}))
s.listen(5)
${extra}
while True:
    c, a = s.accept()
    data = c.recv(512)
    if data:
        c.sendall(b"answer to " + data)
    c.close()
`;
}

describe('exit status and reports', () => {
  test('0 and a full report when everything passed', async () => {
    const { code, stdout, stderr } = await runCli(['run', PYTHON, '--out', folder]);
    expect(stderr).toMatch(/^(\d\/6 pass [\w-]+ [\d.]+ s\n){6}$/);
    expect(stdout).toContain('9 of 9 points');
    expect(code).toBe(0);
    const report = readReport();
    expect(report).toMatchObject({
      schema: 'socket-grader/report/v1',
      status: 'pass',
      points: 9,
      max_points: 9,
      interrupted: false,
    });
    expect(report.scenarios.map(({ id }) => id)).toEqual([
      'listens',
      'reuse-address',
      'blocking-accept',
      'blocking-recv',
      'buffered-data',
      'send-reply',
    ]);
    for (const { trace } of report.scenarios) expect(trace.length).toBeGreaterThan(0);
  });

  test('1 when something failed, with the cause on 80 columns', async () => {
    const { code, stdout } = await runCli([
      'run',
      'fixtures/echo/no-reuseaddr',
      '--only',
      'reuse-address',
      '--out',
      folder,
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain('SO_REUSEADDR was not set');
    expect(stdout).not.toContain('\u001b[');
    for (const line of stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
  });

  test('3 when nothing failed but something could not be decided', async () => {
    const stranger = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => stranger.once('listening', resolve));
    const { port } = stranger.address() as net.AddressInfo;
    const { code, stdout } = await runCli([
      'run',
      PYTHON,
      '--port',
      String(port),
      '--only',
      'listens',
      // A stranger on the machine is out of sight of an isolated program.
      '--isolation',
      'none',
      '--out',
      folder,
    ]);
    stranger.close();
    expect(code).toBe(3);
    expect(stdout).toContain(`Port ${port} is taken`);
    expect(readReport().scenarios[0]).toMatchObject({
      status: 'inconclusive',
      findings: [{ because: 'interference' }],
    });
  });

  test('--quiet writes files only', async () => {
    const { code, stdout, stderr } = await runCli([
      'run',
      PYTHON,
      '--quiet',
      '--only',
      'listens',
      '--out',
      folder,
    ]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readReport().status).toBe('pass');
  });

  test('--report json=FILE writes there, and --trace tells what happened', async () => {
    const file = path.join(folder, 'deep', 'down', 'out.json');
    const { stdout } = await runCli([
      'run',
      PYTHON,
      '--only',
      'send-reply',
      '--trace',
      '--report',
      `json=${file}`,
    ]);
    expect(readReport(file).scenarios).toHaveLength(1);
    expect(stdout).toMatch(/a → 6 bytes: hello\\n/);
  });

  test('a reader who stops reading (| head) is no failure', async () => {
    const { child, result } = startCli(['run', PYTHON, '--only', 'listens', '--out', folder]);
    child.stdout?.destroy();
    expect((await result).code).toBe(0);
  });
});

describe('wrong usage: one clear message, status 2, nothing run', () => {
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['missing submission', ['run', 'no-such-folder'], /no-such-folder: there is no such submission/],
    ['no submission', ['run'], /no submission is named/],
    ['two submissions', ['run', 'a', 'b'], /one submission at a time/],
    ['no matching variant', ['run', 'reports'], /no file of the program "server" is there/],
    [
      'missing specification',
      ['run', PYTHON, '--spec', 'missing.yaml'],
      /missing\.yaml: the specification can't be read/,
    ],
    ['unknown specification', ['run', PYTHON, '--spec', 'ecco'], /no specification "ecco"/],
    [
      'empty specification',
      ['run', PYTHON, '--spec', '/dev/null'],
      /\/dev\/null:1:1: error: the file is empty/,
    ],
    ['specification that is a folder', ['run', PYTHON, '--spec', './specs'], /it is a folder/],
    ['unknown scenario', ['run', PYTHON, '--only', 'reuse-adress'], /did you mean "reuse-address"\?/],
    ['unknown option', ['run', PYTHON, '--onyl', 'x'], /unknown option --onyl\n\s+did you mean "only"\?/],
    ['unknown command', ['rnu', PYTHON], /unknown command "rnu": did you mean "run"\?/],
    [
      'unknown parameter',
      ['run', PYTHON, '--param', 'requst=x'],
      /no parameter "requst"[\s\S]*did you mean "request"\?/,
    ],
    ['parameter without value', ['run', PYTHON, '--param', 'request'], /--param: request has no value/],
    [
      'value that is not among the choices',
      ['run', PYTHON, '--param', 'greets=perhaps'],
      /"greets" can't be "perhaps"/,
    ],
    ['port out of range', ['run', PYTHON, '--port', '70000'], /--port: can't be "70000"/],
    ['jobs', ['run', PYTHON, '--jobs', 'many'], /--jobs: can't be "many"/],
    ['timeout scale', ['run', PYTHON, '--timeout-scale', '-1'], /timeout-scale/],
    ['unknown report format', ['run', PYTHON, '--report', 'jsno'], /did you mean "json"\?/],
    ['a report folder that is a file', ['run', PYTHON, '--out', '/etc/passwd/x'], /can't be written/],
    ['a report folder that cannot be made', ['run', PYTHON, '--out', '/proc/x'], /can't be written/],
    ['empty command', ['run', PYTHON, '--run', ' '], /--run is empty/],
  ];
  test.each(cases)('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await runCli(args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('every error of a specification is reported at once, each with its place', async () => {
    const spec = path.join(folder, 'bad.grade.yaml');
    writeFileSync(
      spec,
      `title: Bad
programs:
  server: {}
scenarios:
  - id: one
    title: One
    steps:
      - start: server
      - conect: a
      - expect: { contains: hi, within: 500 }
`,
    );
    const { code, stderr } = await runCli(['run', PYTHON, '--spec', spec]);
    expect(code).toBe(2);
    expect(stderr).toContain(`${spec}:9:9: error: unknown step "conect"`);
    expect(stderr).toContain('did you mean "connect"?');
    expect(stderr).toMatch(/bad\.grade\.yaml:10:\d+: error: "within" is a duration and needs a unit/);
    expect(stderr).toContain('write 500ms or 500s');
  });

  test('help and version', async () => {
    expect(await runCli(['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Usage:') as string,
    });
    expect(await runCli(['run', '--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--timeout-scale') as string,
    });
    expect((await runCli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    for (const line of (await runCli(['run', '--help'])).stdout.split('\n'))
      expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('how a program is started', () => {
  test('a single file with a name of its own', async () => {
    writeFileSync(path.join(folder, 'my_srv.py'), serverSource('int(sys.argv[1])'));
    const { code } = await runCli([
      'run',
      path.join(folder, 'my_srv.py'),
      '--out',
      folder,
      '--only',
      'listens,send-reply',
    ]);
    expect(code).toBe(0);
  });

  test('--run with a port of its own, --port N, --param with escapes', async () => {
    writeFileSync(path.join(folder, 'srv.py'), serverSource('18090'));
    const args = [
      '--run',
      'python3 srv.py',
      '--port',
      '18090',
      '--param',
      String.raw`request=GET / HTTP/1.0\r\n\r\n`,
      '--param',
      String.raw`reply=answer to GET / HTTP/1.0\r\n\r\n`,
    ];
    const { code, stdout } = await runCli(['run', folder, ...args, '--out', folder]);
    expect(stdout).toContain('9 of 9 points');
    expect(code).toBe(0);
  });

  test('{port} and --build', async () => {
    writeFileSync(path.join(folder, 'template'), serverSource('int(sys.argv[1])'));
    const { code } = await runCli([
      'run',
      folder,
      '--build',
      'cp template made.py',
      '--run',
      'python3 made.py {port}',
      '--port',
      'auto',
      '--only',
      'listens',
      '--out',
      folder,
    ]);
    expect(code).toBe(0);
  });

  test('a port of its own is found out with --port any, and named with --port auto', async () => {
    writeFileSync(path.join(folder, 'server.py'), serverSource('18091'));
    expect((await runCli(['run', folder, '--port', 'any', '--out', folder])).code).toBe(0);
    const { code, stdout } = await runCli([
      'run',
      folder,
      '--port',
      'auto',
      '--only',
      'listens',
      '--out',
      folder,
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/listens on port 18091, not on the given \d+/);
  });

  test('a program that lets the system choose its port is graded on each one; only a restart on the same port cannot be decided', async () => {
    writeFileSync(path.join(folder, 'server.py'), serverSource('0'));
    const { code } = await runCli(['run', folder, '--out', folder]);
    const status = Object.fromEntries(
      readReport().scenarios.map((scenario) => [scenario.id, scenario.status]),
    );
    expect(status).toEqual({
      listens: 'pass',
      'reuse-address': 'inconclusive',
      'blocking-accept': 'pass',
      'blocking-recv': 'pass',
      'buffered-data': 'pass',
      'send-reply': 'pass',
    });
    expect(code).toBe(3);
  });

  test('a port of its own that something else holds is not the fault of the student', async () => {
    const stranger = net.createServer().listen(18092, '127.0.0.1');
    await new Promise((resolve) => stranger.once('listening', resolve));
    writeFileSync(path.join(folder, 'server.py'), serverSource('18092'));
    const { code, stdout } = await runCli([
      ...['run', folder, '--only', 'listens', '--out', folder],
      ...['--isolation', 'none'],
    ]);
    stranger.close();
    expect(stdout).toMatch(/Port 18092 is taken: process \d+ \(node\) listens on 127\.0\.0\.1:18092/);
    expect(code).toBe(3);
  });

  test('a missing compiler is not the fault of the student', async () => {
    writeFileSync(path.join(folder, 'server.py'), serverSource('int(sys.argv[1])'));
    const { code, stdout } = await runCli([
      'run',
      folder,
      '--build',
      'no-such-compiler x',
      '--run',
      'python3 server.py {port}',
      '--only',
      'listens',
      '--out',
      folder,
    ]);
    expect(code).toBe(3);
    expect(stdout).toMatch(/no-such-compiler is not installed\s+here/);
  });

  test('a program that writes to its folder does not change the submission', async () => {
    writeFileSync(
      path.join(folder, 'server.py'),
      serverSource('int(sys.argv[1])', 'open("log.txt", "w").write("started")'),
    );
    chmodSync(folder, 0o555);
    const { code } = await runCli([
      'run',
      folder,
      '--only',
      'listens',
      '--quiet',
      '--report',
      `json=${path.join(TEMPORARY, `cli-${process.pid}.json`)}`,
    ]);
    chmodSync(folder, 0o755);
    rmSync(path.join(TEMPORARY, `cli-${process.pid}.json`));
    expect(readdirSync(folder)).toEqual(['server.py']);
    expect(code).toBe(0);
  });
});

describe('interrupted', () => {
  /** Six scenarios one after another, each started only after a second. */
  function slowSubmission(): string {
    const slow = path.join(folder, 'slow');
    mkdirSync(slow);
    writeFileSync(
      path.join(slow, 'server.py'),
      `import time\ntime.sleep(1)\n${serverSource('int(sys.argv[1])')}`,
    );
    return slow;
  }

  /** The folders of a grader, or of the worker that grades for it. */
  const scratchOf = (pid: number) => {
    const graders = [pid, ...descendants(pid).map((process) => process.pid)];
    return readdirSync(TEMPORARY).filter((name) =>
      graders.some((each) => name.startsWith(`socket-grader-${each}-`)),
    );
  };

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends the programs and keeps the report of what was finished', async (signal, status) => {
    const { child, result } = startCli([
      ...['run', slowSubmission(), '--jobs', '1', '--out', folder],
      ...['--isolation', 'none'],
    ]);
    const pid = child.pid ?? 0;
    const finished = () => {
      try {
        return readReport().scenarios.length;
      } catch {
        return 0;
      }
    };
    await eventually(() => finished() >= 1, 'a first scenario is finished');
    const [scratch = 'none'] = scratchOf(pid);
    await eventually(() => processesBelow(path.join(TEMPORARY, scratch)).length > 0, 'the next program runs');
    child.kill(signal);
    expect((await result).code).toBe(status);
    const report = readReport();
    expect(report.interrupted).toBe(true);
    expect(report.scenarios[0]).toMatchObject({ id: 'listens', status: 'pass' });
    // Those that were not finished failed no student.
    expect(report.status).toBe('inconclusive');
    expect(report.scenarios.at(-1)).toMatchObject({
      status: 'inconclusive',
      findings: [{ because: 'interrupted' }],
    });
    expect(processesBelow(path.join(TEMPORARY, scratch))).toEqual([]);
    expect(existsSync(path.join(TEMPORARY, scratch))).toBe(false);
  });
});
