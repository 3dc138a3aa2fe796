import { forAudience } from '../../report/audience.ts';
import { gradeInline, statuses, verdictOf } from '../../testing/inline.ts';
import { processorTime } from '../../testing/processor-time.ts';
import { diagnose, readRight } from '../../testing/spec-text.ts';
import { readCode, usesOf } from './code.ts';

/** How often a source uses a name. */
function uses(file: string, text: string, name: string): number {
  const code = readCode(file, Buffer.from(text));
  return code === undefined ? -1 : usesOf(code, name).length;
}

test.each([
  // Python
  ['a.py', 'import http.server', 'http.server', true],
  ['a.py', 'import os, http . server as h', 'http.server', true],
  ['a.py', 'from http.server import HTTPServer', 'http.server', true],
  ['a.py', 'from http import (client,\n  server)', 'http.server', true],
  ['a.py', 'from http import server as s; print(1)', 'http.server', true],
  ['a.py', 'import http.\\\n  server', 'http.server', true],
  ['a.py', '__import__("http.server")', 'http.server', true],
  ['a.py', 'import ｈttp.server', 'http.server', true],
  ['a.py', '# import http.server', 'http.server', false],
  ['a.py', 'x = "import http.server"  # http.server', 'http.server', false],
  ['a.py', '"""\nimport http.server\n"""\nprint("# no")', 'http.server', false],
  ['a.py', "x = '#'; import http.server", 'http.server', true],
  ['a.py', 'import http.serverless, myhttp.server', 'http.server', false],
  ['a.py', 'import http.client', 'http', true],
  ['a.py', 'x.sendfile(1)', 'sendfile', true],
  ['a.py', 'sendfiles(1); _sendfile(2)', 'sendfile', false],
  // C
  ['a.c', '#include <curl/curl.h>', 'curl/curl.h', true],
  ['a.c', '# include "mine.h"\n// #include <curl/curl.h>', 'curl/curl.h', false],
  ['a.c', 'puts("/*"); system("ls"); puts("*/");', 'system', true],
  ['a.c', "char c = '\"'; system(x);", 'system', true],
  ['a.c', '/* system( */ printf("system(%d) \\" system(", 1);', 'system', false],
  // JavaScript
  ['a.js', "const h = require('node:http');", 'http', true],
  ['a.mjs', 'import { get } from "http"', 'http', true],
  ['a.ts', "import http = require('http')", 'http', true],
  ['a.js', "const q = await import('https')", 'http', false],
  ['a.js', 'x = `${require("http").get}`', 'http', true],
  ['a.js', 'x = `require("http") ${ { a: `}` } } http`', 'http', false],
  ['a.js', 'const r = /`/; const h = require("http"); const s = /`/;', 'http', true],
  ['a.js', 'const half = a / b; // http\nlet t = "http";', 'http', false],
  // Java and others
  ['A.java', 'import java.net.http.HttpClient;', 'java.net.http', true],
  ['A.java', 'import com.sun.net.httpserver.*;', 'com.sun.net.httpserver', true],
  ['A.java', 'import java.net.\\u0068ttp.HttpClient;', 'java.net.http', true],
  ['A.java', 'import java.net.*; // java.net.http\nclass A {}', 'java.net.http', false],
  ['a.go', 'import (\n\t"fmt"\n\tweb "net/http"\n)', 'net/http', true],
  ['a.go', 'var s = `import "net/http"`', 'net/http', false],
  ['a.rs', 'use hyper::{Client};', 'hyper', true],
  ['a.rb', "require 'net/http'", 'net/http', true],
] as const)('%s: %j uses %s: %s', (file, text, name, used) => {
  expect(uses(file, text, name) > 0).toBe(used);
});

test('hostile sources are read in time', () => {
  const began = processorTime();
  const mib = 1024 * 1024;
  for (const unit of ['import a,', '`${', '"', '/*', "'''", 'from x import (', ': ', '/', '\\\n', 'use '])
    for (const file of ['a.py', 'a.js', 'a.c', 'a.go'])
      uses(file, unit.repeat(mib / 4 / unit.length), 'http.server');
  expect(processorTime() - began).toBeLessThan(20_000);
});

const SPEC = (scenario: string) => `title: sources
programs: { client: { run: "python3 client.py", files: { given.py: { line: import asyncio } } } }
defaults: { setup: [{ start: client }] }
scenarios:
  - id: own
    title: It is written with sockets
${scenario}`;
const FORBID = '    sources: { forbid: [{ name: http.server, hint: Use sockets. }, asyncio] }\n';
const PROGRAM = '# http.server is not used\nimport socket\nfrom http import server\n';

test('a scenario of its own fails with the lines, the hint, and nothing started', async () => {
  const files = {
    'client.py': PROGRAM,
    'given.py': 'import asyncio\n',
    'node_modules/x/index.js': 'require("asyncio")',
    'lib/deep.py': 'import http.server\n',
  };
  const report = await gradeInline(files, SPEC(`    points: 2\n${FORBID}`));
  const verdict = verdictOf(report, 'own');
  expect(verdict).toMatchObject({ status: 'fail', maxPoints: 2 });
  expect(verdict.findings[0]).toMatchObject({
    cause: 'forbidden',
    summary: 'The code uses http.server, which the assignment does not allow.',
    evidence: ['client.py:3: from http import server', 'lib/deep.py:1: import http.server'],
    hint: 'Use sockets.',
  });
  expect(verdict.runs[0]?.trace.events.some(({ type }) => type === 'process_start')).toBe(false);
  const right = await gradeInline({ 'client.py': 'import socket\n' }, SPEC(FORBID));
  expect(statuses(right)).toEqual({ own: 'pass' });
});

test('worth nothing, it is a remark that only staff see', async () => {
  const report = await gradeInline({ 'client.py': PROGRAM }, SPEC(`    points: 0\n${FORBID}`));
  const staff = verdictOf(report, 'own');
  expect(staff).toMatchObject({ status: 'pass', findings: [{ remark: true, hint: 'Use sockets.' }] });
  const student = verdictOf(forAudience(report, 'student'), 'own');
  expect(student).toMatchObject({ status: 'pass', findings: [] });
  expect(JSON.stringify(student.runs.map(({ findings }) => findings))).not.toContain('http.server');
});

test('what a build takes away was looked at before', async () => {
  const spec = `title: built
programs: { client: { build: "rm client.c", run: "true" } }
scenarios: [{ id: own, title: own, sources: { forbid: [system] } }]
`;
  const report = await gradeInline({ 'client.c': 'int main() { return system("ls"); }' }, spec);
  expect(statuses(report)).toEqual({ own: 'fail' });
});

test('code that is too large to be read is no pass', async () => {
  const report = await gradeInline(
    { 'client.py': `import socket\n${'x = 1\n'.repeat(300_000)}` },
    SPEC(FORBID),
  );
  expect(verdictOf(report, 'own')).toMatchObject({ status: 'inconclusive' });
});

test('before other steps, and mistakes in it', () => {
  const text = SPEC(`${FORBID}    steps: [{ check: { program: client, is: exited } }]\n`);
  const [plan] = readRight(text).plans.get('own') ?? [];
  expect(plan?.steps.map(({ verb }) => verb)).toEqual(['start', 'sources', 'check']);
  expect(diagnose(SPEC('    sources: { forbid: [] }\n'))).toContain('names nothing');
  expect(diagnose(SPEC('    sources: { forbid: ["a b"] }\n'))).toContain('must be a name');
  expect(diagnose(SPEC('    sources: { forbids: [a] }\n'))).toContain('did you mean "forbid"');
});
