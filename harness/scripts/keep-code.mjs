// Runs a bundle on a few small jobs, and keeps what V8 has compiled by then beside it: each job adds what it needs to what
// the ones before have left. To compile that at each start would take a tenth of the time that grading takes.
// Usage: node keep-code.mjs FOLDER commands|worker    (FOLDER is where the build is)
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const SPEC = path.resolve('specs/echo.grade.yaml');
/** What is graded: a right server that is not isolated, and a wrong one, of which there is more to say, isolated if that can be. */
const JOBS = [
  { submission: path.resolve('fixtures/echo/js-solution'), isolation: 'none' },
  { submission: path.resolve('fixtures/echo/js-no-error-handler'), isolation: 'auto' },
];

const SELF = fileURLToPath(import.meta.url);
const [folder, name, number] = process.argv.slice(2);
const built = (file) => import(pathToFileURL(path.resolve(folder, file)).href);

if (number === undefined) await runAll();
else if (name === 'commands') await runCommand(JOBS[number]);
else await keep(name);

/** Does one job after the other, each in a process of its own, since each starts with what the last one left. */
async function runAll() {
  for (const at of JOBS.keys()) {
    if (name === 'worker') await orderFrom(at);
    else
      check(
        spawnSync(process.execPath, [SELF, folder, name, at], { stdio: ['ignore', 'ignore', 'inherit'] }),
      );
  }
}

function check({ status, signal }) {
  // 1 says that a submission failed.
  if (status !== 0 && status !== 1) throw new Error(`it ended with ${signal ?? `status ${status}`}`);
}

/** Loads a bundle; what is compiled of it by the end of this process is kept. */
async function keep(bundle) {
  const { cacheFile, launch } = await built('bundles/launch.cjs');
  return launch(bundle, (script) => {
    // What has not run for a while would be forgotten; V8 takes what is kept only where it has the same settings.
    setFlagsFromString('--no-flush-bytecode');
    process.once('exit', () => {
      setFlagsFromString('--flush-bytecode');
      const file = cacheFile(bundle);
      // Whole or not at all: a command may start now.
      writeFileSync(`${file}.new`, script.createCachedData());
      renameSync(`${file}.new`, file);
    });
  });
}

async function runCommand({ submission, isolation }) {
  const out = mkdtempSync(path.join(os.tmpdir(), 'socket-grader-build-'));
  process.once('exit', () => rmSync(out, { recursive: true, force: true }));
  const args = [submission, '--spec', SPEC, '--out', out, '--isolation', isolation, '--unsafe'];
  const { COMMANDS } = await keep('commands');
  const run = await COMMANDS.run();
  process.exitCode = await run(args);
}

/** Orders a job from a worker that keeps what it compiles. */
async function orderFrom(at) {
  const { submission, isolation } = JOBS[at];
  const [{ loadAssignment }, { line, packed }, { chooseIsolation }, { outer }, { emptyPlace }, { uidOf }] =
    await Promise.all(
      [
        'grading/load-assignment',
        'worker/protocol',
        'worker/choose-isolation',
        'sandbox/outer',
        'worker/empty-place',
        'sandbox/uid',
      ].map((file) => built(`${file}.js`)),
    );
  const { level } = isolation === 'none' ? { level: 'none' } : await chooseIsolation(isolation);
  const root = process.getuid?.() === 0;
  const isFull = level === 'full';
  const base = isFull ? emptyPlace([process.execPath, process.cwd(), path.resolve(folder)]) : undefined;
  const around = isFull ? outer({ base, root }) : [];
  const [file, ...args] = [...around, process.execPath, SELF, folder, name, String(at)];
  // A worker is spoken to on a descriptor of its own.
  const worker = spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  const job = { submission, spec: SPEC, seed: 'kept', unsafe: true };
  const assignment = packed(await loadAssignment(SPEC, {}, job.seed));
  const place = isFull ? { level, base, ...(root ? { uid: uidOf(0) } : {}) } : { level: 'none' };
  const wants = { recording: true, brief: true };
  worker.stdio[3].write(line({ job, assignment, ...place, wants }));
  let said = '';
  worker.stdio[3].on('data', (bytes) => {
    said += bytes;
  });
  const code = await new Promise((resolve) => worker.once('close', resolve));
  const last = said.trimEnd().split('\n').at(-1) ?? '';
  if (code !== 0 || !last.startsWith('{"type":"done"')) throw new Error(`the worker did not grade: ${last}`);
}
