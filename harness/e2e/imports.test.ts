import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { circles, type Import, reachedFrom, readImports, sourceFiles } from '../testing/import-graph.ts';

const HARNESS = fileURLToPath(new URL('..', import.meta.url));

/** Rooms that everybody may use. */
const COMMON = ['base', 'match', 'model'];

/** Which rooms a room may import, besides those that everybody may use. There is a row for each room, and no row for all. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  model: [],
  match: [],
  steps: [],
  spec: ['steps'],
  judge: ['steps'],
  report: ['steps', 'judge'],
  net: [],
  process: [],
  kernel: [],
  sandbox: [],
  run: ['steps', 'net', 'process', 'kernel', 'sandbox'],
  witness: [],
  grading: ['judge', 'kernel', 'net', 'process', 'run', 'sandbox', 'spec', 'steps', 'witness'],
  worker: ['grading', 'kernel', 'net', 'sandbox'],
  recording: ['grading', 'judge', 'spec'],
  similarity: ['report'],
  batch: ['grading', 'worker', 'judge', 'recording', 'report', 'similarity', 'spec', 'steps'],
  queue: ['batch', 'grading', 'judge', 'recording', 'spec', 'worker'],
  desk: ['batch', 'report'],
  calibrate: ['grading', 'process', 'report', 'sandbox', 'steps', 'worker'],
  authoring: ['grading', 'kernel', 'net', 'report', 'run', 'spec', 'steps'],
  platform: [],
  packaging: ['grading', 'platform', 'spec'],
  cli: [
    ...['authoring', 'batch', 'calibrate', 'desk', 'grading', 'judge', 'kernel', 'packaging', 'platform'],
    ...['queue', 'recording', 'report', 'spec', 'steps', 'worker'],
  ],
};

/** Rooms of which another may take types only, or that it may not use although everybody else may. */
const NARROWER: Readonly<
  Record<string, { readonly types: readonly string[]; readonly never: readonly string[] }>
> = {
  model: { types: ['match'], never: ['base'] },
  base: { types: [], never: ['match'] },
  witness: { types: ['model'], never: ['base'] },
};

/** Rooms for tests and for the workshop, which no room imports. */
const WORKSHOP = ['e2e', 'scripts', 'testing'];

/** Rooms that do no input or output: text or data in, text or data out. */
const PURE = ['model', 'match', 'spec', 'steps', 'judge', 'report'];
const IMPURE_MODULES =
  /^(node:)?(fs|net|http|https|http2|child_process|dgram|tls|worker_threads|cluster|readline)\b|^(execa|get-port|tar-stream|yauzl|yazl)$/;

/** What only these rooms may use. */
const ONLY: Readonly<Record<string, readonly string[]>> = {
  'get-port': ['net'],
  'node:net': ['net'],
  'node:dgram': ['net'],
  'node:tls': ['net'],
  re2js: ['match'],
  'tar-stream': ['batch', 'packaging', 'queue'],
  bullmq: ['queue'],
  ioredis: ['queue'],
  'prom-client': ['queue'],
  '@dodona/dolos-core': ['similarity'],
  yauzl: ['batch'],
};
/** The self-test of the kernel room needs a listening socket of its own; a pipe is read as Node reads sockets. */
const EXCEPTIONS = ['kernel imports node:net', 'process imports node:net'];

/** The room of a file: its first folder, or `testing` for the support of its tests. */
function roomOf(file: string): string {
  const [room = '', second] = file.split(path.sep);
  if (file.includes(`testing${path.sep}`)) return 'testing';
  return second === undefined ? 'no room' : room;
}

const isProduct = (file: string) => !WORKSHOP.includes(roomOf(file));

/** What is wrong with an import, by the table. */
function problemOf({ file, target, leadsTo, typeOnly }: Import): string | undefined {
  const room = roomOf(file);
  const to = leadsTo === undefined ? room : roomOf(leadsTo);
  const problem = `${file} imports ${target}`;
  if (to === room) return undefined;
  const { types = [], never = [] } = NARROWER[room] ?? {};
  if (never.includes(to)) return problem;
  if (types.includes(to)) return typeOnly ? undefined : `${problem}, and not only types of it`;
  return [...COMMON, ...(MAY_IMPORT[room] ?? [])].includes(to) ? undefined : problem;
}

const files = sourceFiles(HARNESS);
const imports = readImports(HARNESS, files);
const product = imports.filter(({ file }) => isProduct(file));
const show = ({ file, target }: Import) => `${file} imports ${target}`;

