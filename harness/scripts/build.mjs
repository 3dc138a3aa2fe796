// Compiles harness/ to dist/, then puts the commands, the worker and the packages that they need into a file each, with what
// V8 makes of it: loading hundreds of small ones would take longer than grading does.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc'], { stdio: 'inherit' });

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  minifyWhitespace: true,
  logLevel: 'warning',
};
await build({
  ...common,
  entryPoints: {
    commands: 'dist/cli/commands.js',
    worker: 'dist/worker/main.js',
    launch: 'dist/base/launch.js',
  },
  outdir: 'dist/bundles',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
});
// They are read byte by byte, see launch.ts; esbuild escapes strings, but neither templates with a tag nor patterns.
for (const name of ['commands', 'worker', 'launch']) {
  const file = `dist/bundles/${name}.cjs`;
  const escaped = readFileSync(file, 'utf8').replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  writeFileSync(file, escaped);
}
await build({
  ...common,
  entryPoints: ['dist/cli/main.js'],
  outdir: 'dist/cli',
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
  'dist/cli/commands.js',
  "import { launch } from '../bundles/launch.cjs';\nexport const { COMMANDS, explain, suggest } = launch('commands');\n",
);
rmSync('dist/worker/main.js');
writeFileSync('dist/worker/main.cjs', "require('../bundles/launch.cjs').launch('worker');\n");
chmodSync('dist/cli/main.js', 0o755);
// For those who read report.json.
mkdirSync('dist/report/formats', { recursive: true });
copyFileSync('harness/report/formats/report-v1.schema.json', 'dist/report/formats/report-v1.schema.json');

for (const name of ['commands', 'worker']) {
  try {
    execFileSync(process.execPath, ['harness/scripts/keep-code.mjs', name], {
      timeout: 60_000,
      stdio: 'pipe',
    });
  } catch (error) {
    process.stderr.write(`The command will start a little slower: ${name}: ${error.message}\n`);
  }
}
