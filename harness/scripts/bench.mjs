// Measures what grading costs, as ratios within one run, so that they hold on another machine as well.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { failing } from './bench/failing.mjs';
import { growth } from './bench/growth.mjs';
import { marks } from './bench/marks.mjs';
import { observationCosts } from './bench/observations.mjs';
import { queueTimes } from './bench/queue.mjs';
import { median, table } from './statistics.mjs';

const HELP = `Usage: npm run bench -- [--rounds N] [--sizes N,N…]
              [--only marks|runs|scenarios|startup|isolation|try|observations|growth|failing|queue]

The marks first: one submission, a batch and a submission of many files, as ratios
to the limit, a Node script that makes the same checks and nothing else. Then
whole runs of socket-basics and echo on a right Python server, without isolation
and with those that this machine allows, next to a bare Node script that starts
the server as often and waits as long, and next to a plain bash-and-nc script:
time, and processor time of the harness (its worker and the sandboxes included) and
of all; each scenario by itself; start-up of --help; what isolation costs a
submission; \`try\` with the programs that \`init\` writes (the aim: less than 5 s
on two idle cores); cost of one observation; a batch over a queue next to one
without, each one submission at a time, and with a second worker. Medians of N rounds
(default: 5), in turns.

Only when asked for:
  growth    batches of 30, 300 and 3,000 submissions (or --sizes): time, memory of the orchestrator
  failing   the five samples that take longest, and what each waits for
`;
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    sizes: { type: 'string', default: '30,300,3000' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const rounds = Number(values.rounds);
const { only } = values;
const ONLY_WHEN_ASKED = { growth: () => growth(values.sizes.split(',').map(Number)), failing };
if (Object.hasOwn(ONLY_WHEN_ASKED, only)) {
  await ONLY_WHEN_ASKED[only]();
  process.exit(0);
}
const wanted = (part) => values.only === '' || values.only === part;

/** The same interpreter for all, and no wrapper of a version manager in front of it. */
process.env.PATH = '/usr/local/bin:/usr/bin:/bin';
const SERVER = 'fixtures/echo/python-threaded';
const COMMAND = ['python3', '-u', `${SERVER}/server.py`, '{port}'];
const GRADER = 'dist/cli/main.js';
const scratch = mkdtempSync(path.join(os.tmpdir(), 'bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
/** Loaded into a Node program, it writes down at exit what that one process used itself. */
const METER = path.join(scratch, 'meter.mjs');
const METERED = path.join(scratch, 'used');
writeFileSync(
  METER,
  `import { writeFileSync } from 'node:fs';
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeFileSync(process.env.BENCH_USED, String((user + system) / 1000));
});`,
);

/** Milliseconds of processor time that all children that have ended used, and theirs. */
function childrenMs() {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

/** Runs a program to its end: wall time, processor time of itself and of all that it started. */
function measure(file, args, { node = false, metered = false, env = {}, fallible = false } = {}) {
  const before = childrenMs();
  const began = performance.now();
  const words = node ? ['--import', METER, file, ...args] : args;
  const { status, error } = spawnSync(node ? process.execPath : file, words, {
    stdio: 'ignore',
    env: { ...process.env, ...env, BENCH_USED: METERED },
  });
  const wall = performance.now() - began;
  if (error) throw error;
  if (status !== 0 && !fallible) throw new Error(`${file} ${args.join(' ')} ended with status ${status}`);
  const total = childrenMs() - before;
  return {
    wall,
    total,
    failed: status === 0 ? 0 : 1,
    own: node || metered ? Number(readFileSync(METERED, 'utf8')) : total,
  };
}

function grader(spec, ...more) {
  const args = ['run', SERVER, '--spec', spec, '--out', path.join(scratch, 'out'), '--quiet'];
  args.push(...more);
  return () => measure(GRADER, args, { node: true });
}

/** Measures several things in turns, so that a busy moment hits all of them. */
function inTurns(contenders, times = rounds) {
  const found = contenders.map(() => []);
  for (let round = 0; round < times; round++)
    for (const [index, contender] of contenders.entries()) found[index].push(contender());
  return found.map((runs) => ({
    ...Object.fromEntries(['wall', 'total', 'own'].map((key) => [key, median(runs.map((run) => run[key]))])),
    failed: runs.reduce((sum, run) => sum + run.failed, 0),
  }));
}

const ms = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const times = (value) => `${value.toFixed(2)} x`;

function wholeRuns() {
  for (const spec of ['socket-basics', 'echo']) {
    const words = [spec, ...COMMAND];
    const [harness, isolated, bare, nc] = inTurns([
      grader(spec, '--isolation', 'none'),
      grader(spec),
      () => measure('harness/scripts/bench/bare.mjs', words, { node: true }),
      // Its sleeps are too short on a busy machine; it then finds fault with a right server.
      () => measure('harness/scripts/bench/nc.sh', words, { fallible: true }),
    ]);
    // The servers cost the same whoever starts them: what they take is what the bare script takes besides itself.
    const servers = bare.total - bare.own;
    const row = (name, { wall, total }) => [
      name,
      ms(wall),
      times(wall / bare.wall),
      ms(total - servers),
      ms(total),
    ];
    console.log(
      `\n${table([
        [`${spec} (median of ${rounds})`, 'time', 'to bare', 'harness', 'with the servers'],
        row('socket-grader, not isolated', harness),
        row('socket-grader, as it comes', isolated),
        row('bare Node script', bare),
        row(nc.failed > 0 ? `bash and nc (wrong ${nc.failed} of ${rounds} times)` : 'bash and nc', nc),
      ])}`,
    );
  }
}

function scenarios() {
  for (const spec of ['socket-basics', 'echo']) {
    const text = readFileSync(`specs/${spec}.grade.yaml`, 'utf8');
    const ids = [...text.matchAll(/^ {2}- id: (\S+)/gm)].map(([, id]) => id);
    // An idle machine hides nothing: one scenario at a time, each next to its bare twin.
    const rows = ids.map((id) => {
      const [harness, bare] = inTurns(
        [
          grader(spec, '--isolation', 'none', '--only', id),
          () =>
            measure('harness/scripts/bench/bare.mjs', [spec, ...COMMAND], { node: true, env: { ONLY: id } }),
        ],
        Math.min(rounds, 3),
      );
      const share = `${Math.round((100 * harness.own) / Math.max(1, harness.total))} %`;
      return [
        `${spec}/${id}`,
        ms(harness.wall),
        ms(bare.wall),
        times(harness.wall / bare.wall),
        ms(harness.own),
        share,
      ];
    });
    const head = ['one scenario alone', 'time', 'bare', 'ratio', 'own processor', 'harness share'];
    console.log(`\n${table([head, ...rows])}`);
  }
}

function startUp() {
  const empty = path.join(scratch, 'empty.mjs');
  writeFileSync(empty, '');
  const long = path.join(scratch, 'long.grade.yaml');
  writeFileSync(long, fiftyScenarios());
  const [help, validate, version, bare] = inTurns(
    [
      () => measure(process.execPath, [GRADER, '--help']),
      () => measure(process.execPath, [GRADER, 'validate', long]),
      () => measure(process.execPath, [GRADER, '--version']),
      () => measure(process.execPath, [empty]),
    ],
    Math.max(15, 3 * rounds),
  );
  const row = (name, { wall, total }) => [name, ms(wall), times(wall / bare.wall), ms(total)];
  const rows = [
    ['start-up', 'time', 'to bare', 'processor'],
    row('--help', help),
    row('validate, 50 scenarios', validate),
    row('--version', version),
    row('node, an empty file', bare),
  ];
  console.log(`\n${table(rows)}`);
  console.log(
    `\nvalidate takes ${ms(validate.wall - help.wall)} more than --help (the aim: less than 150 ms)`,
  );
}

/** The scenarios of the shipped echo assignment again and again, under other names. */
function fiftyScenarios() {
  const [head, list] = readFileSync('specs/echo.grade.yaml', 'utf8').split(/^scenarios:\n/m);
  const scenarios = list.split(/^(?= {2}- id: )/m).filter((text) => text.startsWith('  - id: '));
  const fifty = Array.from({ length: 50 }, (_, index) =>
    scenarios[index % scenarios.length]
      .replace(/^( {2}- id: \S+)/, `$1-${index}`)
      .replace(/^ {4}requires: .*\n/m, ''),
  );
  return `${head}scenarios:\n${fifty.join('')}`;
}

/** What isolation costs a submission, next to none; one scenario, so that little else is measured. */
function isolation() {
  const only = ['--only', 'listens'];
  const [none, full] = inTurns(
    [grader('echo', ...only, '--isolation', 'none'), grader('echo', ...only, '--isolation', 'require')],
    Math.max(11, 2 * rounds),
  );
  const row = (name, { wall, total }) => [name, ms(wall), times(wall / none.wall), ms(total)];
  console.log(
    `\n${table([['one scenario', 'time', 'to none', 'processor'], row('not isolated', none), row('isolated', full)])}`,
  );
  console.log(`isolation adds ${ms(full.wall - none.wall)} to a submission`);
}

/** A new assignment, its right solution and its two wrong ones, six scenarios, three rounds. */
function tries() {
  const folder = path.join(scratch, 'new');
  measure(GRADER, ['init', folder, '--yes'], { node: true });
  const args = ['try', path.join(folder, 'greeter.grade.yaml'), '--solution', path.join(folder, 'solution')];
  args.push('--wrong', path.join(folder, 'wrong'));
  const [none, usual] = inTurns([
    () => measure(GRADER, [...args, '--isolation', 'none'], { node: true }),
    () => measure(GRADER, args, { node: true }),
  ]);
  const row = (name, { wall, total }) => [name, ms(wall), ms(total)];
  const head = ['try: three programs, six scenarios, three rounds', 'time', 'processor'];
  console.log(`\n${table([head, row('not isolated', none), row('as it comes', usual)])}`);
  console.log(`the aim on two idle cores: less than 5 s`);
}

if (wanted('marks'))
  console.log(`\n${table(await marks({ measure, inTurns, rounds, scratch, grader: GRADER }))}`);
if (wanted('runs')) wholeRuns();
if (wanted('scenarios')) scenarios();
if (wanted('startup')) startUp();
if (wanted('isolation')) isolation();
if (wanted('try')) tries();
if (wanted('observations')) {
  const costs = await observationCosts(COMMAND, 20 * rounds);
  const rows = costs.map(({ name, wall, cpu }) => [name, ms(median(wall)), ms(cpu)]);
  console.log(`\n${table([['one observation', 'time', 'processor'], ...rows])}`);
}
if (wanted('queue')) {
  const measured = await queueTimes(scratch, Math.min(rounds, 5));
  if (measured === undefined) console.log('\nno figures of the queue: there is no redis-server here');
  else {
    const { local, one, two, count } = measured;
    const [without, single, double] = [local, one, two].map(median);
    const row = (name, seconds) => [name, `${seconds.toFixed(1)} s`, times(seconds / without)];
    console.log(
      `\n${table([
        [`a batch of ${count}, one at a time`, 'time', 'to local'],
        row('without a queue', without),
        row('over a queue, one worker', single),
        row('over a queue, two workers', double),
      ])}`,
    );
    console.log(
      `the queue adds ${(100 * (single / without - 1)).toFixed(0)} % (the aim: below 10); two workers are ${times(single / double)} as fast as one`,
    );
  }
}
