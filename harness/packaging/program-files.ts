import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../base/package-root.ts';
import { UserError } from '../base/user-error.ts';
import type { PackageFile } from '../platform/index.ts';

/** What the grader is made of, from the root of its package. */
const FILES = [
  'LICENSE',
  'dist/THIRD-PARTY-NOTICES.txt',
  'dist/cli/main.js',
  'dist/cli/commands.js',
  'dist/bundles/commands.cjs',
  'dist/bundles/worker.cjs',
  'dist/bundles/launch.cjs',
  'dist/bundles/seven-zip.cjs',
  'dist/bundles/7zz.wasm',
  'dist/bundles/queue.cjs',
  'dist/bundles/highlight.cjs',
  'dist/bundles/similarity.cjs',
  'dist/worker/main.cjs',
  'specs/assignment.schema.json',
];

/** The grader itself, below `socket-grader/`: bundled, so that it needs Node and nothing else. */
export function programFiles(): readonly PackageFile[] {
  const root = packageRoot();
  const missing = FILES.filter((file) => !existsSync(new URL(file, root)));
  if (missing.length > 0)
    throw new UserError({
      where: 'package',
      what: `the grader is not built: ${missing.join(', ')} is missing`,
      fix: 'Run npm run build in its folder.',
    });
  const { name, version, type, license } = JSON.parse(
    readFileSync(new URL('package.json', root), 'utf8'),
  ) as Record<string, string>;
  return [
    {
      path: 'socket-grader/package.json',
      content: `${JSON.stringify({ name, version, type, license }, undefined, 2)}\n`,
    },
    ...[...FILES, ...library(root)].map((file) => ({
      path: `socket-grader/${file}`,
      content: { copyOf: fileURLToPath(new URL(file, root)) },
      ...(file === 'dist/cli/main.js' ? { executable: true } : {}),
    })),
  ];
}

/** The ready-made scenarios, which a specification may include. */
function library(root: URL): readonly string[] {
  return readdirSync(new URL('specs/library/', root)).map((name) => `specs/library/${name}`);
}
