import { diagnose, withSteps } from '../testing/spec-text.ts';

/** The errors and warnings of one step, each with its fix. */
const complaintsOf = (step: string) => {
  const lines = diagnose(withSteps('start: server', 'connect: a', step, 'expect: x')).split('\n');
  return lines.flatMap((line, index) => {
    const [, what] = /: (?:error|warning): (.*)/.exec(line) ?? [];
    return what === undefined ? [] : [`${what}${lines[index + 2]?.replace(/^[ |]*\^+/, '')}`];
  });
};

test.each([
  ['expect: { nothing: 1s }', ['"nothing" must be true write nothing: true, for: 1s']],
  ['expect: { nothing: 500 }', ['"nothing" must be true write nothing: true, for: 500ms']],
  ['expect: { http: 200 }', ['"http" must be a map write http: { status: 200 }']],
  ['expect: { http: { status: "404" } }', [expect.stringMatching(/"status" must be .* write status: 404$/)]],
  ['send: { bytes: "ff 00" }', [expect.stringMatching(/^"bytes" must be .* write hex: "ff 00"$/)]],
  ['expect: { equals: { bytes: "ff 00" } }', [expect.stringMatching(/ write hex: "ff 00"$/)]],
  [
    'check: { program: server, is: blocked, in: recv, cpu: 20, for: 100ms }',
    [expect.stringMatching(/ write cpu: "<20%"$/)],
  ],
  [
    'expect: closed',
    [
      'this expects the text "closed" for the end of the connection write expect: { closed: true }; for the text write expect: { equals: closed }',
    ],
  ],
  ['expect: { equals: closed }', []],
  [
    'expect: eof',
    [expect.stringMatching(/^this expects the text "eof" .* write expect: \{ closed: true \}/)],
  ],
  ['expect: silence', [expect.stringMatching(/write expect: \{ nothing: true, for: 200ms \}/)]],
  ['expect: { not_contains: x }', [expect.stringMatching(/ write not: \{ contains: … \}$/)]],
  ['expect: { lin: x }', [expect.stringMatching(/ write equals: \{ line: … \}$/)]],
  ['expect: { status: 200 }', [expect.stringMatching(/ write http: \{ status: 200 \}$/)]],
  [
    'expect: { http: { status: 200, body: hi } }',
    [expect.stringMatching(/ write body: \{ equals: "hi" \}$/)],
  ],
  ["expect: { regex: '(?=a)b' }", [expect.stringMatching(/ RE2 has no look-ahead/)]],
  ['send: { http: GET /a HTTP/1.1 }', [expect.stringMatching(/ write http: \{ method: GET, path: \/a \}$/)]],
  ['send: { lines: a }', [expect.stringMatching(/ write lines: \["a"\]$/)]],
  [
    'send: hi\\n',
    [expect.stringMatching(/^"\\n" is 2 characters here.* write "hi\\n" in double quotes, or line: …$/)],
  ],
  ["send: { text: 'a\\tb' }", [expect.stringMatching(/ write "a\\tb" in double quotes$/)]],
  ['check: { program: server, blocked: recv }', [expect.stringMatching(/ write is: blocked, in: recv$/)]],
  ['check: { program: server, exit: 0 }', [expect.stringMatching(/ write is: exited, code: 0$/)]],
  ['stop: { program: server, signal: KILL }', [expect.stringMatching(/ write signal: SIGKILL$/)]],
  [
    'send: { struct: [{ bits: [{ qr: 1, width: 1 }, { width: 7, value: 0 }] }] }',
    [
      expect.stringMatching(
        /wrong group of "bits" at place 1 write \{ width: 1, value: 0 \}; fields of bits have no names$/,
      ),
    ],
  ],
  [
    'expect: { struct: [{ u16: 1 }, { bits: { qr: 1 } }] }',
    [
      expect.stringMatching(
        /has a wrong "bits": it is a list such as \[\{width: 1, value: 1\}, \{width: 7\}\]/,
      ),
    ],
  ],
  ['recv: hello', ['unknown step "recv" write expect: hello']],
  ['wait_for: { line: x }', [expect.stringMatching(/ write expect: \{ nothing: true, for: … \}$/)]],
  ['kill: server', ['unknown step "kill" write stop: { program: server, signal: SIGKILL }']],
  ['disconnect: a', [expect.stringMatching(/ write close: a$/)]],
  ['shutdown: a', [expect.stringMatching(/ write half_close: a$/)]],
  ['send: { line: x, to: a }', [expect.stringMatching(/ write on: a$/)]],
  ['stop: { program: server, signal: 9 }', [expect.stringMatching(/ write signal: SIGKILL$/)]],
  ['check: { program: server, stdout: hi }', [expect.stringMatching(/ write stdout: \{ contains: "hi" \}$/)]],
  ['check: { server: running }', [expect.stringMatching(/ write program: server, is: running$/)]],
  ['expect: { read: 5, contains: x }', [expect.stringMatching(/ write read: \{ bytes: 5 \}$/)]],
  ['expect: { closed: yes }', [expect.stringMatching(/ write closed: true$/)]],
  ['repeat: 3', [expect.stringMatching(/ write repeat: \{ times: 3, steps: \[ … \] \}$/)]],
  ['parallel: [{ send: x }]', [expect.stringMatching(/ write parallel: \{ a: \[ … \], b: \[ … \] \}$/)]],
  [
    'expect: { contains: hi, regex: x }',
    ['"expect" has contains and regex write all_of: [{ contains: … }, { regex: … }], or keep one of them'],
  ],
])('what many write is reported with what they meant: %s', (step, messages) => {
  expect(complaintsOf(step)).toEqual(messages);
});

