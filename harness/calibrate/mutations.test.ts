import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MUTATIONS } from './mutants.ts';
import { calls, insert, type Mutation, move } from './mutation.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/echo/', import.meta.url));
const SOLUTIONS = {
  python: 'python-solution/server.py',
  c: 'c-solution/server.c',
  javascript: 'js-solution/server.js',
  java: 'java-solution/Server.java',
};
/** Changes that need another style of program. */
const OTHER_STYLES = {
  python: ['busy-wait'],
  c: ['busy-wait', 'no-flush'],
  javascript: [],
  java: ['busy-wait'],
};
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'mutations-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function solution(language: keyof typeof SOLUTIONS): string {
  return readFileSync(path.join(FIXTURES, SOLUTIONS[language]), 'utf8');
}

function mutate(language: keyof typeof SOLUTIONS, name: string, source = solution(language)): string {
  const mutation = MUTATIONS.find((each) => each.language === language && each.name === name);
  if (!mutation) throw new Error(`no mutation ${name}`);
  return changed(mutation, source);
}

function changed({ apply }: Mutation, source: string): string {
  const change = apply(source);
  return typeof change === 'string' ? change : '';
}

describe('the catalogue', () => {
  test.each(Object.keys(SOLUTIONS) as (keyof typeof SOLUTIONS)[])(
    'each change of %s fits the shipped solution, and no two are the same',
    (language) => {
      const source = solution(language);
      const mutations = MUTATIONS.filter((each) => each.language === language);
      const all = mutations.map((mutation) => changed(mutation, source));
      const fitting = all.filter((text) => text !== '' && text !== source);
      expect(fitting.length).toBeGreaterThanOrEqual(28);
      expect(new Set(fitting).size).toBe(fitting.length);
      const out = mutations.filter((_, at) => !fitting.includes(all[at] ?? ''));
      expect(out.map(({ name }) => name)).toEqual(OTHER_STYLES[language]);
      expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length);
    },
  );

  test.each([
    ['python', 'python3', ['-c', 'import ast, sys\nfor name in sys.argv[1:]: ast.parse(open(name).read())']],
    ['c', 'gcc', ['-fsyntax-only', '-w']],
    [
      'javascript',
      process.execPath,
      ['-e', 'for (const name of process.argv.slice(1)) new vm.Script(fs.readFileSync(name, "utf8"))', '--'],
    ],
  ] as const)('each changed program of %s is a valid one', (language, command, args) => {
    const source = solution(language);
    const files = MUTATIONS.filter((each) => each.language === language).map((mutation) => {
      const file = path.join(folder, `${mutation.name}${path.extname(SOLUTIONS[language])}`);
      writeFileSync(file, changed(mutation, source));
      return file;
    });
    execFileSync(command, [...args, ...files], { stdio: 'pipe' });
  });

  test('each changed program of java is a valid one', () => {
    const source = solution('java');
    const files = MUTATIONS.filter(({ language }) => language === 'java').map((mutation, at) => {
      mkdirSync(path.join(folder, `m${at}`));
      const file = path.join(folder, `m${at}`, 'Server.java');
      writeFileSync(file, `package m${at};\n${changed(mutation, source)}`);
      return file;
    });
    execFileSync('javac', ['-nowarn', '-d', path.join(folder, 'classes'), ...files], { stdio: 'pipe' });
  });

  test('the options of sockets are dropped, moved and set elsewhere', () => {
    expect(mutate('python', 'no-reuseaddr')).not.toContain('SO_REUSEADDR');
    expect(mutate('python', 'reuseaddr-after-bind')).toMatch(
      /server\.bind\(\(HOST, port\)\)\n {4}server\.setsockopt\(/,
    );
    expect(mutate('python', 'reuseaddr-on-accepted')).toContain(
      'server.accept()\n        conn.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)',
    );
    expect(mutate('c', 'no-reuseaddr')).not.toContain('SO_REUSEADDR');
    expect(mutate('c', 'reuseaddr-zero')).toContain('int on = 0;');
    expect(mutate('c', 'no-htons')).toContain('addr.sin_port = (atoi(argv[1]));');
    expect(mutate('java', 'no-reuseaddr')).toContain('Changed_.server(port, 50,');
  });

  test('the loop around one call is told apart from the one around the other', () => {
    expect(mutate('python', 'recv-once')).toMatch(/def handle\(conn\):\n {4}for once in range\(1\):/);
    expect(mutate('python', 'one-shot')).toMatch(/for once in range\(1\):\n {8}conn, addr = server\.accept/);
    expect(mutate('c', 'one-shot')).toContain('while (once_-- > 0 && (1)) {\n        int client');
    expect(mutate('c', 'recv-once')).toContain(
      '(once_-- > 0 && ((n = recv(client, buf, sizeof(buf), 0)) > 0)) {',
    );
    // Where recv() is called once for each client anyhow, there is nothing to change.
    const single = 'while True:\n    c, a = s.accept()\n    d = c.recv(9)\n    c.sendall(d)\n';
    expect(mutate('python', 'recv-once', single)).toBe('');
  });
});

describe('the tools to change a text', () => {
  test('calls are found with all their arguments, declarations are not', () => {
    const found = calls('int recv(int fd, char *b); n = recv(f(1, 2), "a,)", (b));', /recv/);
    expect(found.map(({ args }) => args)).toEqual([['f(1, 2)', '"a,)"', '(b)']]);
  });

  test('lines are put in and moved with the indentation of where they go', () => {
    expect(insert('after', /^\s*(\w+)\.go\(\)/, '$1.stop()')('if x:\n    a.go()\n')).toBe(
      'if x:\n    a.go()\n    a.stop()\n',
    );
    expect(insert('after', /nothing like it/, 'x')('a\n')).toBeUndefined();
    expect(move(/first/, /second/)('  first\n    second\nthird')).toBe('    second\n    first\nthird');
    expect(move(/second/, /first/)('first\nsecond')).toBeUndefined();
  });
});
