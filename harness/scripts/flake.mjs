// Grades every fixture again and again, on an idle machine and on a busy one, and tells which verdicts
// are not as they must be, and which failures were given another cause or hint than before. Exit status: 0 none was wrong, 1 some were, 2 wrong usage.
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { grade } from '../../dist/grading/grade.js';
import { keepBusy } from '../../dist/process/busy.js';
import { compare, fixtureCases, paramsOf } from '../../dist/testing/fixtures.js';
import { gradeInWorker } from '../../dist/worker/grade-in-worker.js';
import { quantile, table } from './statistics.mjs';

const HELP = `Usage: npm run flake -- [options]

Grades all fixtures N times on an idle machine and N times with twice as many
busy loops as there are cores. The report of a submission with a wrong verdict
is kept in reports/flake/. Ctrl-C ends it with the table so far.

  --rounds N      (default: 25)
  --idle N, --loaded N
                  different numbers for the two
  --jobs N        submissions at a time (default: 1); without isolation those
                  with ports of their own may meet each other
  --only TEXT     only fixtures whose "name specification" holds the text
  --short         what CI runs: a few fixtures, 2 rounds idle and 1 loaded
  --isolation full|uid|none
                  grade each in a worker, isolated so (default: in this process)
  --fixtures DIR  other samples than fixtures/
`;

/** Few but telling: every step verb, right and wrong, three languages. */
const SHORT = [
  'echo/python-solution echo',
  'echo/no-reuseaddr echo',
  'echo/busy-accept echo',
  'echo/c-solution echo',
  'hey-there/off-by-one-nul hey-there',
  'socket-basics/python-greeter socket-basics',
];
/** More than this share of verdicts that could not be decided is a failure of its own; a single one never is. */
const MOST_INCONCLUSIVE = 0.005;

