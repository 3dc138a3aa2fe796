import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sourceHtml, sourceLinks } from '../../report/html/source.ts';
import {
  failedVerdict,
  findingOf,
  HOSTILE,
  reportOf,
  runOf,
  stream,
  traceOf,
} from '../../report/html/testing.ts';
import { mentionedLines } from '../../report/source/mentions.ts';
import { writeFiles } from '../testing/archives.ts';
import { Highlighter } from './highlighter.ts';
import { linesOf } from './pieces.ts';
import { readSource, sourceNames } from './read-source.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'source-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const show = async (mentions: Parameters<typeof sourceHtml>[1] = []) => {
  const names = await sourceNames(folder);
  return sourceHtml(await readSource(folder, names, new Set(mentions.map(({ file }) => file))), mentions)
    .text;
};

test.each([
  ['Python', 'File "/work/run/server.py", line 12, in main', ['server.py', 12]],
  ['GCC', 'src/main.c:7:5: error: expected ;', ['src/main.c', 7]],
  ['Java', 'at Server.run(Server.java:31)', ['lib/Server.java', 31]],
  ['Node', 'at Object.<anonymous> (/tmp/x/server.js:3:9)', ['server.js', 3]],
  ['PHP', 'Fatal error: x in /w/index.php on line 4', ['index.php', 4]],
  ['Perl', 'died at server.pl line 9.', ['server.pl', 9]],
  ['Go', './main.go:12:2: undefined: foo', ['main.go', 12]],
  ['another program', 'File "/usr/lib/python3/socket.py", line 12', undefined],
  ['the specification', 'step 3 at echo.grade.yaml:9', undefined],
  ['a name that two files have', 'File "util.py", line 1', undefined],
  ['no line', 'server.py:0 and server.py', undefined],
])('finds the line that a finding names: %s', (_, text, expected) => {
  const names = [
    'server.py',
    'src/main.c',
    'lib/Server.java',
    'server.js',
    'index.php',
    'server.pl',
    'main.go',
    'a/util.py',
    'b/util.py',
  ];
  const report = reportOf([failedVerdict({ id: 'one' }, findingOf({ evidence: ['x', text] }))]);
  const found = mentionedLines(report, names).map(({ file, line }) => [file, line]);
  expect(found).toEqual(expected === undefined ? [] : [expected]);
});

test('where findings name no line, what the program printed to its standard error does', () => {
  const text = 'File "/w/server.py", line 2\n';
  const printed = {
    type: 'output',
    program: 'server',
    instance: 1,
    stream: 'stderr',
    offset: 0,
    length: text.length,
  } as const;
  const ended = {
    type: 'signal',
    program: 'server',
    instance: 1,
    signal: 'SIGTERM',
    reason: 'teardown',
  } as const;
  const later = { ...printed, offset: text.length, length: text.length };
  const trace = traceOf([printed, ended, later], {
    'server#1.stderr': stream(Buffer.from(`${text}${text.replace('2', '7')}`)),
    'a.sent': stream(Buffer.from('server.py:9')),
  });
  const { event: _, ...finding } = findingOf();
  const verdict = failedVerdict(
    { id: 'one', runs: [runOf(trace, { status: 'fail', findings: [finding] })] },
    finding,
  );
  const build = [{ command: 'make', ok: false, exitCode: 2, durationMs: 1, output: 'server.py:4: x' }];
  expect(mentionedLines(reportOf([verdict]), ['server.py'])).toMatchObject([{ line: 2, scenario: 'one' }]);
  expect(mentionedLines(reportOf([verdict], { build }), ['server.py']).map(({ line }) => line)).toEqual([
    4, 2,
  ]);
});

