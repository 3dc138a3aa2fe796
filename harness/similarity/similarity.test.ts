import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { processorTime } from '../testing/processor-time.ts';
import { compare } from './compare.ts';
import { documentOf } from './document.ts';
import { languageOf } from './languages.ts';
import { renderSimilar } from './page.ts';
import { readSources } from './read-sources.ts';
import { PROGRAMS } from './testing/programs.ts';

const USUAL = { threshold: 0.5 };

/** A submission of one file. */
function document(id: string, name: string, text: string) {
  return documentOf({ id, files: [{ name, language: languageOf(name) ?? '', text }] });
}

/** Pairs as "ada bob", with their similarity in percent. */
function found(pairs: ReturnType<typeof compare>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    pairs.map(({ left, right, similarity }) => [`${left.id} ${right.id}`, Math.round(100 * similarity)]),
  );
}

const C = PROGRAMS['server.c'] ?? { original: '', copy: '', apart: '' };
const PYTHON = PROGRAMS['server.py'] ?? C;

test.each(Object.entries(PROGRAMS))(
  '%s: a copy in disguise is found, and what was written apart is not',
  (name, programs) => {
    const all = [
      document('ada', name, programs.original),
      document('bob', name, programs.copy),
      document('cleo', name, programs.apart),
    ];
    const pairs = found(compare(all, USUAL));
    expect(Object.keys(pairs)).toEqual(['ada bob']);
    expect(pairs['ada bob']).toBeGreaterThan(70);
    const apart = found(compare(all, { threshold: 0.1 }));
    expect(apart['ada cleo'] ?? 0).toBeLessThan(40);
  },
);

test('functions in another order, lines put in between and another file make little difference', () => {
  const names = ['One', 'Two', 'Three', 'Four'];
  const functions = names.map(
    (_, at) => C.original.split('while (1) {')[1]?.replace(/\n}\n$/, `\nreturn ${at};`) ?? '',
  );
  const made = (order: readonly number[], more: string) =>
    order
      .map(
        (at) =>
          `int f${at}(int client) {\n${functions[at]?.replaceAll('client', `${'abcd'[at]}${at}`)}\n${more}}\n`,
      )
      .join('');
  const left = document('ada', 'server.c', `${C.original}\n${made([0, 1, 2, 3], '')}`);
  const moved = documentOf({
    id: 'bob',
    files: [
      { name: 'main.c', language: 'c', text: C.copy },
      { name: 'util.c', language: 'c', text: made([3, 1, 0, 2], 'printf("%d", 1);\n') },
    ],
  });
  expect(found(compare([left, moved], USUAL))['ada bob']).toBeGreaterThan(80);
});

test('what the course handed out is not compared, wherever it stands', () => {
  const starter = document('', 'starter.c', C.original);
  const own = (lines: string) => C.original.replace('close(client);', `close(client);\n${lines}`);
  const ada =
    'int i, sum = 0; for (i = 0; i < n; i++) { sum += buf[i]; } printf("%d bytes, sum %d", n, sum); log_to(stderr, "done", sum);';
  const bob =
    'if (n < 0) fprintf(stderr, "lost: %s", strerror(errno)); else while (waitpid(-1, NULL, WNOHANG) > 0) { children--; }';
  const all = [
    document('ada', 'a.c', own(ada)),
    document('bob', 'b.c', own(bob)),
    document('eve', 'e.c', own(ada.replaceAll('sum', 'total').replaceAll('i', 'k'))),
    document('nil', 'n.c', C.copy),
  ];
  expect(Object.keys(found(compare(all, USUAL)))).toHaveLength(6);
  expect(Object.keys(found(compare(all, { ...USUAL, starter })))).toEqual(['ada eve']);
});

test('programs in different languages are never alike, and a few lines are not enough', () => {
  const text = 'x = f(a, b)\ny = g(a, b)\n';
  const all = [
    document('ada', 'a.py', text.repeat(30)),
    document('bob', 'b.rb', text.repeat(30)),
    document('tiny', 'c.py', text),
    document('small', 'd.py', text),
  ];
  expect(compare(all, { threshold: 0.1 }).filter(({ left }) => left.id === 'ada')).toEqual([]);
  expect(found(compare(all, USUAL))).toEqual({});
});

