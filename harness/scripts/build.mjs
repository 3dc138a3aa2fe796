// Compiles harness/ to dist/, then puts the commands, the worker and the packages that they need into a file each, with what
// V8 makes of it: loading hundreds of small ones would take longer than grading does. It is built beside dist/ and then takes
// its place file by file, so that a command that runs meanwhile finds all that it loads.
// Usage: node harness/scripts/build.mjs [--if-changed]
//   --if-changed  does nothing where dist/ was built from the very same sources
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { noticesFor } from './notices.mjs';
import { writeTextModules } from './text-modules.mjs';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
const TARGET = 'dist';
const NEW = `dist.new-${process.pid}`;
/** What a build was made from; written last. */
const SOURCES = '.sources';
/** Bundles whose compiled code is kept, and the files that it is kept in. */
const KEPT = ['commands', 'worker'];
const CACHES = KEPT.map((name) => `bundles/${name}.v8cache`);

const sources = fingerprint();
if (!process.argv.includes('--if-changed') || builtFrom() !== sources) {
  try {
    // What is wrong has been printed by the compiler; the last build stays where it is.
    if (await build(NEW)) {
      writeFileSync(path.join(NEW, SOURCES), sources);
      replace();
      // The commands start the worker, and find it in its place only.
      keepCode(TARGET);
    } else process.exitCode = 2;
  } finally {
    rmSync(NEW, { recursive: true, force: true });
  }
}

/** What everything in dist/ is made of. */
function fingerprint() {
  const hash = createHash('sha256').update(process.version);
  const harness = files('harness').filter((name) => !name.endsWith('.test.ts'));
  const names = [
    ...harness.map((name) => `harness/${name}`),
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ];
  for (const name of names) hash.update(`${name}\0`).update(readFileSync(name));
  return hash.digest('hex');
}

function builtFrom() {
  const file = path.join(TARGET, SOURCES);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Each file takes the place of its predecessor in one step, so that none is ever missing; then what is gone is removed. */
function replace() {
  const made = files(NEW).filter((name) => name !== SOURCES);
  // V8 knows only by the length of the source whether its code fits.
  for (const name of CACHES) rmSync(path.join(TARGET, name), { force: true });
  for (const name of made) {
    mkdirSync(path.dirname(path.join(TARGET, name)), { recursive: true });
    renameSync(path.join(NEW, name), path.join(TARGET, name));
  }
  const kept = new Set(made);
  for (const name of files(TARGET)) if (!kept.has(name)) rmSync(path.join(TARGET, name), { force: true });
  renameSync(path.join(NEW, SOURCES), path.join(TARGET, SOURCES));
}

/** The files below a folder, from there on. */
function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

/** Whether it compiles. */
async function build(folder) {
  const esbuild = await import('esbuild');
  const compiler = ['node_modules/typescript/bin/tsc', '--outDir', folder];
  if (spawnSync(process.execPath, compiler, { stdio: 'inherit' }).status !== 0) return false;
  writeTextModules('harness', folder, files('harness'));
  const common = {
    bundle: true,
    platform: 'node',
    target: 'node20',
    minifyWhitespace: true,
    metafile: true,
    logLevel: 'warning',
  };
  const shared = {
    ...common,
    outdir: `${folder}/bundles`,
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    define: { 'import.meta.url': 'bundleUrl' },
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  };
  const bundles = await esbuild.build({
    ...shared,
    entryPoints: {
      commands: `${folder}/cli/commands.js`,
      worker: `${folder}/worker/main.js`,
      launch: `${folder}/base/launch.js`,
      'seven-zip': `${folder}/batch/archive/seven-zip-main.js`,
    },
  });
  // Little else than packages: no stack of ours is read in them, so that names may be short.
  const packages = await esbuild.build({
    ...shared,
    entryPoints: {
      queue: `${folder}/queue/libraries.js`,
      highlight: `${folder}/batch/source/highlight-main.js`,
      similarity: `${folder}/similarity/libraries.js`,
    },
    minify: true,
    keepNames: true,
    // What BullMQ can do with other databases than Redis, and a faster way to decode that needs a compiler.
    external: ['pg', 'redis', 'bullmq-otel', '@valkey/valkey-glide', 'msgpackr-extract'],
  });
  // They are read byte by byte, see launch.ts; esbuild escapes strings, but neither templates with a tag nor patterns.
  for (const name of ['commands', 'worker', 'launch']) {
    const file = `${folder}/bundles/${name}.cjs`;
    const escaped = readFileSync(file, 'utf8').replace(
      /[\u0080-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    writeFileSync(file, escaped);
  }
  copyFileSync('node_modules/7z-wasm/7zz.wasm', `${folder}/bundles/7zz.wasm`);
  const main = await esbuild.build({
    ...common,
    entryPoints: [`${folder}/cli/main.js`],
    outdir: `${folder}/cli`,
    allowOverwrite: true,
    format: 'esm',
    plugins: [
      {
        name: 'the commands are a bundle of their own',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^\.\/commands\.js$/ }, ({ path }) => ({ path, external: true })),
      },
    ],
  });
  writeFileSync(
    `${folder}/cli/commands.js`,
    "import { launch } from '../bundles/launch.cjs';\nexport const { COMMANDS, explain, suggest } = launch('commands');\n",
  );
  rmSync(`${folder}/worker/main.js`);
  writeFileSync(`${folder}/worker/main.cjs`, "require('../bundles/launch.cjs').launch('worker');\n");
  chmodSync(`${folder}/cli/main.js`, 0o755);
  writeFileSync(
    `${folder}/THIRD-PARTY-NOTICES.txt`,
    noticesFor([bundles.metafile, packages.metafile, main.metafile]),
  );
  // For those who read report.json.
  mkdirSync(`${folder}/report/formats`, { recursive: true });
  copyFileSync(
    'harness/report/formats/report-v1.schema.json',
    `${folder}/report/formats/report-v1.schema.json`,
  );
  return true;
}

/** Leaves what V8 makes of the bundles beside them. */
function keepCode(folder) {
  for (const name of KEPT) {
    try {
      execFileSync(process.execPath, ['harness/scripts/keep-code.mjs', folder, name], {
        timeout: 60_000,
        stdio: 'pipe',
      });
    } catch (error) {
      process.stderr.write(`The command will start a little slower: ${name}: ${error.message}\n`);
    }
  }
}
