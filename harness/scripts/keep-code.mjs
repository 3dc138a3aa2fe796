// Runs a bundle once, on a small job, and keeps what V8 has compiled by then beside it.
// Usage: node keep-code.mjs FOLDER commands|worker    (FOLDER is where the build is)
import { spawn } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const SUBMISSION = path.resolve('fixtures/echo/js-solution');
const SPEC = path.resolve('specs/socket-basics.grade.yaml');
const [folder, name, role] = process.argv.slice(2);
const built = (file) => import(pathToFileURL(path.resolve(folder, file)).href);
const { cacheFile, launch } = await built('bundles/launch.cjs');

function keep(bundle) {
  return launch(bundle, (script) => {
    process.once('exit', () => {
      const file = cacheFile(bundle);
      // Whole or not at all: a command may start now.
      writeFileSync(`${file}.new`, script.createCachedData());
      renameSync(`${file}.new`, file);
    });
  });
}

if (name === 'commands') {
  const out = mkdtempSync(path.join(os.tmpdir(), 'socket-grader-build-'));
  process.once('exit', () => rmSync(out, { recursive: true, force: true }));
  const args = [SUBMISSION, '--spec', SPEC, '--out', out, '--isolation', 'none', '--unsafe'];
  const { COMMANDS } = keep(name);
  COMMANDS.run().then((run) => run(args));
} else if (role === undefined) {
  // A worker is spoken to on a descriptor of its own.
  const worker = spawn(process.execPath, [fileURLToPath(import.meta.url), folder, name, 'worker'], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const [{ loadAssignment }, { line, packed }] = await Promise.all([
    built('grading/load-assignment.js'),
    built('worker/protocol.js'),
  ]);
  const job = { submission: SUBMISSION, spec: SPEC, seed: 'kept', unsafe: true };
  const assignment = packed(await loadAssignment(SPEC, {}, job.seed));
  worker.stdio[3].write(line({ job, assignment, level: 'none', wants: {} }));
  let said = '';
  worker.stdio[3].on('data', (bytes) => {
    said += bytes;
  });
  worker.once('close', (code) => {
    const last = said.trimEnd().split('\n').at(-1) ?? '';
    const done = last.startsWith('{"type":"done"');
    if (!done) process.stderr.write(`the worker did not grade: ${last}\n`);
    process.exitCode = done ? (code ?? 1) : 1;
  });
} else {
  keep(name);
}
