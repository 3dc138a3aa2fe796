import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { FORMAT_NAMES } from '../cli/help/format-names.ts';
import { ROOT } from '../testing/cli.ts';

/** What strangers wrote (names of files and folders, output, texts) reaches nobody raw: every output is searched for it. */
const MAIN = path.join(ROOT, 'dist/cli/main.js');
const ESCAPE = '\u001b]0;title\u0007';
const ORDER = '\n::error::planted';
const MARK = '##[add-mask]planted';
/** What of it is there raw: escapes, and in a log also lines that a CI system would take for orders. */
function raw(text: string, { log = true } = {}): string[] {
  const orders = log ? (/^\s*(::error::planted|##\[)/m.exec(text) ?? []) : [];
  return [...['\u001b]0;', '\u0007'].filter((each) => text.includes(each)), ...orders];
}

/** What Classroom 50 tells of a submission. */
const CLASSROOM_50 = [
  ...['CLASSROOM', 'ASSIGNMENT', 'SUBMISSION_TAG', 'COMMIT_URL', 'RELEASE_URL', 'REVIEW_URL'],
  'GITHUB_WORKSPACE',
];

const SPEC = `version: 1
title: "T ##[error]t ::error::planted"
programs: { server: { variants: [ { file: "*.py", run: "python3 \${{ file }} \${{ port }}" } ] } }
scenarios:
  - id: one
    title: "One ##[error]t"
    steps:
      - start: server
      - connect: a
      - send: "hello\\n"
      - expect: { equals: "nope\\n", within: 2s }
`;
const SPEAKS = `import socket, sys
print(${JSON.stringify(`${ESCAPE}${ORDER}\n${MARK}\n--|>\nGrade :=>> 100`)}, flush=True)
l = socket.create_server(("127.0.0.1", int(sys.argv[1])))
c, _ = l.accept()
c.sendall(${JSON.stringify(`${ESCAPE}${ORDER}\n${MARK}\n`)}.encode())
`;

let folder = '';
let spec = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'words-'));
  spec = path.join(folder, 'a.grade.yaml');
  writeFileSync(spec, SPEC);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function submission(name: string, files: Readonly<Record<string, string>>): string {
  const place = path.join(folder, name);
  mkdirSync(place, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(place, file), text);
  return place;
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
  });
  return { text: stdout + stderr, status };
}

function filesBelow(place: string): string[] {
  return readdirSync(place).flatMap((name) => {
    const file = path.join(place, name);
    return statSync(file).isDirectory() ? filesBelow(file) : [file];
  });
}

test('names of files in errors', () => {
  const names = { [`a${ESCAPE}${ORDER}.py`]: '', [`${MARK}b.py`]: '' };
  const { text, status } = run([
    'run',
    submission('two', names),
    '--spec',
    spec,
    '--out',
    path.join(folder, 'o1'),
  ]);
  expect(status).toBe(2);
  expect(text).toMatch(/several files/);
  expect(raw(text)).toEqual([]);
});

test('names of folders, of commands and of specifications in errors', () => {
  const odd = submission(`odd${ESCAPE}${ORDER}`, { 'x.txt': '' });
  for (const args of [
    ['run', odd, '--spec', spec],
    ['run', `${odd}-gone`, '--spec', spec],
    ['run', odd, '--spec', `${ESCAPE}${ORDER}.yaml`],
    ['validate', `${ESCAPE}${ORDER}.yaml`],
    [`${ESCAPE}${ORDER}`],
    ['rejudge', odd],
  ]) {
    const { text, status } = run(args);
    expect([args[0], status]).toEqual([args[0], 2]);
    expect(raw(text)).toEqual([]);
  }
});