function readOptions() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string' },
      idle: { type: 'string' },
      loaded: { type: 'string' },
      jobs: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
      fixtures: { type: 'string' },
      isolation: { type: 'string' },
      short: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const count = (name, usual) => {
    const number = Number(values[name] ?? values.rounds ?? usual);
    if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} needs a whole number`);
    return number;
  };
  return {
    ...values,
    idle: count('idle', values.short ? 2 : 25),
    loaded: count('loaded', values.short ? 1 : 25),
    jobs: Math.max(1, count('jobs', 1)),
  };
}

/** The outcome of all rounds of one kind, by specification and scenario. */
class Tally {
  verdicts = 0;
  wrong = 0;
  inconclusive = 0;
  #scenarios = new Map();

  add(spec, report, bad) {
    for (const { id, status, flaky, durationMs } of report.scenarios) {
      const key = `${spec}/${id}`;
      const entry = this.#scenarios.get(key) ?? { times: [], wrong: 0, inconclusive: 0, again: 0 };
      this.#scenarios.set(key, entry);
      entry.times.push(durationMs);
      if (flaky) entry.again++;
      const disagreement = bad.find((each) => each.id === id);
      if (disagreement && !disagreement.inconclusive) entry.wrong++;
      if (status === 'inconclusive') entry.inconclusive++;
    }
    this.verdicts += report.scenarios.length;
    this.wrong += bad.filter(({ inconclusive }) => !inconclusive).length;
    this.inconclusive += bad.filter(({ inconclusive }) => inconclusive).length;
  }

  get failed() {
    return this.wrong > 0 || this.inconclusive > Math.max(1, MOST_INCONCLUSIVE * this.verdicts);
  }

  print(kind) {
    const rows = [...this.#scenarios].map(([key, { times, wrong, inconclusive, again }]) => [
      key,
      times.length,
      wrong,
      inconclusive,
      again,
      ...[0.5, 0.99].map((share) => `${Math.round(quantile(times, share))} ms`),
    ]);
    const head = [kind, 'verdicts', 'wrong', 'inconclusive', 'tried again', 'median', '99th'];
    console.log(`\n${table([head, ...rows])}`);
    const again = [...this.#scenarios.values()].reduce((sum, entry) => sum + entry.again, 0);
    const share = (some) => ((1_000 * some) / Math.max(1, this.verdicts)).toFixed(1);
    console.log(
      `${this.verdicts} verdicts ${kind}: ${this.wrong} wrong, ${this.inconclusive} inconclusive, ${again} tried again (per 1,000: ${[this.wrong, this.inconclusive, again].map(share).join(', ')})`,
    );
  }
}

async function gradeAll(cases, round, kind, tally) {
  const waiting = [...cases];
  const runNext = async (_, slot) => {
    for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift())
      await gradeOne(next, { round, kind, tally, slot });
  };
  await Promise.all(Array.from({ length: options.jobs }, runNext));
}

async function gradeOne({ name, folder, spec, expected }, { round, kind, tally, slot }) {
  const params = paramsOf(expected);
  const job = { submission: folder, spec, params, seed: String(round) };
  const report = await (options.isolation === undefined
    ? grade({ ...job, signal })
    : gradeInWorker(job, { level: options.isolation, signal, slot }));
  if (signal.aborted) return;
  const bad = [...compare(expected, report), ...otherwise(`${name} ${spec}`, report)];
  tally.add(specName(spec), report, bad);
  if (bad.length > 0) keep(report, `${name.replaceAll('/', '-')}-${kind}-${round}`);
  for (const { text, inconclusive } of bad)
    console.log(`${inconclusive ? '?    ' : 'WRONG'} ${name}, ${kind} round ${round}: ${text}`);
}

/** The cause and the hint that each failed scenario got first. */
const firstFindings = new Map();

/** Scenarios that failed before, too, but were given another cause or hint; numbers may differ. */
function otherwise(key, report) {
  return report.scenarios.flatMap(({ id, status, findings }) => {
    const finding = findings.find(({ remark }) => !remark);
    if (status !== 'fail' || finding === undefined) return [];
    const now = `${finding.cause}: ${finding.hint ?? 'no hint'}`.replaceAll(/\d+/g, 'N');
    const before = firstFindings.get(`${key} ${id}`) ?? now;
    firstFindings.set(`${key} ${id}`, before);
    return now === before
      ? []
      : [{ id, inconclusive: false, text: `${id}: "${before}" before, now "${now}"` }];
  });
}

/** The whole report, traces and all, of what went wrong: it may not happen again. */
function keep(report, name) {
  mkdirSync('reports/flake', { recursive: true });
  writeFileSync(`reports/flake/${name}.json`, JSON.stringify(report, undefined, 1));
}

function specName(file) {
  return file.split('/').at(-1).replace('.grade.yaml', '');
}

const options = readOptions();
if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
// What runs is ended in good order, and what was found so far is printed; at a second time all is let go.
const ended = new AbortController();
const { signal } = ended;
let interrupted;
for (const [name, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
]) {
  process.on(name, () => {
    if (interrupted !== undefined) process.exit(code);
    interrupted = code;
    ended.abort();
  });
}

const all = fixtureCases(options.fixtures).map((each) => ({
  ...each,
  key: `${each.name} ${specName(each.spec)}`,
}));
const cases = all.filter(({ key }) => key.includes(options.only) && (!options.short || SHORT.includes(key)));
if (cases.length === 0) {
  console.error(`No fixture is named like "${options.only}".`);
  process.exit(2);
}
let failed = false;
for (const kind of ['idle', 'loaded']) {
  if (options[kind] === 0 || signal.aborted) continue;
  const loops = kind === 'loaded' ? await keepBusy() : undefined;
  const tally = new Tally();
  for (let round = 1; round <= options[kind] && !signal.aborted; round++) {
    const began = performance.now();
    await gradeAll(cases, round, kind, tally);
    const took = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`${kind} round ${round} of ${options[kind]}: ${cases.length} submissions, ${took} s`);
  }
  await loops?.end();
  tally.print(kind);
  failed ||= tally.failed;
}
process.exitCode = interrupted ?? (failed ? 1 : 0);
