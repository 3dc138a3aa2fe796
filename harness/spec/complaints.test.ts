import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Report } from '../model/index.ts';
import { runCli } from '../testing/cli.ts';
import { gradeInline, specOf, statuses, verdictOf } from '../testing/inline.ts';
import { processorTime } from '../testing/processor-time.ts';
import { assignment, diagnose, readRight, withSteps } from '../testing/spec-text.ts';

/** What users of other test tools written in YAML complain of, each with the answer here. */

const BEFORE = ['start: server', 'connect: a'];
const output = (...steps: string[]) => diagnose(withSteps(...BEFORE, ...steps, 'expect: x'));
/** The payload of a step `send`, as it will be sent. */
const sent = (step: string, params = '') => {
  const text = withSteps(...BEFORE, step, 'expect: x') + params;
  return readRight(text).plans.get('one')?.[0]?.steps[2]?.args;
};

/** Sends the bytes of its argument as Python writes them; `|` is a pause, and `^` at the end an abort. */
const SAYS = String.raw`
import socket, struct, sys, time
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    c, _ = s.accept()
    c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    said = c.makefile("rb").readline().rstrip(b"\n").decode("unicode_escape").encode("latin1")
    for piece in said.removesuffix(b"^").split(b"|"):
        c.sendall(piece)
        time.sleep(0.02)
    if said.endswith(b"^"):
        c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    c.close()
`;
const said = (text: string, ...expectations: string[]) =>
  `    steps:\n      - start: server\n      - connect: a\n      - send: { line: '${text}' }\n${expectations.map((one) => `      - expect: ${one}\n`).join('')}`;
const graded = (scenarios: Record<string, string>): Promise<Report> =>
  gradeInline({ 'server.py': SAYS }, specOf('server: {}', scenarios));

describe('a mistyped key is ignored and the test passes', () => {
  test.each([
    ['at the top', assignment({ top: ['scenarois: []'] }), 'did you mean "scenarios"?'],
    ['of a program', assignment({ program: '{ prot: any }' }), 'did you mean "port"?'],
    [
      'of a scenario',
      assignment({ scenario: ['pionts: 2', 'steps: [start: server]'] }),
      'did you mean "points"?',
    ],
    ['of a step', withSteps(...BEFORE, '{ expect: x, sfot: true }'), 'did you mean "soft"?'],
    ['of an argument', withSteps(...BEFORE, 'expect: { contians: x }'), 'did you mean "contains"?'],
    ['of a payload', withSteps(...BEFORE, 'expect: { equals: { lien: x } }'), 'did you mean "line"?'],
    ['of a verb', withSteps(...BEFORE, 'expct: x'), 'did you mean "expect"?'],
  ])('%s', (_, text, fix) => {
    expect(diagnose(text)).toContain('error: unknown ');
    expect(diagnose(text)).toContain(fix);
  });
});

test('a scenario without an assertion passes', () => {
  const text = withSteps(...BEFORE, 'send: x', 'close: a');
  expect(diagnose(text)).toContain('error: scenario "one" checks nothing, so every program would pass');
});

describe('a client that is not called one', () => {
  const readinessOf = (program: string, ...steps: string[]) => {
    const text = `title: t\nprograms: { pinger: ${program}, other: { ready: none } }\nscenarios:\n  - id: one\n    title: One\n    steps: [${steps.map((step) => `{ ${step} }`).join(', ')}]\n`;
    const { ready, variants } = readRight(text).spec.programs.pinger ?? {};
    return { ready, run: variants?.[0]?.run };
  };
  const MEETS = ['listen: door', 'start: pinger', 'accept: a', 'expect: { on: a, equals: hi }'];

  test('is one where the grader listens for it, and nobody connects to it', () => {
    expect(readinessOf('{}', ...MEETS)).toEqual({
      ready: 'none',
      run: 'python3 pinger.py ${{ host }} ${{ port }}',
    });
    expect(readinessOf('{ run: "./p ${{ port }}" }', ...MEETS)).toEqual({
      ready: 'none',
      run: './p ${{ port }}',
    });
  });

  test.each([
    ['that does listen', '{ ready: listening }', MEETS],
    ['a proxy', '{}', [...MEETS, 'connect: { as: b, to: pinger }']],
    ['whose port is asked for', '{}', [...MEETS, 'check: { port: pinger, is: free }']],
    ['nobody listens for', '{}', ['start: pinger', 'check: { program: pinger, is: running }']],
  ])('but not one %s', (_, program, steps) => {
    expect(readinessOf(program, ...steps).ready).toBe('listening');
  });
});

