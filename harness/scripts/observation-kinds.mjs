// Grades all samples with two builds, and tells which kinds of observations the traces of the first hold that those of the
// second lack, however often it is tried: what makes grading faster must not make it see less. Exit status 1 when there are.
//   node harness/scripts/observation-kinds.mjs BEFORE AFTER [TEXT] [LEVEL]
// BEFORE and AFTER are folders of the project, built; TEXT limits it to samples whose "name specification" holds it.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';

const [before, after, text = '', level = 'require'] = process.argv.slice(2);
if (after === undefined) throw new Error('two folders are needed');
const { fixtureCases, paramsOf } = await import(path.resolve(after, 'dist/testing/fixtures.js'));
/** What is not there now may be there the next time: which thread is seen where is a matter of moments. */
const TRIES = 3;
const run = promisify(execFile);
const scratch = mkdtempSync(path.join(os.tmpdir(), 'observation-kinds-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** The kinds of events of each scenario; of observations with what was asked and what it came to. */
async function kinds(project, { name, folder, spec, expected }) {
  const out = mkdtempSync(path.join(scratch, 'out-'));
  const params = Object.entries(paramsOf(expected)).flatMap(([key, value]) => ['--param', `${key}=${value}`]);
  const own = path.join(project, 'specs', path.basename(spec));
  const args = [path.resolve(project, 'dist/cli/main.js'), 'run', folder, '--spec', own, ...params];
  args.push('--isolation', level, '--unsafe', '--seed', 'samples', '--quiet', '--out', out);
  await run(process.execPath, args).catch(({ code, stderr }) => {
    if (code === null || code > 3) throw new Error(`${name}: ${stderr}`);
  });
  const found = new Map();
  let scenario = '';
  for (const line of gunzipSync(readFileSync(path.join(out, 'trace.jsonl.gz')))
    .toString()
    .split('\n')) {
    const read = line === '' ? {} : JSON.parse(line);
    if (read.run) scenario = read.run.plan.scenario ?? read.run.plan.id;
    for (const event of read.events ?? []) {
      const { what, state = '' } = event.observation ?? {};
      const kind = what === undefined ? event.type : `${event.type} ${what} ${state}`.trim();
      found.set(scenario, (found.get(scenario) ?? new Set()).add(kind));
    }
  }
  rmSync(out, { recursive: true, force: true });
  return found;
}

function lacking(first, second) {
  return [...first].flatMap(([scenario, all]) =>
    [...all].filter((kind) => !second.get(scenario)?.has(kind)).map((kind) => `${scenario}: ${kind}`),
  );
}

let [samples, seen, worse] = [0, 0, 0];
for (const each of fixtureCases()) {
  const title = `${each.name} ${path.basename(each.spec, '.grade.yaml')}`;
  if (!title.includes(text)) continue;
  const first = await kinds(before, each);
  let missing = lacking(first, await kinds(after, each));
  for (let tries = 1; tries < TRIES && missing.length > 0; tries += 1) {
    // Only what both runs of the first have in common is to be expected.
    const [again, now] = [await kinds(before, each), await kinds(after, each)];
    const common = new Set(missing.filter((one) => lacking(first, again).indexOf(one) < 0));
    missing = lacking(first, now).filter((one) => common.has(one));
  }
  samples += 1;
  seen += [...first.values()].reduce((sum, { size }) => sum + size, 0);
  worse += missing.length;
  for (const one of missing) console.log(`${title}: no longer seen: ${one}`);
}
console.log(
  `${samples} samples, ${seen} kinds of events in their scenarios, ${worse} of them no longer seen`,
);
process.exitCode = worse > 0 ? 1 : 0;