test('lines are numbered and highlighted, those that are named are marked, and findings lead to them', async () => {
  writeFiles(folder, {
    'server.py': 'import socket\r\n\r\n"""two\r\nlines"""\r\ndef f():\r\n    return 1  # one\r\n',
    'b.txt': 'x',
  });
  const finding = findingOf({ summary: 'It ended.' });
  const mentions = [{ file: 'server.py', line: 6, scenario: 'two', finding }];
  const page = await show(mentions);
  expect(page).toContain('<a href="#f0">server.py</a>');
  expect(page).toContain('<li id="f0-1" value="1"><code><span class="k">import</span> socket</code></li>');
  expect(page).toContain('<li id="f0-2" value="2"><code></code></li>');
  expect(page).toContain(
    '<li id="f0-3" value="3"><code><span class="s">&quot;&quot;&quot;two</span></code></li>',
  );
  expect(page).toContain(
    '<li id="f0-4" value="4"><code><span class="s">lines&quot;&quot;&quot;</span></code></li>',
  );
  expect(page).toMatch(
    /<li id="f0-6" value="6" class="named"><code> {4}<span class="k">return<\/span> <span class="n">1<\/span> {2}<span class="c"># one<\/span><\/code><span class="named-by">two: It ended\.<\/span>/,
  );
  const files = await readSource(folder, ['b.txt', 'server.py'], new Set());
  expect(sourceLinks(files, mentions)(finding).text).toContain(
    '<a href="#f0-6">server.py:6</a> <code>return 1  # one</code>',
  );
  expect(sourceLinks(files, mentions)(findingOf()).text).toBe('');
});

test('hostile bytes are text, links are not followed, and what is large is cut with a note', async () => {
  writeFiles(folder, {
    'a.py': HOSTILE,
    'b.bin': Buffer.from([0, 1, 2]),
    'c.c': Buffer.concat([Buffer.from('// '), HOSTILE.filter((byte) => byte !== 0)]),
    'long.c': 'x\n'.repeat(4_000),
    'z<img src=x>.py': 'pass',
    'node_modules/x.js': 'hidden',
    '.git/config': 'hidden',
  });
  symlinkSync('/etc/passwd', path.join(folder, 'link.py'));
  writeFileSync(path.join(folder, 'large.py'), `x = 1\n${'y'.repeat(100_000)}\n`);
  truncateSync(path.join(folder, 'large.txt'.replace('txt', 'py')), 10 * 1024 ** 2);
  const mentions = [{ file: 'long.c', line: 3_000, scenario: 'one', finding: findingOf() }];
  const page = await show(mentions);
  expect(page).not.toMatch(/<script|<img|[\u202e\u2066\u2028\u009b]|root:|hidden|link\.py/);
  for (const control of ['\0', '\x07', '\x1b']) expect(page).not.toContain(control);
  expect(page).toContain('\\x1b[31m');
  expect(page).toContain('\ufffd');
  expect(page).toContain('It is not text: 3 bytes.');
  expect(page).toContain('Cut: the first');
  expect(page).toContain('id="f0-1500"');
  expect(page).not.toContain('id="f0-1501"');
  expect(page).toContain('1,484 lines not shown');
  expect(page).toContain('<li id="f0-3000" value="3000" class="named">');
  expect(page.length).toBeLessThan(900_000);
});

test('text that keeps the highlighter busy stays plain, and the next one is highlighted again', async () => {
  const highlighter = new Highlighter();
  expect(await highlighter.highlight('int x = 1;', 'c')).toEqual([
    [
      ['k', 'int'],
      ['', ' x = '],
      ['n', '1'],
      ['', ';'],
    ],
  ]);
  expect(await highlighter.highlight('x', 'no such language')).toBeUndefined();
  expect(await highlighter.highlight('x'.repeat(200_000), 'c')).toBeUndefined();
  expect(await highlighter.highlight('return', 'c')).toEqual([[['k', 'return']]]);
  expect(highlighter.started).toBe(1);
  const impatient = new Highlighter({ starting: 0 });
  expect(await impatient.highlight('return', 'c')).toBeUndefined();
});

test('pieces never span two lines, and hold the very text', () => {
  expect(
    linesOf(
      '<span class="hljs-string">&quot;a\n<span class="hljs-subst">&lt;b&#x27;</span></span>\n&amp;amp;',
    ),
  ).toEqual([[['s', '"a']], [['', "<b'"]], [['', '&amp;']]]);
});
