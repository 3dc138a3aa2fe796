// Damages what is read from disk in random ways, and sees that each reader ends in a clear message or in all that is there:
// no other error, no more than two seconds of the processor, nothing left out without a word. Needs a build.
//   node harness/scripts/damage.mjs [COUNT] [SEED]
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Worker } from 'node:worker_threads';
import { gunzipSync, gzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { SpecError } from '../../dist/base/spec-error.js';
import { UserError } from '../../dist/base/user-error.js';
import { readRoster } from '../../dist/batch/gradebook/roster.js';
import { JOURNAL, Journal, writeJournal } from '../../dist/batch/journal.js';
import { MANIFEST, readManifest, writeManifest } from '../../dist/batch/manifest.js';
import { manifestOf, result, submission } from '../../dist/batch/testing/graded.js';
import { loadAssignment } from '../../dist/grading/load-assignment.js';
import { readRecording } from '../../dist/recording/recording-file.js';
import { rejudge } from '../../dist/recording/rejudge.js';
import { mutated, randomFrom } from '../../dist/testing/mutate.js';

const count = Number(process.argv[2] ?? 3000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const random = randomFrom(seed);
const pick = (list) => list[random(list.length)];
/** Longest time for one of them, in milliseconds of the processor. */
const MOST = 2000;

const folder = mkdtempSync(path.join(os.tmpdir(), 'damage-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const at = (name) => path.join(folder, name);

/** A few bytes, or a run of them, changed, removed, doubled or put elsewhere. */
function changed(bytes) {
  let now = Buffer.from(bytes);
  for (let left = 1 + random(3); left > 0; left--) {
    const place = random(now.length + 1);
    const end = Math.min(now.length, place + 1 + random(random(4) === 0 ? 200 : 3));
    const [before, piece, after] = [now.subarray(0, place), now.subarray(place, end), now.subarray(end)];
    const kind = random(5);
    if (kind === 0) now = Buffer.concat([before, after]);
    else if (kind === 1) now = Buffer.concat([before, piece, piece, after]);
    else if (kind === 2) now = Buffer.concat([before, Buffer.from(pick(ODD)), after]);
    else if (kind === 3) now = Buffer.concat([before, now.subarray(random(now.length), place + 20), after]);
    else now = Buffer.concat([before, Buffer.from([random(256)]), now.subarray(place + 1)]);
  }
  return now;
}
const ODD = [
  '"',
  ',',
  '\n',
  '\r',
  '\0',
  '\t',
  ': ',
  '- ',
  '{',
  '}',
  '[',
  ']',
  '&a ',
  '*a',
  '<<: ',
  '!!',
  '${{ ',
  ' }}',
  '|\n',
  '#',
  '\u{feff}',
  'é',
  '1e9',
  '-1',
  'null',
  '\u2028',
];

/** Kinds of what is read: each damages one of its samples and returns what the reader must come to, as a function. */
const KINDS = { recording, journal, manifest, roster, specification };

const RECORDINGS = 'harness/recording/testing/0.1.0';
const recordings = readdirSync(RECORDINGS)
  .filter((name) => name.endsWith('.jsonl.gz'))
  .map((name) => ({
    spec: `specs/${/--(.*)\.jsonl/.exec(name)[1]}.grade.yaml`,
    lines: gunzipSync(readFileSync(path.join(RECORDINGS, name)))
      .toString()
      .trimEnd()
      .split('\n'),
  }));
/** These are of an older version, without a checksum, so that damage gets as far as it can. */
function recording() {
  const { spec, lines } = pick(recordings);
  const line = random(lines.length);
  const damaged =
    random(2) === 0
      ? changed(Buffer.from(lines.join('\n')))
      : lines.with(line, JSON.stringify(mutated(JSON.parse(lines[line]), random))).join('\n');
  const packed = gzipSync(`${damaged}\n`);
  writeFileSync(at('trace.jsonl.gz'), random(5) === 0 ? changed(packed) : packed);
  return async () => {
    const read = await readRecording(at('trace.jsonl.gz'));
    const report = await rejudge(read, { spec });
    return report.scenarios.length > 0 || 'no scenario is there';
  };
}

const results = Array.from({ length: 12 }, (_, number) => result(`s${number}`, 3));
await writeJournal(at(JOURNAL), results);
const wholeJournal = readFileSync(at(JOURNAL));
function journal() {
  const damaged = changed(wholeJournal);
  rmSync(at(`${JOURNAL}.damaged`), { force: true });
  writeFileSync(at(JOURNAL), damaged);
  return async () => {
    const opened = await Journal.open(at(JOURNAL));
    await opened.close();
    for (const [id, one] of opened.results)
      if (
        !isDeepStrictEqual(
          one,
          results.find((each) => each.id === id),
        )
      )
        return `${id} is another one`;
    const isWhole = opened.results.size === results.length;
    return (
      isWhole ||
      opened.damage !== undefined ||
      damaged.equals(wholeJournal) ||
      'a result is gone without a word'
    );
  };
}

const whole = manifestOf(
  [
    { ...submission('ada', { name: 'Ada', ids: { canvas: '1' } }), at: '2026-11-20T12:00:00Z' },
    submission('bob', { name: 'Bob', ids: { login: 'b' } }, { ids: {} }),
  ],
  { latePolicy: { percentPerDay: 10, grace: 0, due: '2026-11-20T10:00:00Z' } },
);
await writeManifest(at('made'), whole);
const wholeManifest = readFileSync(at(`made/${MANIFEST}`));
const readBack = await readManifest(at('made'));
function manifest() {
  mkdirSync(at('batch'), { recursive: true });
  const { sum: _, policySum: __, ...rest } = JSON.parse(wholeManifest.toString());
  const withSum = random(2) === 0;
  const damaged = withSum ? changed(wholeManifest) : Buffer.from(JSON.stringify(mutated(rest, random)));
  writeFileSync(at(`batch/${MANIFEST}`), damaged);
  return async () => {
    const read = await readManifest(at('batch'));
    const { latePolicy: _, ...now } = read;
    const { latePolicy: __, ...before } = readBack;
    return !withSum || isDeepStrictEqual(now, before) || 'damage was not seen';
  };
}

const NAMES = ['Lee, Ann', 'Müller, Jörg', "O'Neil, Sam", '王, 伟', 'van der Berg, Jan', 'Roe, Bob'];
const ROSTERS = [
  `Student,ID,SIS User ID,SIS Login ID,Section,Lab (7)\n    Points Possible,,,,,4\n${NAMES.map((name, n) => `"${name}",${n + 11},s${n},login${n},A,1`).join('\n')}\n`,
  `Identifier,Full name,Email address,Status,Grade,Maximum Grade,Last modified (submission),Last modified (grade),Feedback comments\n${NAMES.map((name, n) => `Participant ${n + 11},"${name}",x${n}@example.edu,Submitted for grading,,4.00,"Monday, 2 November 2026, 9:0${n} PM",-,`).join('\n')}\n`,
  `OrgDefinedId,Username,Last Name,First Name,Lab Points Grade,End-of-Line Indicator\n${NAMES.map((name, n) => `#${n + 11},#u${n},${name.replace(', ', ',')},,#`).join('\n')}\n`,
  `name;login;email\n${NAMES.map((name, n) => `${name};l${n};l${n}@example.edu`).join('\n')}\n`,
];
function roster() {
  const damaged = changed(Buffer.from(pick(ROSTERS)));
  writeFileSync(at('roster.csv'), damaged);
  return async () => {
    const { rows } = await readRoster(at('roster.csv'));
    const text = damaged.toString('latin1');
    // What is in none of the rows was left out; cells hold line ends only within quotes.
    const lines = text.split(/\r\n|\r|\n/).filter((line) => line.replaceAll(/[",;\t\s]/g, '') !== '');
    const inCells =
      rows
        .flatMap(({ cells }) => Object.values(cells))
        .join('')
        .match(/\r\n|\r|\n/g)?.length ?? 0;
    return (
      rows.length + inCells >= lines.length - 1 ||
      text.includes('"') ||
      `${lines.length - 1} lines, ${rows.length} rows`
    );
  };
}

const specifications = ['echo', 'hey-there', 'http', 'udp-pinger', 'client', 'socket-basics'].map((name) =>
  readFileSync(`specs/${name}.grade.yaml`),
);
function specification() {
  const whole = pick(specifications);
  const damaged =
    random(2) === 0 ? changed(whole) : Buffer.from(JSON.stringify(mutated(parse(whole.toString()), random)));
  // What it includes lies beside it.
  const file = path.resolve('specs', `.damaged-${process.pid}.grade.yaml`);
  writeFileSync(file, damaged);
  return async () => {
    try {
      const { spec, plans } = await loadAssignment(file, {}, 'seed');
      const written = parse(damaged.toString(), { logLevel: 'silent' })?.scenarios ?? [];
      if (spec.scenarios.length < written.length) return 'a scenario is missing';
      const idle = spec.scenarios.find(
        ({ id, onlyIf, skip }) => !onlyIf && skip === undefined && !plans.get(id)?.length,
      );
      return idle === undefined || `${idle.id} does nothing`;
    } finally {
      rmSync(file, { force: true });
    }
  };
}

const clock = new BigInt64Array(new SharedArrayBuffer(16));
const watch = new Worker(
  `const { workerData: { clock, most } } = require('node:worker_threads');
  const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
  let last = -1n, began = 0;
  setInterval(() => {
    const now = Atomics.load(clock, 0);
    if (now !== last) { last = now; began = used(); }
    else if (used() - began > 5 * most) { require('node:fs').writeSync(2, 'number ' + now + ' does not end\\n'); process.kill(process.pid, 'SIGKILL'); }
  }, 200);`,
  { eval: true, workerData: { clock, most: MOST } },
);
const names = Object.keys(KINDS);
const tally = Object.fromEntries(names.map((name) => [name, { refused: 0, read: 0 }]));
let wrong = 0;
let slowest = 0;
for (let number = 0; number < count; number++) {
  Atomics.store(clock, 0, BigInt(number));
  const name = names[number % names.length];
  const work = KINDS[name]();
  const began = process.cpuUsage();
  const fail = (what) => {
    wrong++;
    console.log(`${name} ${number}: ${what}`);
  };
  try {
    const outcome = await work();
    tally[name].read++;
    if (outcome !== true) fail(outcome);
  } catch (error) {
    if (error instanceof UserError || error instanceof SpecError) tally[name].refused++;
    else fail(error?.stack ?? error);
  }
  const { user, system } = process.cpuUsage(began);
  const took = (user + system) / 1000;
  slowest = Math.max(slowest, took);
  if (took > MOST) fail(`took ${Math.round(took)} ms of the processor`);
}
await watch.terminate();
for (const [name, { refused, read }] of Object.entries(tally))
  console.log(`${name}: ${refused} refused, ${read} read`);
console.log(
  `${count} with seed ${seed}: ${wrong} wrong; the slowest took ${Math.round(slowest)} ms of the processor`,
);
process.exitCode = wrong === 0 ? 0 : 1;
