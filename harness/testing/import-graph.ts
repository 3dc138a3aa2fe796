import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** One import of a source file. */
export interface Import {
  /** The importing file, relative to the folder that was read. */
  readonly file: string;
  /** As written: `node:fs`, `yaml`, `../base/units.ts`. */
  readonly target: string;
  /** What a relative import leads to, relative to the folder that was read; absent for packages. */
  readonly leadsTo?: string;
  /** Only types come of it, so that it is gone when the program runs. */
  readonly typeOnly: boolean;
}

/** All files below a folder that end with `.ts`, those of tests left out, relative to it. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

const STATEMENT = /^(?:import|export)\s([^'";]*?)from\s*'([^']+)'/gm;
const CALL = /\bimport\s*\(\s*'([^']+)'\s*\)(?!\s*[.)]?\s*\w*\s*>)/g;
const BARE = /^import\s*'([^']+)'/gm;

/** The imports of files, static and dynamic. */
export function readImports(folder: string, files: readonly string[]): Import[] {
  return files.flatMap((file) => {
    const text = readFileSync(path.join(folder, file), 'utf8');
    const found = [
      ...[...text.matchAll(STATEMENT)].map(([, names = '', target = '']) => ({
        target,
        typeOnly: bringsTypesOnly(names),
      })),
      ...[...text.matchAll(CALL), ...text.matchAll(BARE)].map(([, target = '']) => ({
        target,
        typeOnly: false,
      })),
    ];
    return found.map(({ target, typeOnly }) => ({
      file,
      target,
      typeOnly,
      ...(target.startsWith('.') && { leadsTo: path.normalize(path.join(path.dirname(file), target)) }),
    }));
  });
}

function bringsTypesOnly(names: string): boolean {
  if (/^type\s/.test(names)) return true;
  const inner = /^\{([^}]*)\}\s*$/.exec(names)?.[1];
  return inner?.split(',').every((name) => name.trim() === '' || /^type\s/.test(name.trim())) ?? false;
}

/** Groups of files that import each other in a circle, directly or by way of others. */
export function circles(imports: readonly Import[]): string[][] {
  const targets = new Map<string, string[]>();
  for (const { file, leadsTo } of imports)
    if (leadsTo !== undefined) targets.set(file, [...(targets.get(file) ?? []), leadsTo]);
  const reached = new Map([...targets.keys()].map((file) => [file, reachedFrom(file, targets)]));
  const groups = new Map<string, string[]>();
  for (const [file, all] of reached) {
    const group = [...all].filter((other) => reached.get(other)?.has(file)).sort();
    if (group.length > 0) groups.set(group.join(' '), group);
  }
  return [...groups.values()];
}

/** All files that one leads to. */
export function reachedFrom(file: string, targets: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set<string>();
  const open = [...(targets.get(file) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    open.push(...(targets.get(next) ?? []));
  }
  return reached;
}