describe('duplicate keys overwrite; a bad file is skipped', () => {
  test('the second is an error, and says where the first is', () => {
    expect(output('send: { line: a, line: b }')).toMatch(/^x\.yaml:9:\d+: error: .*"line".*/);
    expect(diagnose(`${withSteps(...BEFORE, 'expect: x')}title: again\n`)).toContain('error: ');
  });

  test('one bad file among several makes exit status 2 and hides no other, in every command', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'complaints-'));
    try {
      writeFileSync(path.join(folder, 'bad.grade.yaml'), withSteps('strat: server'));
      writeFileSync(path.join(folder, 'good.grade.yaml'), withSteps(...BEFORE, 'expect: x'));
      writeFileSync(path.join(folder, 'server.py'), SAYS);
      const both = await runCli(['validate', 'bad.grade.yaml', 'good.grade.yaml'], { cwd: folder });
      expect([both.code, both.stdout.includes('good.grade.yaml: 1 scenario')]).toEqual([2, true]);
      for (const args of [
        ['run', 'server.py', '--spec', 'bad.grade.yaml'],
        ['explain', 'bad.grade.yaml'],
        ['calibrate', 'bad.grade.yaml', '--solution', '.'],
        ['validate', 'bad.grade.yaml', '--format', 'github'],
      ]) {
        const { code, stdout, stderr } = await runCli(args, { cwd: folder });
        expect([args[0], code]).toEqual([args[0], 2]);
        expect(stdout + stderr).toContain('bad.grade.yaml:7:9: error: unknown step "strat"');
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test('an error without a place', () => {
  // Each in another layer: YAML, the shape of the file, names, payloads, rows.
  const places = [
    ['title: a: b', '1:8'],
    [assignment({ scenario: ['points: two', 'steps: [start: server]'] }), '6:13'],
    [withSteps(...BEFORE, 'expect: { on: b, contains: x }'), '9:23'],
    [withSteps(...BEFORE, 'expect: { equals: { hex: "0g" } }'), '9:34'],
    [assignment({ scenario: ['matrix: { a: [] }', 'steps: [{ start: server }]'] }), '6:18'],
  ] as const;
  for (const [text, place] of places)
    expect(diagnose(text)).toMatch(new RegExp(`^x\\.yaml:${place}: error: `));
});

describe('": " in a plain string makes a map; " #" cuts it', () => {
  test('both are shown with the quoted form', () => {
    expect(output('send: Host: x')).toContain('write "Host: x"');
    expect(output('send: a #b')).toContain('write "a #b"');
    expect(output('send: { line: a: b }')).toContain('write "a: b"');
  });
  test('quoted they are what they say', () => {
    expect(sent('send: "Host: x #1"')).toMatchObject({ text: 'Host: x #1' });
  });
});

describe('3.10, no, 0755 change type', () => {
  test.each(['3.10', 'true', '0755', 'null', '1e3', '0x1F', '.5', '~'])(
    '%s is refused, with its quoted form',
    (word) => {
      const text = output(`send: { line: ${word} }`);
      expect(text).toContain('error: ');
      expect(text).toContain(`write "${word}"`);
    },
  );
  test.each(['no', 'yes', 'on', 'off', 'y', '2026-11-22', '12:30', '1_000'])('%s is text', (word) => {
    expect(sent(`send: { line: ${word} }`)).toMatchObject({ line: word });
  });
});

test('"\\xff" is two bytes', () => {
  expect(output(String.raw`send: "\xff"`)).toContain('two bytes, c3 bf');
  expect(output(String.raw`send: "\xff"`)).toContain('write hex: "ff"');
  expect(sent('send: { hex: ff }')).toMatchObject({ hex: 'ff' });
});

test('| adds a newline nobody sees', () => {
  expect(output('send: |\n          hello')).toContain(
    '"|" adds a newline at the end: 6 bytes in all, hello\\n',
  );
  expect(output('send: |-\n          hello')).toBe('');
  expect(output('send: { line: hello }')).toBe('');
});

test("CRLF can't be written", async () => {
  const report = await graded({
    newline: said(String.raw`hi\r\n`, '{ equals: { line: hi, newline: crlf } }'),
    escape: said(String.raw`hi\r\n`, String.raw`"hi\r\n"`),
    lines: said(String.raw`a\r\nb\r\n`, '{ equals: { lines: [a, b], newline: crlf } }'),
    not: said(String.raw`hi\n`, '{ equals: { line: hi, newline: crlf }, within: 2s }'),
  });
  expect(statuses(report)).toEqual({ newline: 'pass', escape: 'pass', lines: 'pass', not: 'fail' });
  expect(sent('send: { http: { path: /a } }')).toMatchObject({ http: { path: '/a' } });
});

test('braces in a payload are templated', () => {
  expect(sent('send: "{{ x }} {% y %} ${z} $(w) <%= v %>"')).toMatchObject({
    text: '{{ x }} {% y %} ${z} $(w) <%= v %>',
  });
  expect(sent('send: "$${{ x }}"')).toMatchObject({ text: '${{ x }}' });
  expect(output('send: "${{ x }}"')).toContain('error: unknown name "x"');
  // A value is put in after reading: nothing in it is read again, as YAML or as a name.
  const value = 'params: { p: "a: [b] #c ${{ d }}" }\n';
  expect(sent('send: "<${{ p }}>"', value)).toMatchObject({ text: '<a: [b] #c ${{ d }}>' });
});

test('one packet is taken for one message', async () => {
  const report = await graded({
    pieces: said(
      String.raw`he|l|lo\nwor|ld\n`,
      '{ read: line, equals: { line: hello } }',
      '{ equals: { line: world } }',
    ),
    together: said(
      String.raw`ab\ncd\n`,
      '{ read: line, contains: ab }',
      '{ read: { bytes: 3 }, contains: cd }',
    ),
    contains: said('a|b|c|d', '{ contains: bc }'),
    'until-the-end': said('a|b|c', '{ read: close, equals: abc }'),
  });
  expect(new Set(Object.values(statuses(report)))).toEqual(new Set(['pass']));
});

test('RST instead of FIN fails randomly', async () => {
  const report = await graded({
    fin: said('hi', '{ equals: hi }', '{ closed: true }'),
    rst: said('hi|^', '{ equals: hi }', '{ closed: true }'),
    'rst-with-bytes': said('hi|^', '{ read: close, equals: hi }'),
    strict: said('hi|^', '{ equals: hi }', '{ closed: fin }'),
  });
  expect(statuses(report)).toEqual({ fin: 'pass', rst: 'pass', 'rst-with-bytes': 'pass', strict: 'fail' });
  expect(verdictOf(report, 'strict').findings[0]?.cause).toBe('closed_by_reset');
});

test('time without a unit', () => {
  expect(output('expect: { contains: x, within: 5 }')).toContain('needs a unit');
  expect(output('expect: { contains: x, within: 5 }')).toContain('write 5ms or 5s');
  expect(output('expect: { nothing: true, for: "100" }')).toContain('write 100ms or 100s');
  expect(output('expect: { contains: x, within: 5s }')).toBe('');
});

test('expected and actual look the same', async () => {
  const report = await graded({
    newline: said('hi', '{ read: close, equals: { line: hi } }'),
    crlf: said(String.raw`hi\r\n`, '{ read: close, equals: { line: hi } }'),
    nul: said(String.raw`hi\x00`, '{ read: close, equals: hi }'),
    utf16: said(String.raw`h\x00i\x00`, '{ read: close, equals: hi }'),
    length: said('hello', '{ read: close, equals: hello world }'),
  });
  const causes = report.scenarios.map(({ findings: [first] }) => first?.cause);
  expect(causes).toEqual(['missing_newline', 'crlf', 'trailing_nul', 'utf16', 'truncated']);
  for (const { findings } of report.scenarios) {
    const [{ expected = '', actual = '' } = {}] = findings;
    expect(expected).not.toBe(actual);
  }
  const [found] = verdictOf(report, 'crlf').findings;
  expect(found?.expected).toContain(String.raw`hi\n`);
  expect(found?.actual).toContain(String.raw`hi\r\n`);
  expect(found?.evidence.join('\n')).toMatch(/0d 0a/);
});

describe('regex needs double escaping, or hangs', () => {
  test('a pattern in single quotes is the pattern', () => {
    expect(
      readRight(withSteps(...BEFORE, String.raw`expect: { regex: '^\d+\.\w\n$' }`)).plans.get('one')?.[0]
        ?.steps[2]?.args,
    ).toMatchObject({
      regex: String.raw`^\d+\.\w\n$`,
    });
  });
  test('hostile bytes cost no time', async () => {
    const text = `${'a'.repeat(5_000)}!`;
    const before = processorTime();
    const report = await graded({ hang: said(text, "{ read: close, regex: '^(a+)+$' }") });
    expect(statuses(report)).toEqual({ hang: 'fail' });
    expect(processorTime() - before).toBeLessThan(5_000);
  });
});
