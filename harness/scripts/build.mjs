// Compiles harness/ to dist/, then puts the command, the worker and the packages that they need into a few files: loading
// hundreds of small ones would take longer than grading does.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc'], { stdio: 'inherit' });
await build({
  entryPoints: ['dist/cli/main.js', 'dist/worker/main.js'],
  outdir: 'dist',
  allowOverwrite: true,
  bundle: true,
  // What is loaded only when it is asked for stays in files of its own.
  splitting: true,
  chunkNames: 'parts/[name]-[hash]',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // CommonJS packages call require() for what comes with Node.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
  },
  minifyWhitespace: true,
  logLevel: 'warning',
});
chmodSync('dist/cli/main.js', 0o755);
// For those who read report.json.
copyFileSync('harness/report/report-v1.schema.json', 'dist/report/report-v1.schema.json');