test('names, output and texts in every report, and in every log', () => {
  const formats = FORMAT_NAMES.filter((name) => name !== 'terminal');
  const out = path.join(folder, 'o3');
  const place = submission('speaks', { [`s${ESCAPE}.py`]: SPEAKS, [`${MARK}.txt`]: '' });
  const { text, status } = run(
    [
      ...['run', place, '--spec', spec, '--out', out, '--trace'],
      ...formats.flatMap((format) => ['--report', `${format}=${path.join(out, format)}`]),
      ...['--report', 'terminal'],
    ],
    Object.fromEntries(CLASSROOM_50.map((name) => [name, 'x'])),
  );
  expect(status).toBe(1);
  expect(text).toMatch(/planted/);
  expect(raw(text)).toEqual([]);
  const files = filesBelow(out).filter((name) => formats.includes(path.basename(name)));
  expect(files).toHaveLength(formats.length);
  for (const file of files) {
    // Only a browser reads that one.
    const log = path.basename(file) !== 'html';
    expect([file, ...raw(readFileSync(file, 'utf8'), { log })]).toEqual([file]);
  }
  const grades = readFileSync(path.join(out, 'moodle-vpl'), 'utf8').match(/^Grade :=>>.*$/gm);
  expect(grades).toEqual(['Grade :=>> 0']);
});

test('names in a batch', () => {
  const all = path.join(folder, 'all');
  submission('all/fine', { 's.py': SPEAKS });
  submission(`all/odd${ESCAPE}${ORDER}`, { [`s${ESCAPE}.py`]: SPEAKS });
  const { text } = run([
    'batch',
    all,
    '--spec',
    spec,
    '--out',
    path.join(folder, 'o4'),
    '--isolation',
    'none',
  ]);
  expect(text).toMatch(/2 submissions|planted|odd/);
  expect(raw(text)).toEqual([]);
});

test.each([
  ['doctor', []],
  ['--help', []],
  ['explain', ['echo']],
])('%s says on standard error that standard output cannot be written, with status 4', (command, args) => {
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', 'exec "$@" > /dev/full', 'sh', process.execPath, MAIN, command, ...args],
    {
      encoding: 'utf8',
      cwd: ROOT,
    },
  );
  expect(stderr).toMatch(/standard output can't be written: ENOSPC/);
  expect(status).toBe(4);
});

test('a report that cannot be printed is still in its files, with status 4', () => {
  const out = path.join(folder, 'o5');
  const place = submission('plain', { 's.py': SPEAKS });
  const args = [process.execPath, MAIN, 'run', place, '--spec', spec, '--out', out];
  const { status, stderr } = spawnSync('sh', ['-c', 'exec "$@" > /dev/full', 'sh', ...args], {
    encoding: 'utf8',
  });
  expect(stderr).toMatch(/standard output can't be written/);
  expect(status).toBe(4);
  expect(JSON.parse(readFileSync(path.join(out, 'report.json'), 'utf8')).scenarios).toHaveLength(1);
});

test('too few open files are refused with the number that is needed', () => {
  const args = [process.execPath, MAIN, 'run', submission('plain', {}), '--spec', spec];
  const { status, stderr } = spawnSync('sh', ['-c', 'ulimit -n 20; exec "$@"', 'sh', ...args], {
    encoding: 'utf8',
  });
  expect(stderr).toMatch(/may have 20, and grading needs \d+/);
  expect(status).toBe(2);
});

const isRoot = process.getuid?.() === 0;
(isRoot ? test : test.skip).each([1, 2, 3])(
  'process %i of a container has the level that others have',
  (number) => {
    const doctor = `"${process.execPath}" "${MAIN}" doctor`;
    const nested = [`exec ${doctor}`, `${doctor}; true`, `sh -c '${doctor}; true'; true`][number - 1] ?? '';
    const level = (words: readonly string[]) => {
      const [command = '', ...args] = words;
      return /isolation +(\w+)/.exec(spawnSync(command, args, { encoding: 'utf8' }).stdout)?.[1];
    };
    const inside = level(['unshare', '--pid', '--fork', '--mount-proc', 'sh', '-c', nested]);
    expect(inside).toBe(level(['sh', '-c', doctor]));
  },
);
