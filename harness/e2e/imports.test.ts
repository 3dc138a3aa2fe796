import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const HARNESS = fileURLToPath(new URL('..', import.meta.url));

/** Who may import whom. `model.ts` and `match/` are open to all; files at the top compose the rooms. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
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
  witness: [],
  run: ['steps', 'net', 'process', 'kernel', 'sandbox'],
  calibrate: ['top', 'report', 'steps', 'process', 'sandbox'],
  // Besides grading each submission: pages and formats, verdicts of what could not run, and what a specification says.
  batch: ['top', 'report', 'judge', 'spec', 'steps'],
  worker: ['top', 'net', 'kernel', 'sandbox'],
  authoring: ['top', 'spec', 'steps'],
  cli: ['top', 'authoring', 'batch', 'calibrate', 'report', 'spec', 'steps', 'kernel'],
  testing: ['top', 'batch', 'report', 'spec', 'steps', 'kernel'],
};

/** Rooms that do no input or output: text or data in, text or data out. */
const PURE = ['model', 'match', 'spec', 'steps', 'judge', 'report'];
const IMPURE_MODULES = /^node:(fs|net|http|https|child_process|dgram|tls|worker_threads|cluster)/;
/** Packages with one user only. */
const ONLY: Readonly<Record<string, string>> = {
  'get-port': 'net',
  'node:net': 'net',
  'node:dgram': 'net',
};
/** The self-test of the kernel room needs a listening socket of its own. */
const EXCEPTIONS = ['kernel imports node:net'];

interface Import {
  readonly file: string;
  readonly room: string;
  readonly target: string;
}

function sources(folder = HARNESS): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return sources(file);
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts') ? [file] : [];
  });
}

/** The room of a file: its folder, `model` (what all may use), `testing`, or `top`. */
function roomOf(file: string): string {
  const [first = '', second] = path.relative(HARNESS, file).split(path.sep);
  if (file.includes(`${path.sep}testing${path.sep}`)) return 'testing';
  if (first === 'user-error.ts') return 'model';
  if (second !== undefined) return first;
  return first === 'model.ts' ? 'model' : 'top';
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => ({
    file: path.relative(HARNESS, file),
    room: roomOf(file),
    target: match[1] ?? '',
  }));
}

const imports = sources().flatMap(importsOf);

test('the rooms import each other only as the architecture allows', () => {
  expect(imports.length).toBeGreaterThan(100);
  const wrong = imports
    .filter(({ target }) => target.startsWith('.'))
    .filter(({ file, room, target }) => {
      const to = roomOf(path.resolve(HARNESS, path.dirname(file), target));
      if (room === 'top' || to === room || to === 'model' || to === 'match') return false;
      return !(MAY_IMPORT[room] ?? []).includes(to);
    })
    .map(({ file, target }) => `${file} imports ${target}`);
  expect(wrong).toEqual([]);
});

test('rooms that judge and render do no input or output', () => {
  const wrong = imports.filter(({ room, target }) => PURE.includes(room) && IMPURE_MODULES.test(target));
  expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});

test('sockets, programs and ports each have one user', () => {
  const wrong = imports
    .filter(({ room, target }) => ONLY[target] !== undefined && ONLY[target] !== room && room !== 'testing')
    .map(({ room, file, target }) => ({ rule: `${room} imports ${target}`, file }))
    .filter(({ rule }) => !EXCEPTIONS.includes(rule));
  expect(wrong).toEqual([]);
});

test('only the command line talks to the console and reads the environment', () => {
  const wrong = sources().filter((file) => {
    const room = roomOf(file);
    if (room === 'cli' || room === 'testing') return false;
    // Hints name the calls of students' programs.
    const code = readFileSync(file, 'utf8').replace(/'[^'\n]*'|"[^"\n]*"/g, "''");
    return /\bprocess\.(stdout|stderr|argv)|console\./.test(code);
  });
  expect(wrong.map((file) => path.relative(HARNESS, file))).toEqual([]);
});