test.each([
  [
    'two unknown keys and a value between them',
    'expect: { contians: hi, within: 500, raed: line }',
    ['contians', 'within', 'raed'],
  ],
  ['a value beside an unknown key', 'send: { lien: x, chunk: 3.5 }', ['lien', 'chunk']],
  [
    'the values of two verbs in one step',
    '{ send: { line: 5 }, expect: { contains: 6, foo: 1 } }',
    ['two verbs', '"line"', '"contains"', 'foo'],
  ],
])('%s are reported in one round', (_, step, words) => {
  const messages = complaintsOf(step);
  expect(messages).toHaveLength(words.length);
  for (const word of words)
    expect(messages.join('\n')).toContain(word === 'two verbs' ? 'has "send" and "expect"' : word);
});

test.each([
  [
    'programs: { server: {} }',
    'programs: { server: python3 server.py }',
    'write { run: "python3 server.py" }',
  ],
  ['programs: { server: {} }', 'programs: { server: { command: "./x" } }', 'write run: ./x'],
  ['title: One\n', 'title: One\n    hidden: true\n', 'write visibility: hidden'],
  [
    'title: One\n',
    'title: One\n    matrix: [{ a: 1, b: 2 }, { a: 3, b: 4 }]\n',
    'for rows of several values write matrix: { include: [ … ] }',
  ],
])('instead of %s: %s', (from, to, fix) => {
  const right = `title: T\nprograms: { server: {} }\nscenarios:\n  - id: one\n    title: One\n    steps:\n      - start: server\n      - check: { program: server, is: running }\n`;
  expect(diagnose(right)).toBe('');
  expect(diagnose(right.replace(from, to))).toContain(fix);
});

test('a template with a wrong key is not left out: what its steps lack is said in the same round', () => {
  const text = `title: T
programs: { server: {} }
templates:
  talk:
    params: [word]
    steps:
      - expect: { lin: hi }
scenarios:
  - id: one
    title: One
    steps:
      - start: server
      - connect: a
      - use: { template: talk, with: { word: hi } }
`;
  const output = diagnose(text);
  expect(output).toContain('unknown key "params" in template "talk"');
  expect(output).toContain('write with: …');
  expect(output).toContain('write equals: { line: … }');
  expect(output.match(/error:/g)).toHaveLength(2);
});