test('every file stands in a room of the table', () => {
  const folders = readdirSync(HARNESS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual([...Object.keys(MAY_IMPORT), ...WORKSHOP].sort());
  expect(files.filter((file) => roomOf(file) === 'no room')).toEqual([]);
});

test('rooms import each other only as the table allows', () => {
  expect(product.length).toBeGreaterThan(1000);
  expect(product.map(problemOf).filter((problem) => problem !== undefined)).toEqual([]);
});

test('the table has no circle', () => {
  const targets = new Map(Object.entries(MAY_IMPORT));
  for (const room of targets.keys()) expect([...reachedFrom(room, targets)]).not.toContain(room);
});

test('a wrong import is found, whatever its form', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'imports-'));
  try {
    const forms = [
      `import { STEPS } from '../steps/index.ts';`,
      `import type { Step } from '../steps/definition.ts';`,
      `export { STEPS } from '../steps/index.ts';`,
      `import '../steps/index.ts';`,
      `const steps = await import('../steps/index.ts');`,
      `import {\n  STEPS,\n  type Step,\n} from '../steps/index.ts';`,
    ];
    for (const [index, form] of forms.entries()) writeFileSync(path.join(folder, `f${index}.ts`), form);
    const found = readImports(folder, sourceFiles(folder)).map((one) => ({
      ...one,
      file: `kernel/${one.file}`,
      leadsTo: 'steps/index.ts',
    }));
    expect(found.map(problemOf).filter((problem) => problem !== undefined)).toHaveLength(forms.length);
    expect(found.map(({ typeOnly }) => typeOnly)).toEqual([false, true, false, false, false, false]);
    const circle = [
      { file: 'a', leadsTo: 'b' },
      { file: 'b', leadsTo: 'c' },
      { file: 'c', leadsTo: 'a' },
      { file: 'd', leadsTo: 'a' },
    ].map((one) => ({ ...one, target: './x', typeOnly: false }));
    expect(circles(circle)).toEqual([['a', 'b', 'c']]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('no files import each other in a circle when they run, and few only for types', () => {
  expect(circles(imports.filter(({ typeOnly }) => !typeOnly))).toEqual([]);
  expect(circles(imports).length).toBeLessThan(5);
});

test('rooms that judge and render do no input or output, nor does anything that they import', () => {
  const running = product.filter(({ typeOnly }) => !typeOnly);
  const targets = new Map<string, string[]>();
  for (const { file, leadsTo } of running)
    if (leadsTo !== undefined) targets.set(file, [...(targets.get(file) ?? []), leadsTo]);
  const pure = files.filter((file) => PURE.includes(roomOf(file)));
  const reached = new Set([...pure, ...pure.flatMap((file) => [...reachedFrom(file, targets)])]);
  const wrong = running.filter(({ file, target }) => reached.has(file) && IMPURE_MODULES.test(target));
  expect(wrong.map(show)).toEqual([]);
});

test('sockets, patterns and archives are used where they belong', () => {
  const wrong = product
    .filter(({ file, target }) => ONLY[target]?.includes(roomOf(file)) === false)
    .filter(({ file, target }) => !EXCEPTIONS.includes(`${roomOf(file)} imports ${target}`));
  expect(wrong.map(show)).toEqual([]);
});

/** What a process of its own begins with: its arguments and its output are how it is spoken to. */
const MAINS = ['batch/archive/seven-zip-main.ts'];

/** Ways to the environment, to the arguments and to the console of this process. */
const OUTSIDE =
  /\bprocess\b\s*(\?\.|\.|\[)\s*['"]?(env|argv|stdin|stdout|stderr)\b|\bconsole\s*[.[]|\{[^}]*\b(env|argv|stdin|stdout|stderr)\b[^}]*\}\s*=\s*process\b|['"]node:process['"]|\bglobalThis\b/;

/** Hints name the calls of students' programs; texts are no code but where they name a module or a key. */
function withoutTexts(source: string): string {
  return source.replace(/(?<!\[)(['"])(?!node:process\1)(?:(?!\1)[^\n\\]|\\.)*\1/g, "''");
}

test('only the command line reads the environment and talks to the console', () => {
  const wrong = files
    .filter((file) => isProduct(file) && roomOf(file) !== 'cli' && !MAINS.includes(file))
    .filter((file) => OUTSIDE.test(withoutTexts(readFileSync(path.join(HARNESS, file), 'utf8'))));
  expect(wrong).toEqual([]);
  for (const line of [
    'const path = process.env.PATH;',
    "process['env'].PATH",
    'const { env } = process;',
    "import { env } from 'node:process';",
    'console.log(1)',
    'process?.env',
  ])
    expect(withoutTexts(line)).toMatch(OUTSIDE);
  expect(withoutTexts("const hint = 'Number(process.argv[2])';")).not.toMatch(OUTSIDE);
});
