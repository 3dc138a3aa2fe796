import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { COMMANDS } from '../cli/commands.ts';
import { HELP_TEXTS } from '../cli/help/index.ts';
import { ROOT, runCli, unwrapped } from '../testing/cli.ts';
import { specOf } from '../testing/inline.ts';

const SERVER = 'import socket, sys\ns = socket.create_server(("127.0.0.1", int(sys.argv[1])))\ns.accept()\n';
const LISTENS = '    steps:\n      - start: server\n      - check: { port: server, is: listening }\n';
const FAILS =
  '    steps:\n      - start: server\n      - connect: a\n      - expect: { equals: hi, within: 100ms }\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'command-line-'));
  for (const lab of ['lab1', 'lab2']) {
    mkdirSync(path.join(folder, lab));
    writeFileSync(path.join(folder, lab, 'server.py'), SERVER);
  }
  writeFileSync(path.join(folder, 'a.grade.yaml'), specOf('server: {}', { listens: LISTENS }));
});
afterEach(() => rmSync(folder, { recursive: true }));

const cli = (...args: string[]) => runCli(args, { cwd: folder });
const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');

test.each([
  [['run', 'lab1', '--spec', 'echo', '--spec', 'http'], /run: --spec is given twice/],
  [['run', 'lab1', '--quiet', '--quiet'], /run: --quiet is given twice/],
  [['run', 'lab1', '--param', 'request=a', '--param', 'request=b'], /--param: request is given twice/],
  [['run', 'lab1', '--report=json=x', '--report=html=x'], /it would overwrite the report json in x/],
  [['rejudge', 'lab1', '--out', 'a', '--out', 'b'], /rejudge: --out is given twice/],
  [['batch', 'lab1', '--jobs', '1', '--jobs', '2'], /batch: --jobs is given twice/],
  [['merge', 'lab1', '--out', 'a', '--out', 'b'], /merge: --out is given twice/],
  [['similar', 'a', 'b'], /similar: one batch at a time/],
  [['similar', 'lab1'], /lab1: it is not the result of a batch/],
  [['similar', 'lab1', '--threshold', '5'], /--threshold: can't be "5"/],
  [['batch', 'lab1', '--spec', 'echo', '--starter', 'x'], /batch: --starter is for comparing submissions/],
  [['batch', 'lab1', '--spec', 'echo', '--similar', '--starter', 'x'], /x: there is no such file or folder/],
  [['validate', 'echo', '--format', 'text', '--format', 'github'], /validate: --format is given twice/],
  [['explain', 'echo', '--seed', '1', '--seed', '2'], /explain: --seed is given twice/],
  [['calibrate', 'echo', '--rounds', '1', '--rounds', '2'], /calibrate: --rounds is given twice/],
  [['run', 'lab1', '--out'], /--out needs a value/],
  [['run', 'lab1', '--out', '--quiet'], /--out needs a value, and what follows it looks like an option/],
  [['run', 'lab1', '--quiet=yes'], /--quiet takes no value/],
  [['doctor', 'now'], /doctor: takes no arguments, not now/],
  [['schema', '--fast'], /schema: unknown option --fast/],
  [['help', 'NONSENSE'], /unknown command "NONSENSE"/],
  [['help', 'rnu'], /unknown command "rnu": did you mean "run"\?/],
  [['help', 'run', 'batch'], /one command at a time/],
  [['toString'], /unknown command "toString"/],
  [['completion'], /Usage: socket-grader completion bash\|zsh\|fish/],
  [['completion', 'tcsh'], /Give one of bash, zsh, fish/],
  [
    ['run', 'lab1', '--run', 'cd lab1 && python3 server.py {port}'],
    /no shell is involved, and only a shell understands "cd" .*--run "sh -c 'cd lab1 && exec python3 server.py \{port\}'"/,
  ],
  [
    ['run', 'lab1', '--build', 'make && make test'],
    /only a shell understands "&&" .*sh -c 'make && make test'/,
  ],
  [
    ['run', 'lab1', '--run', './server "$PORT"'],
    /only a shell understands "\$PORT"" .*--run "sh start.sh \{port\}"/,
  ],
])('wrong usage: %j', async (args, message) => {
  const { code, stdout, stderr } = await cli(...args);
  expect(unwrapped(stderr).replaceAll('\n', ' ')).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(stdout).toBe('');
  expect(code).toBe(2);
  expect(existsSync(path.join(folder, 'reports'))).toBe(false);
});

test('the suggested shell command works', async () => {
  const { code } = await cli(
    ...['run', '.', '--spec', 'a.grade.yaml', '--out', 'out', '--quiet'],
    ...['--run', `sh -c 'cd lab1 && exec python3 server.py {port}'`],
  );
  expect(code).toBe(0);
});

test('a folder that is called like an included assignment does not hide it, and a path names the file', async () => {
  mkdirSync(path.join(folder, 'echo'));
  expect((await cli('validate', 'echo')).stdout).toContain('13 scenarios');
  expect((await cli('validate', './echo')).stderr).toContain('it is a folder');
  writeFileSync(path.join(folder, 'http'), specOf('server: {}', { listens: LISTENS }));
  expect((await cli('validate', './http')).stdout).toContain('1 scenario,');
});

test('reports of files with the same name lie apart, and a wrong call changes none of them', async () => {
  const run = (lab: string, ...more: string[]) =>
    cli('run', `${lab}/server.py`, '--spec', 'a.grade.yaml', '--isolation', 'none', ...more);
  const [{ stdout }] = await Promise.all([run('lab1'), run('lab2')]);
  expect(stdout).toContain('reports/lab1/server.py/report.html');
  for (const lab of ['lab1', 'lab2'])
    expect(JSON.parse(read(`reports/${lab}/server.py/report.json`))).toMatchObject({
      submission: { path: `${lab}/server.py` },
    });
  writeFileSync(path.join(folder, 'a.grade.yaml'), 'title: no scenarios\n');
  expect((await run('lab1')).code).toBe(2);
  expect(existsSync(path.join(folder, 'reports/lab1/server.py/report.html'))).toBe(true);
});

test('a usage error that shows late leaves no folder either', async () => {
  writeFileSync(path.join(folder, 'broken.grade.yaml'), 'title: no scenarios\n');
  expect((await cli('run', 'lab1', '--spec', 'broken.grade.yaml')).code).toBe(2);
  expect((await cli('run', 'lab1', '--out', 'deep/down', '--run', 'x', '--only', 'nonsense')).code).toBe(2);
  mkdirSync(path.join(folder, 'empty'));
  expect((await cli('run', 'empty', '--out', 'deep/down')).code).toBe(2);
  expect(readdirSync(folder).sort()).toEqual(['a.grade.yaml', 'broken.grade.yaml', 'empty', 'lab1', 'lab2']);
});

test('--report NAME=- prints that report alone, with --quiet as well', async () => {
  const run = (...more: string[]) =>
    cli('run', 'lab1', '--spec', 'a.grade.yaml', '--isolation', 'none', '--out', 'out', ...more);
  const markdown = await run('--report', 'markdown=-');
  expect(markdown.stdout).toMatch(/^## inline\n/);
  expect(markdown.stdout).not.toContain('Report:');
  const json = await run('--report', 'json=-', '--quiet');
  expect(JSON.parse(json.stdout)).toMatchObject({ status: 'pass' });
  expect(json.stderr).toBe('');
  expect(existsSync(path.join(folder, '-'))).toBe(false);
  const both = await run('--report', 'terminal=-', '--report', 'tap=-');
  expect(both.stdout).toMatch(/1 of 1 points[\s\S]*TAP version 14/);
});

test('the title of a failed scenario is there as a whole', async () => {
  const title = 'A title that is far too long for the room that a terminal of eighty columns has for it';
  writeFileSync(
    path.join(folder, 'a.grade.yaml'),
    specOf('server: {}', { fails: FAILS, listens: LISTENS }).replace('title: fails', `title: ${title}`),
  );
  const { stdout } = await cli(
    'run',
    'lab1',
    '--spec',
    'a.grade.yaml',
    '--isolation',
    'none',
    '--out',
    'out',
  );
  expect(stdout.replace(/ +\d\/\d +[\d.]+ s\n/, ' ').replace(/\s+/g, ' ')).toContain(title);
  for (const line of stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
});

test('a submission that is too large is refused by the name of the folder that makes it so', async () => {
  mkdirSync(path.join(folder, 'lab1/web/data'), { recursive: true });
  writeFileSync(path.join(folder, 'lab1/web/data/dump'), '');
  truncateSync(path.join(folder, 'lab1/web/data/dump'), 300 * 1024 * 1024);
  const { code, stderr } = await cli('run', 'lab1', '--spec', 'a.grade.yaml');
  expect(unwrapped(stderr)).toMatch(/the submission is too large: .*, and web\/data\/dump holds more than/);
  expect(code).toBe(2);
});

test('batch, merge and calibrate print nothing with --quiet', async () => {
  const silent = { code: 0, stdout: '', stderr: '' };
  const batch = ['batch', '.', '--spec', 'a.grade.yaml', '--from', 'plain', '--isolation', 'none', '--quiet'];
  rmSync(path.join(folder, 'lab2'), { recursive: true });
  mkdirSync(path.join(folder, 'given'));
  mkdirSync(path.join(folder, 'given/ada'));
  writeFileSync(path.join(folder, 'given/ada/server.py'), SERVER);
  batch[1] = 'given';
  expect(await cli(...batch, '--out', 'part', '--shard', '1/1')).toMatchObject(silent);
  expect(await cli('merge', 'part', '--out', 'all', '--quiet')).toMatchObject(silent);
  expect(read('all/gradebook.csv')).toContain('ada');
  const calibrate = ['calibrate', 'a.grade.yaml', '--solution', 'lab1/server.py', '--rounds', '1', '--quiet'];
  const { code, stdout, stderr } = await cli(...calibrate, '--only', 'no-listen', '--out', 'proof');
  expect({ stdout, stderr }).toEqual({
    stdout: '',
    stderr: expect.stringMatching(/^(socket-grader: .*)?$/s),
  });
  if (code !== 2) expect(existsSync(path.join(folder, 'proof/calibration.json'))).toBe(true);
});

describe('shell completion', () => {
  const SHELLS = {
    bash: (script: string, words: readonly string[]) => [
      '-c',
      `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _socket_grader; printf '%s\\n' "\${COMPREPLY[@]}"`,
      ...['bash', script, ...words],
    ],
    fish: (script: string, words: readonly string[]) => [
      '-c',
      `source ${script}; complete -C '${words.join(' ')}'`,
    ],
  } as const;
  const offered = async (shell: keyof typeof SHELLS, words: readonly string[]) => {
    const script = path.join(folder, 'script');
    writeFileSync(script, (await cli('completion', shell)).stdout);
    const { stdout, stderr } = spawnSync(shell, SHELLS[shell](script, words), {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    return stdout
      .split('\n')
      .map((line) => line.split('\t')[0] ?? '')
      .filter((line) => line !== '');
  };
  const missing = (shell: string) => spawnSync(shell, ['-c', 'true']).error !== undefined;

  describe.each(['bash', 'fish'] as const)('%s', (shell) => {
    if (missing(shell)) process.stderr.write(`Not tried: completion in ${shell}: it is not installed.\n`);
    const where = missing(shell) ? test.skip : test;
    where.each([
      [['va'], ['validate']],
      [['run', '--timeout'], ['--timeout-scale']],
      [
        ['run', 'x', '--report', 'github-'],
        ['github-classroom', 'github-summary'],
      ],
      [
        ['run', '--isolation', ''],
        ['auto', 'none', 'require'],
      ],
      [['run', '--spec', 'so'], ['socket-basics']],
      [['help', 'do'], ['doctor']],
      [['completion', 'f'], ['fish']],
    ])('%j', async (words, expected) => {
      expect((await offered(shell, ['socket-grader', ...words])).sort()).toEqual(expected);
    });

    where('files and folders', async () => {
      expect(await offered(shell, ['socket-grader', 'run', 'lab1/ser'])).toEqual(['lab1/server.py']);
      const folders = await offered(shell, ['socket-grader', 'run', '--out', 'la']);
      expect(folders.map((name) => name.replace(/\/$/, '')).sort()).toEqual(['lab1', 'lab2']);
    });
  });

  const zsh = missing('zsh') ? test.skip : test;
  if (missing('zsh')) process.stderr.write('Not tried: completion in zsh: it is not installed.\n');
  zsh('zsh', async () => {
    writeFileSync(path.join(folder, 'script'), (await cli('completion', 'zsh')).stdout);
    // A terminal of zsh's own, in which a person types; what stands there at the end is printed.
    const drive = `zmodload zsh/zpty
      zpty z zsh -f -i
      zpty -w z 'PS1=; autoload -Uz compinit; compinit -u -D; source ./script'
      zpty -w z "echo re''ady"; zpty -r -m z seen '*ready*'
      zpty -w -n z $'socket-grader run x --report prair\\t'
      zpty -r -m z seen '*prairielearn*' && print -r -- "$seen"; zpty -d z`;
    const { stdout } = spawnSync('zsh', ['-f', '-c', drive], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(stdout).toContain('prairielearn');
  });

  test('every option that a command reads is in its help, and so in the completion, and none besides', async () => {
    const found = await Promise.all(
      Object.entries(HELP_TEXTS).map(async ([name, text]) => {
        const named = [...text.matchAll(/^ {2}--([a-z][\w-]*)/gm)].map(([, option]) => option);
        const { stderr } = await cli(name, '--zzzzzzzzzzzz');
        const known = /known: (.*)\n$/s.exec(stderr)?.[1]?.split(/[,\s]+/) ?? [];
        return { name, named: named.sort(), known: known.sort() };
      }),
    );
    expect(found.map(({ name, named }) => [name, ...named])).toEqual(
      found.map(({ name, known }) => [name, ...known]),
    );
    expect(Object.keys(HELP_TEXTS).sort()).toEqual(Object.keys(COMMANDS).sort());
  });
});

test('the README and the help of run name every included assignment', () => {
  const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
  const help = HELP_TEXTS.run?.split(/[\s,]+/);
  for (const file of readdirSync(path.join(ROOT, 'specs')).filter((name) => name.endsWith('.grade.yaml'))) {
    const name = file.replace('.grade.yaml', '');
    expect(readme).toContain(`\`${name}\``);
    expect(help).toContain(name);
  }
});
