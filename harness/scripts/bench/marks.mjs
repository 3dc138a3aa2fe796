// The marks of speed: what grading costs as a ratio to the least that it can cost, side by side in one run.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const LIMIT = 'harness/scripts/bench/limit.mjs';
/** Right servers, in Python and in Node; each file is a submission of its own. */
const SERVER = 'fixtures/echo/python-solution/server.py';
/** Submissions of the batch, and files beside a server that has many. */
const BATCH = 40;
const MANY = 3_000;

/**
 * The twelve scenarios and fourteen starts that the limit knows, from the assignment that is shipped: without those for no
 * points, and with two sizes of what comes early.
 */
function assignment(folder) {
  const [head, list] = readFileSync('specs/echo.grade.yaml', 'utf8').split(/^scenarios:\n/m);
  const scenarios = list.split(/^(?= {2}- id: )/m).filter((text) => text.startsWith('  - id: '));
  const chosen = scenarios.filter((text) => !/^ {4}points: 0$/m.test(text));
  const early = `  - id: buffered-data
    title: What is sent before recv() is not lost
    points: 1
    matrix: { size: [512, 65536] }
    steps:
      - start: server
      - pause: server
      - connect: a
      - send: { random: data, bytes: "\${{ matrix.size }}" }
      - half_close: a
      - resume: server
      - expect: { read: close, equals: { random: data, bytes: "\${{ matrix.size }}" }, within: 10s }

`;
  const twelve = chosen.map((text) => (text.startsWith('  - id: buffered-data') ? early : text));
  if (twelve.length !== 12) throw new Error(`${twelve.length} scenarios in place of 12`);
  const file = path.join(folder, 'twelve.grade.yaml');
  writeFileSync(file, `${head}scenarios:\n${twelve.join('')}`);
  return file;
}

/** A folder with a right server, and with so many files beside it. */
function submission(folder, files = 0) {
  mkdirSync(folder, { recursive: true });
  cpSync(SERVER, path.join(folder, 'server.py'));
  for (let n = 0; n < files; n += 1) {
    const place = path.join(folder, 'node_modules', `package-${Math.floor(n / 30)}`);
    if (n % 30 === 0) mkdirSync(place, { recursive: true });
    writeFileSync(path.join(place, `file-${n % 30}.js`), `// ${n}\n`.repeat(100));
  }
  return folder;
}

const times = (value) => `${value.toFixed(2)} x`;
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;

/** Rows of a table: what is compared, what was measured, the ratio, and the goal. */
export async function marks({ measure, inTurns, rounds, scratch, grader }) {
  const spec = assignment(scratch);
  const one = submission(path.join(scratch, 'one'));
  const many = submission(path.join(scratch, 'many'), MANY);
  const out = path.join(scratch, 'marks');
  const run = (given, isolation) => () =>
    measure(process.execPath, [
      ...[grader, 'run', given, '--spec', spec, '--out', out, '--quiet'],
      ...['--isolation', isolation],
    ]);
  const command = ['python3', '-u', path.join(one, 'server.py'), '{port}'];
  const [limit, full, none, large, largeNone] = inTurns([
    () => measure(process.execPath, [LIMIT, ...command], { metered: true }),
    run(one, 'require'),
    run(one, 'none'),
    run(many, 'require'),
    run(many, 'none'),
  ]);
  // The servers cost the same whoever starts them: what they take is what the limit takes besides itself.
  const servers = limit.total - limit.own;
  const course = path.join(scratch, 'course');
  for (let n = 0; n < BATCH; n += 1) submission(path.join(course, `student-${n}`));
  const batch = (folder) =>
    measure(process.execPath, [
      ...[grader, 'batch', folder, '--spec', spec, '--out', `${folder}-out`, '--isolation', 'require'],
      '--fresh',
    ]);
  const crowd = batch(course);
  const each = { wall: crowd.wall / BATCH, total: crowd.total / BATCH };
  const fair = each.total / os.availableParallelism();
  const row = (name, measured, least, goal) => [
    name,
    seconds(measured),
    seconds(least),
    times(measured / least),
    goal,
  ];
  return [
    [`marks (median of ${rounds})`, 'measured', 'against', 'ratio', 'goal'],
    row('one submission, full', full.wall, limit.wall, '1.25 x'),
    row('one submission, not isolated', none.wall, limit.wall, '1.25 x'),
    row('own processor time, full', full.total - servers, limit.own, '1.50 x'),
    row('own processor time, not isolated', none.total - servers, limit.own, '1.50 x'),
    row(`a batch of ${BATCH}, time of each`, each.wall, fair, '1.15 x'),
    row('a batch, own processor time of each', each.total - servers, limit.own, '1.50 x'),
    row(`${MANY} files more, full`, large.total, full.total, '1.50 x'),
    row(`${MANY} files more, not isolated`, largeNone.total, none.total, ''),
  ];
}
