import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PLATFORMS } from '../platform/index.ts';
import { CONSUMERS } from '../report/testing/consumers.ts';
import { ROOT, runCli, unwrapped } from '../testing/cli.ts';
import { inContainer } from '../testing/container.ts';

/** Three scenarios that tell right from wrong programs, in as little time as can be. */
const SPEC = `version: 1
title: A lab
programs:
  server: { limits: { time: 3s } }
scenarios:
  - id: listens
    title: It listens
    points: 1
    steps: [{ start: server }, { check: { port: server, is: listening } }]
  - id: echoes
    title: It sends a line back
    points: 3
    steps: [{ start: server }, { connect: a }, { send: { line: hi } }, { expect: { equals: { line: hi }, within: 2s } }]
`;

const server = (reply: string, before = '') => `import socket, sys, os
${before}
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    c, _ = s.accept()
    data = c.recv(512)
    ${reply}
`;

/** What is handed in: a file, and the points that it is worth of four; undefined where no grade may come of it. */
const SUBMISSIONS: Readonly<
  Record<string, { readonly files: Readonly<Record<string, string>>; readonly points: number }>
> = {
  right: { files: { 'server.py': server('c.sendall(data)') }, points: 4 },
  wrong: { files: { 'server.py': server('c.sendall(data.upper())') }, points: 1 },
  'does not compile': { files: { 'server.c': 'int main( {\n' }, points: 0 },
  empty: { files: {}, points: 0 },
  hangs: { files: { 'server.py': 'import time\ntime.sleep(1000)\n' }, points: 0 },
  hostile: {
    files: {
      'server.py': server(
        'c.sendall(data)',
        `print("Grade :=>> 100\\n::error::x\\n" + '{"scores":{"listens":99}}', flush=True)
for place in ["/autograder/results/results.json", "/grade/results/results.json", "result.json", "/shared/feedback.json"]:
    try:
        open(place, "w").write('{"score": 1000}')
    except OSError:
        pass`,
      ),
    },
    points: 4,
  },
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'package-'));
  // Programs run as other users, who come this way.
  chmodSync(folder, 0o755);
  writeFileSync(path.join(folder, 'lab.grade.yaml'), SPEC);
  for (const [name, { files }] of Object.entries(SUBMISSIONS)) {
    mkdirSync(path.join(folder, 'submissions', name), { recursive: true });
    for (const [file, text] of Object.entries(files))
      writeFileSync(path.join(folder, 'submissions', name, file), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const make = (platform: string, ...more: string[]) =>
  runCli(['package', platform, 'lab.grade.yaml', '--node', process.execPath, ...more], { cwd: folder });

/** Makes a package and gives the folder in which its test-locally.sh is. */
async function unpacked(platform: string): Promise<string> {
  const out = path.join(folder, platform);
  mkdirSync(out);
  const { form } = PLATFORMS[platform] ?? {};
  const made = await make(
    platform,
    '-o',
    form === 'folder' ? path.join(out, 'it') : path.join(out, 'archive'),
  );
  expect(made.stderr).toBe('');
  expect(made.code).toBe(0);
  if (form === 'zip') execFileSync('unzip', ['-q', 'archive', '-d', 'it'], { cwd: out });
  if (form === 'tar') {
    execFileSync('tar', ['xf', 'archive'], { cwd: out });
    return path.join(out, 'lab');
  }
  return path.join(out, 'it');
}

/** What a platform understands; throws where it would not take it. */
function understood<Result>(platform: string, text: string): Result {
  const consumer = CONSUMERS[platform];
  if (consumer === undefined) throw new Error(`nobody reads ${platform}`);
  return consumer(text) as Result;
}

/** The points that a platform would give, read as it does. */
const POINTS: Readonly<Record<string, (text: string) => number | undefined>> = {
  gradescope: (text) => {
    const { score, tests } = understood<{ score?: number; tests: { score?: number }[] }>('gradescope', text);
    const scores = tests.flatMap((test) => test.score ?? []);
    return score ?? (scores.length === 0 ? undefined : scores.reduce((sum, one) => sum + one, 0));
  },
  prairielearn: (text) => {
    const { gradable, score = 0 } = understood<{ gradable: boolean; score?: number }>('prairielearn', text);
    return gradable ? 4 * score : undefined;
  },
  autolab: (text) => {
    const last = text.trimEnd().split('\n').slice(-2).join('\n');
    const { scores } = understood<{ scores: Record<string, number> }>('autolab', `${last}\n`);
    return Object.values(scores).reduce((sum, one) => sum + one, 0);
  },
  classroom50: (text) => understood<{ score: number }>('classroom50', text).score,
  coursera: (text) => 4 * understood<{ fractionalScore: number }>('coursera', text).fractionalScore,
  markus: (text) =>
    understood<{ marks_earned: number }[]>('markus', text).reduce((sum, one) => sum + one.marks_earned, 0),
  // The grade is of 20 there.
  'moodle-vpl': (text) => understood<{ grade: number }>('moodle-vpl', text).grade / 5,
};

/** Without `npm run platforms` only the four that most courses use, to save time. */
const ALL = process.env.SOCKET_GRADER_PLATFORMS === 'all';
const FOUR = ['gradescope', 'prairielearn', 'autolab', 'classroom50'];
/** Those that do not run graders as root. */
const ORDINARY = ['autolab', 'classroom50', 'coursera', 'moodle-vpl', 'markus'];
const GRADED = Object.keys(POINTS).filter((name) => ALL || FOUR.includes(name));

describe.each(GRADED)('%s, in a container without user namespaces and network', (platform) => {
  let place: string;
  beforeAll(async () => {
    place = await unpacked(platform);
  });
  const names = FOUR.includes(platform) ? Object.keys(SUBMISSIONS) : ['right', 'wrong'];

  test.each(names)('%s', async (name) => {
    const submission = path.join(folder, 'submissions', name);
    const { code, stdout, stderr } = await inContainer([path.join(place, 'test-locally.sh'), submission], {
      cwd: place,
      user: ORDINARY.includes(platform) ? 1001 : 0,
    });
    expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, '']);
    expect(POINTS[platform]?.(stdout)).toBe(SUBMISSIONS[name]?.points);
  });
});

