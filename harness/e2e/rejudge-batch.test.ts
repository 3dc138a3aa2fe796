import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { STUDENTS, writeCourse, writeSpec } from '../batch/testing/course.ts';
import { runCli, unwrapped } from '../testing/cli.ts';

let folder: string;
let spec: string;
const at = (name: string) => path.join(folder, name);
const read = (name: string) => readFileSync(at(name), 'utf8');
const table = (name: string) => parse(read(name), { columns: true, bom: true }) as Record<string, string>[];
const grades = (out: string) =>
  Object.fromEntries(table(`${out}/gradebook.csv`).map(({ submission, grade }) => [submission, grade]));
const cli = (...args: string[]) => runCli(args, { cwd: folder });
const batch = (...more: string[]) =>
  cli('batch', 'given', '--spec', 'shout.grade.yaml', '--out', 'out', '--isolation', 'auto', ...more);
const ran = (stdout: string) =>
  [...stdout.matchAll(/^\[\d\/\d\] . (\S+):/gm)].map((match) => match[1]).sort();
const change = (from: string, to: string) => writeFileSync(spec, read('shout.grade.yaml').replace(from, to));

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'rejudge-batch-'));
  spec = writeSpec(folder);
  const { right, once, syntax } = STUDENTS;
  if (right && once && syntax) writeCourse(at('given'), { right, once, syntax });
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a whole batch is judged again from its recordings, and the next batch takes that for its own', async () => {
  writeFileSync(at('given/pdf.pdf'), '%PDF');
  writeFileSync(at('roster.csv'), 'name,id\nright-1,1\nonce-1,2\nsyntax-1,3\n');
  expect((await batch('--out-of', '6')).code).toBe(3);
  expect(grades('out')).toEqual({ 'once-1': '4', pdf: '', 'right-1': '6', 'syntax-1': '0' });
  change('points: 1', 'points: 4');
  const offered = await cli('rejudge', 'out', '--spec', 'shout.grade.yaml');
  expect(offered).toMatchObject({ code: 3, stderr: '' });
  // Scaled as it was.
  expect(grades('out')).toEqual({ 'once-1': '2', pdf: '', 'right-1': '6', 'syntax-1': '0' });
  expect(read('out/students/right-1/report.json')).toContain('"max_points": 4');
  const next = await batch('--out-of', '6');
  expect(ran(next.stdout)).toEqual([]);
  // A step that nobody has recorded is not guessed, and run by the next batch.
  change('- send: { line: two }', '- send: { line: three }');
  change('- expect: { equals: { line: TWO } }', '- expect: { equals: { line: THREE } }');
  const some = await cli('rejudge', 'out');
  expect(some.code).toBe(3);
  expect(grades('out')).toEqual({ 'once-1': '', pdf: '', 'right-1': '', 'syntax-1': '0' });
  await batch('--out-of', '6');
  expect(grades('out')).toEqual({ 'once-1': '2', pdf: '', 'right-1': '6', 'syntax-1': '0' });
  const wrong = await cli('rejudge', 'out', '--trace');
  expect([wrong.code, unwrapped(wrong.stderr)]).toEqual([
    2,
    expect.stringContaining('--trace is for single recordings'),
  ]);
});

test('where only judging has changed the batch offers that, and --rejudge runs only the rest', async () => {
  await batch();
  change('points: 2', 'points: 5');
  appendFileSync(at('given/once-1/server.py'), '# new\n');
  const judged = await batch('--rejudge');
  expect(ran(judged.stdout)).toEqual(['once-1']);
  expect(grades('out')).toEqual({ 'once-1': '5', 'right-1': '6', 'syntax-1': '0' });
  change('points: 5', 'points: 3');
  const { stdout } = await batch();
  expect(stdout).toMatch(/^Only what is judged has changed: 3 results .* --rejudge/);
  expect(ran(stdout)).toEqual(['once-1', 'right-1', 'syntax-1']);
});

test('a merged folder goes on, is merged and regraded as any other, and keeps what people have decided', async () => {
  for (const part of ['1', '2'])
    await cli(
      'batch',
      'given',
      '--spec',
      'shout.grade.yaml',
      '--out',
      `part${part}`,
      '--isolation',
      'auto',
      '--shard',
      `${part}/2`,
    );
  const withOnce = table('part1/gradebook.csv').some(({ submission }) => submission === 'once-1')
    ? 'part1'
    : 'part2';
  writeFileSync(
    at(`${withOnce}/overrides.csv`),
    'student,scenario,points,comment\nonce-1,again,1,explained in class\n',
  );
  expect((await cli('merge', 'part1', 'part2', '--out', 'all')).code).toBe(0);
  expect(grades('all')).toEqual({ 'once-1': '3', 'right-1': '3', 'syntax-1': '0' });
  expect(read('all/overrides.csv')).toContain('explained in class');
  expect(read('all/students/once-1/staff.html')).toContain(
    '1 of 1 points for &quot;So does a second one&quot;',
  );
  expect(read('all/students/once-1/report.html')).not.toContain('explained in class');
  const on = await cli(
    'batch',
    'given',
    '--spec',
    'shout.grade.yaml',
    '--out',
    'all',
    '--isolation',
    'auto',
    '--regrade',
    'once-1',
  );
  expect([on.code, ran(on.stdout)]).toEqual([0, ['once-1']]);
  expect(grades('all')['once-1']).toBe('3');
  // It is a batch of its own now.
  expect((await cli('merge', 'part1', 'part2', '--out', 'all')).code).toBe(2);
  expect((await cli('merge', 'all', '--out', 'again')).code).toBe(0);
  expect((await cli('merge', 'part1', 'part2', '--out', 'again')).code).toBe(0);
  expect(grades('again')).toEqual({ 'once-1': '3', 'right-1': '3', 'syntax-1': '0' });
  rmSync(at('given/once-1'), { recursive: true });
  const lost = await cli(
    'batch',
    'given',
    '--spec',
    'shout.grade.yaml',
    '--out',
    'again',
    '--isolation',
    'auto',
  );
  expect([lost.code, unwrapped(lost.stderr)]).toEqual([
    2,
    expect.stringMatching(/again: it holds merged results of 1 submissions? that .* not in given: once-1/),
  ]);
  const gone = await cli(
    'batch',
    'given',
    '--spec',
    'shout.grade.yaml',
    '--out',
    'all',
    '--isolation',
    'auto',
  );
  expect(gone.code).toBe(3);
  expect(unwrapped(gone.stdout)).toContain('once-1: was graded here before, and is not in this download');
});
