// Runs a bundle once, on a small job, and keeps what V8 has compiled by then beside it.
// Usage: node keep-code.mjs commands|worker
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFile, launch } from '../../dist/bundles/launch.cjs';

const SUBMISSION = path.resolve('fixtures/echo/js-solution');
const SPEC = path.resolve('specs/socket-basics.grade.yaml');
const [name, role] = process.argv.slice(2);

function keep(bundle) {
  return launch(bundle, (script) => {
    process.once('exit', () => writeFileSync(cacheFile(bundle), script.createCachedData()));
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
  const worker = spawn(process.execPath, [fileURLToPath(import.meta.url), name, 'worker'], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  worker.stdio[3].resume();
  const job = { submission: SUBMISSION, spec: SPEC, unsafe: true };
  worker.stdio[3].write(`${JSON.stringify({ job, level: 'none' })}\n`);
  worker.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
} else {
  keep(name);
}