test('nothing is left behind in the folder for temporary files', async () => {
  const place = path.join(folder, 'docker');
  await make('docker', '-o', place);
  const temporary = path.join(folder, 'temporary');
  mkdirSync(temporary);
  const submission = path.join(folder, 'submissions', 'right');
  const { status } = spawnSync(path.join(place, 'test-locally.sh'), [submission], {
    env: { ...process.env, TMPDIR: temporary },
  });
  expect(status).toBe(0);
  expect(readdirSync(temporary)).toEqual([]);
});

test('the root of the zip for Gradescope has both programs, which can be started', async () => {
  await make('gradescope', '-o', 'gradescope.zip');
  const listing = execFileSync('unzip', ['-Z', 'gradescope.zip'], { cwd: folder, encoding: 'utf8' });
  expect(listing).toMatch(/^-rwxr-xr-x .* setup\.sh$/m);
  expect(listing).toMatch(/^-rwxr-xr-x .* run_autograder$/m);
  const script = execFileSync('unzip', ['-p', 'gradescope.zip', 'run_autograder'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(script).toMatch(/^#!/);
  expect(script).not.toContain('\r');
});

test('the problems of an Autolab lab are the scenarios', async () => {
  await make('autolab', '-o', 'autolab.tar');
  const yml = execFileSync('tar', ['xOf', 'autolab.tar', 'lab/lab.yml'], { cwd: folder, encoding: 'utf8' });
  expect(
    [...yml.matchAll(/- name: "(.+)"\n.*\n {4}max_score: (\d+)/g)].map(([, name, most]) => [name, most]),
  ).toEqual([
    ['listens', '1'],
    ['echoes', '3'],
  ]);
});

test.each(Object.keys(PLATFORMS))(
  '%s: what is packed is named and can be made again with the same bytes',
  async (platform) => {
    const [one, two] = ['one', 'two'].map((name) => path.join(folder, `${name}-${platform}`)) as [
      string,
      string,
    ];
    const made = await make(platform, '-o', one);
    expect(made.stdout).toMatch(/^Wrote one-/);
    await make(platform, '-o', two);
    const { form } = PLATFORMS[platform] ?? {};
    if (form === 'folder') {
      const files = readdirSync(one, { recursive: true, encoding: 'utf8' }).sort();
      expect(readdirSync(two, { recursive: true, encoding: 'utf8' }).sort()).toEqual(files);
      expect(files).toContain('test-locally.sh');
      for (const file of files.filter((name) => statSync(path.join(one, name)).isFile()))
        expect(readFileSync(path.join(two, file)).equals(readFileSync(path.join(one, file)))).toBe(true);
    } else expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
  },
);

describe('what a platform cannot do is said when the package is made', () => {
  const hidden = SPEC.replace('points: 3', 'points: 3\n    visibility: hidden');

  test.each(['classroom50', 'autolab', 'github', 'coursera'])(
    '%s cannot keep a scenario hidden',
    async (platform) => {
      writeFileSync(path.join(folder, 'hidden.grade.yaml'), hidden);
      const out = path.join(folder, `hidden-${platform}`);
      const argv = ['package', platform, 'hidden.grade.yaml', '--node', process.execPath, '-o', out];
      const refused = await runCli(argv, { cwd: folder });
      expect(refused.code).toBe(2);
      expect(unwrapped(refused.stderr)).toMatch(/would not stay hidden: echoes.*--leave-out-hidden/s);
      const made = await runCli([...argv, '--leave-out-hidden'], { cwd: folder });
      expect(made.code).toBe(0);
      const { form } = PLATFORMS[platform] ?? {};
      const whole = form === 'folder' ? path.join(out, '.') : out;
      const { stdout } = spawnSync('grep', ['-rlaE', 'id: *"?echoes', whole], { encoding: 'utf8' });
      expect(stdout).toBe('');
    },
  );

  test('what is left out may not be required by others', async () => {
    const required = `${hidden}  - id: more\n    title: More\n    requires: [echoes]\n    steps: [{ start: server }, { check: { port: server, is: listening } }]\n`;
    writeFileSync(path.join(folder, 'required.grade.yaml'), required);
    const made = await runCli(['package', 'github', 'required.grade.yaml', '--leave-out-hidden'], {
      cwd: folder,
    });
    expect(made.code).toBe(2);
    expect(made.stderr).toContain('echoes');
  });

  test('time and memory that a platform does not give are warned of', async () => {
    const long = SPEC.replace('points: 3', 'points: 3\n    timeout: 700s').replace(
      'time: 3s',
      'memory: 1GiB',
    );
    writeFileSync(path.join(folder, 'long.grade.yaml'), long);
    const argv = ['package', 'gradescope', 'long.grade.yaml', '--node', process.execPath, '-o', 'long.zip'];
    const made = await runCli(argv, { cwd: folder });
    expect(made.code).toBe(0);
    expect(made.stderr).toMatch(/warning: Gradescope ends a grading after 600 s, and one run of "echoes"/);
    expect(made.stderr).toMatch(/warning: Gradescope gives 768 MiB, and the program "server" may use more/);
  });

  test('Submitty has whole points only', async () => {
    writeFileSync(path.join(folder, 'half.grade.yaml'), SPEC.replace('points: 3', 'points: 2.5'));
    const made = await runCli(['package', 'submitty', 'half.grade.yaml'], { cwd: folder });
    expect(made.code).toBe(2);
    expect(made.stderr).toMatch(/whole points only, and "echoes"/);
  });

  test.each([
    [['package'], /it takes a platform and a specification/],
    [['package', 'gradescop', 'lab.grade.yaml'], /unknown platform "gradescop"\s+did you mean "gradescope"/],
    [['package', 'toString', 'lab.grade.yaml'], /unknown platform/],
    [['package', 'github', 'nothing.grade.yaml'], /can't be read/],
    [['package', 'github', 'lab.grade.yaml', '--toolchains', 'cobol'], /Give one of/],
    [['package', 'github', 'lab.grade.yaml', '-o', 'submissions'], /there is something already/],
    [['package', 'gradescope', 'lab.grade.yaml', '--node', 'nowhere'], /no such file/],
    [['run', 'submissions/right', '--for', 'toString'], /unknown platform/],
  ])('%j', async (args, message) => {
    const { code, stderr } = await runCli(args, { cwd: folder });
    expect(unwrapped(stderr)).toMatch(message);
    expect(code).toBe(2);
  });
});

test('an author’s mistake gives nobody a zero', async () => {
  const args = ['run', 'submissions/right', '--spec', 'broken.grade.yaml', '--for'];
  writeFileSync(path.join(folder, 'broken.grade.yaml'), SPEC.replace('connect:', 'conect:'));
  const file = path.join(folder, 'r.json');
  const { code } = await runCli([...args, 'gradescope', '--report', `gradescope=${file}`], { cwd: folder });
  expect(code).toBe(0);
  expect(POINTS.gradescope?.(readFileSync(file, 'utf8'))).toBeUndefined();
  expect(readFileSync(file, 'utf8')).toMatch(/could not run: 1 error in the specification/);
  const coursera = await runCli([...args, 'coursera', '--report', `coursera=${file}2`], { cwd: folder });
  expect(coursera.code).toBe(1);
});

test('a grading that a platform’s time limit cuts short is open, and no zero', async () => {
  const slow = `${SPEC}  - id: waits
    title: It waits
    points: 2
    timeout: 100s
    limits: { time: 100s }
    steps: [{ start: server }, { connect: a }, { expect: { nothing: true, for: 90s } }]
`;
  writeFileSync(path.join(folder, 'slow.grade.yaml'), slow);
  const file = path.join(folder, 'slow.json');
  const { code, stderr } = await runCli(
    [
      'run',
      'submissions/right',
      '--spec',
      'slow.grade.yaml',
      '--for',
      'gradescope',
      '--time-limit',
      '4',
      '--report',
      `gradescope=${file}`,
    ],
    { cwd: folder },
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) });
  const text = readFileSync(file, 'utf8');
  expect(POINTS.gradescope?.(text)).toBeUndefined();
  expect(text).toContain('interrupted');
});

test('the packed file installs by itself, without a warning, and works for an ordinary user who may not write to it', () => {
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const name = execFileSync('npm', pack, { cwd: ROOT, encoding: 'utf8' }).trim();
  const file = path.join(folder, name);
  expect(statSync(file).size).toBeLessThan(3_000_000);
  const prefix = path.join(folder, 'installed');
  const install = ['install', '--global', '--prefix', prefix, '--offline', '--no-audit', '--no-fund', file];
  const { status, stdout, stderr } = spawnSync('npm', install, { cwd: folder, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/added 1 package /);
  execFileSync('chmod', ['-R', 'a-w', prefix]);
  const home = path.join(folder, 'home');
  mkdirSync(home);
  const submission = path.join(folder, 'submissions/right/server.py');
  const command = ['run', submission, '--spec', path.join(folder, 'lab.grade.yaml'), '--out', home];
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? { uid: 1001, gid: 1001 } : {};
  if (isRoot) chownSync(home, 1001, 1001);
  const run = spawnSync(path.join(prefix, 'bin/socket-grader'), command, {
    ...user,
    cwd: home,
    encoding: 'utf8',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: home },
  });
  expect([run.status, run.stdout]).toEqual([0, expect.stringContaining('4 of 4 points')]);
  execFileSync('chmod', ['-R', 'u+w', prefix]);
});