test('300 submissions are compared in seconds, and every copy is found', () => {
  // Each has functions of its own, in which only the words that languages keep for themselves differ.
  const statement = (bits: number) =>
    [
      'a = b + c;',
      'if (a < b) c++;',
      'while (a--) b = c;',
      'for (;;) { a = f(b); }',
      'do a /= b; while (c);',
      'return g(a, b);',
      'a[b] = c;',
      'switch (a) { case 1: b = c; }',
    ][bits & 7];
  const program = (seed: number) =>
    Array.from({ length: 5 }, (_, f) => {
      let state = seed * 7919 + f * 104_729 + 1;
      const lines = Array.from({ length: 9 }, () => {
        state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
        return statement(state >> 16);
      });
      return `int f${f}(int a, int b) {\n${lines.join('\n')}\n}\n`;
    }).join('');
  const began = processorTime();
  const documents = Array.from({ length: 300 }, (_, at) =>
    document(
      `student-${at}`,
      'main.c',
      program(at >= 297 ? at - 297 : at).replaceAll(/\bf(\d)/g, `own${at}_$1`),
    ),
  );
  const pairs = compare(documents, { threshold: 0.8 });
  expect(processorTime() - began).toBeLessThan(8_000);
  expect(found(pairs)).toEqual({
    'student-0 student-297': 100,
    'student-1 student-298': 100,
    'student-2 student-299': 100,
  });
});

test.each([
  ['brackets without end', 'a.c', '{'.repeat(60_000)],
  ['deep expressions', 'a.js', '[('.repeat(30_000)],
  ['quotes', 'a.rb', '"\\'.repeat(60_000)],
  ['the same again and again', 'a.py', 'x = 1\n'.repeat(10_000)],
  [
    'any bytes',
    'a.c',
    Array.from({ length: 60_000 }, (_, at) => String.fromCharCode((at * 7919) % 256)).join(''),
  ],
])('%s are read in time', (_, name, text) => {
  const began = processorTime();
  const [left, right] = [document('ada', name, text), document('bob', name, text)];
  compare([left, right], USUAL);
  expect(processorTime() - began).toBeLessThan(10_000);
});

test('sources are the files that languages are known of; links, foreign code and large files are left out', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sources-'));
  mkdirSync(path.join(folder, 'src'));
  mkdirSync(path.join(folder, 'node_modules'));
  for (const name of ['src/a.c', 'b.py', 'notes.txt', 'node_modules/c.js'])
    writeFileSync(path.join(folder, name), 'x');
  writeFileSync(path.join(folder, 'table.c'), ' '.repeat(200_000));
  symlinkSync('/etc/passwd', path.join(folder, 'd.c'));
  const { files, leftOut } = await readSources('ada', folder);
  expect([files.map(({ name }) => name), leftOut]).toEqual([['b.py', 'src/a.c'], ['table.c']]);
  expect((await readSources('ada', path.join(folder, 'b.py'))).files.map(({ name }) => name)).toEqual([
    'b.py',
  ]);
  rmSync(folder, { recursive: true });
});

test('the page shows both sides with what is the same marked, and nothing in it does anything', () => {
  const hostile =
    '# <script>window.hurt = 1</script></pre></details><img src=x onerror=hurt()>\u202e\u001b[2J\n';
  const pairs = compare(
    [document('ada', 'server.py', PYTHON.original), document('<b>', 'a"<i>.py', `${hostile}${PYTHON.copy}`)],
    USUAL,
  );
  const page = renderSimilar({
    title: 'Echo <b>',
    pairs,
    threshold: 0.5,
    compared: 2,
    leftOut: [],
    hasStarter: false,
    nameOf: (id) => (id === 'ada' ? 'Ada <i>' : ''),
    addressOf: (id) => `students/${encodeURIComponent(id)}/staff.html`,
  });
  expect(page).toMatch(/<details id="pair-1"><summary><strong class="share">\d+ %<\/strong>/);
  expect(page).toContain('<a id="pair-1-l1" href="#pair-1-r1"');
  expect(page).toContain('<a id="pair-1-r1" href="#pair-1-l1"');
  const marked = [...page.matchAll(/<mark class="t\d">([^<]*)<\/mark>/g)].map(([, text]) => text?.trim());
  expect(marked).toContain('conn, addr = s.accept()');
  expect(marked).toContain('peer, where = listener.accept()');
  expect(page).toContain('&lt;script&gt;window.hurt');
  expect(page).toContain('href="students/%3Cb%3E/staff.html"');
  expect(page.match(/<script|<\/details>/g)).toEqual(['</details>', '<script']);
  expect(page).not.toMatch(/<img|<b>|<i>[^\d⋮<]/);
  for (const sign of ['\u202e', '\u001b']) expect(page).not.toContain(sign);
});
