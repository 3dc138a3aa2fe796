// Runs a part of the tests. The fast ones start no program and open no socket, so that they take less than a minute: the
// inner loop, and the first thing that CI runs. Which these are is read from what they import, directly or through others.
// Usage: node harness/scripts/test/select.mjs all [JEST ARGUMENTS]   the fast ones, then the slow ones; with arguments, these
//        node harness/scripts/test/select.mjs fast|slow [JEST ARGUMENTS]
//        node harness/scripts/test/select.mjs list
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** What starts programs, opens sockets or drives a browser. */
const SLOW = /^(node:(child_process|cluster|dgram|http|https|net|tls)|execa|playwright-core)$/;
const IMPORT =
  /^\s*(?:import|export)\s(?!type\b)[^;]*?\bfrom\s*'([^']+)'|\bimport\s*\(\s*'([^']+)'|^\s*import\s*'([^']+)'/gms;

const known = new Map();
/** What a file imports when it runs; types cost nothing. */
function imports(file) {
  if (!known.has(file)) {
    const text = readFileSync(file, 'utf8');
    known.set(
      file,
      [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3]),
    );
  }
  return known.get(file);
}

/** The chain of imports by which a file reaches something slow, if it does. */
function slowChain(file, seen = new Set()) {
  if (seen.has(file)) return undefined;
  seen.add(file);
  for (const target of imports(file)) {
    if (SLOW.test(target)) return [target];
    if (!target.startsWith('.') || !target.endsWith('.ts')) continue;
    const chain = slowChain(path.resolve(path.dirname(file), target), seen);
    if (chain) return [path.relative(ROOT, path.resolve(path.dirname(file), target)), ...chain];
  }
  return undefined;
}

const tests = readdirSync(path.join(ROOT, 'harness'), { recursive: true })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => {
    const file = path.join(ROOT, 'harness', name);
    return { name: path.relative(ROOT, file), chain: slowChain(file) };
  });
const [part, ...more] = process.argv.slice(2);
if (part === 'list') {
  for (const { name, chain } of tests)
    console.log(chain ? `slow  ${name}: ${chain.join(' → ')}` : `fast  ${name}`);
} else if (part === 'all' && more.length > 0) {
  process.exitCode = jest(more);
} else if (part === 'all') {
  process.exitCode = jest(selection('fast')) || jest(selection('slow'));
} else if (part === 'fast' || part === 'slow') {
  process.exitCode = jest([...more, ...selection(part)]);
} else {
  console.error('Usage: node harness/scripts/test/select.mjs all|fast|slow [JEST ARGUMENTS] | list');
  process.exitCode = 2;
}

/** Arguments that leave out all tests of the other part. */
function selection(part) {
  const others = tests.filter(({ chain }) => (chain === undefined) !== (part === 'fast'));
  return others.flatMap(({ name }) => ['--testPathIgnorePatterns', `/${name.replaceAll('.', '\\.')}$`]);
}

function jest(args) {
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  // Two more than there are cores: many suites wait for what programs do not do.
  const own = args.some((arg) => /^(--maxWorkers|-w|-i|--runInBand)\b/.test(arg));
  const workers = own ? [] : [`--maxWorkers=${os.availableParallelism() + 2}`];
  const all = [...node, 'node_modules/jest/bin/jest.js', ...workers, ...args];
  return spawnSync(process.execPath, all, { cwd: ROOT, stdio: 'inherit' }).status ?? 1;
}
