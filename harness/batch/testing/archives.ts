import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Files by their path; makes the folders that they need. */
export type Files = Readonly<Record<string, string | Buffer>>;

export function writeFiles(folder: string, files: Files): string {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return folder;
}

/** All files below a folder, by their path. */
export function readFiles(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [path.relative(folder, file), readFileSync(file, 'utf8')]),
  );
}

/** Packs the content of a folder with Info-ZIP. */
export function zipFolder(folder: string, file: string, ...options: string[]): string {
  execFileSync('zip', ['-q', '-r', '-X', ...options, file, '.'], { cwd: folder });
  return file;
}

/** Packs the content of a folder with GNU tar. */
export function tarFolder(folder: string, file: string, ...options: string[]): string {
  execFileSync('tar', ['-C', folder, ...options, '-cf', file, '.']);
  return file;
}

/** Makes an archive with Python, which packs anything: `code` has `path`, and `zipfile`, `tarfile`, `io` are there. */
export function pythonArchive(file: string, code: string): string {
  const script = `import io, os, struct, sys, tarfile, zipfile\npath = sys.argv[1]\n${code}`;
  execFileSync('python3', ['-W', 'ignore', '-c', script, file]);
  return file;
}
