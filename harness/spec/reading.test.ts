import { assignment, diagnose, readRight, withSteps } from '../testing/spec-text.ts';

/** The arguments of the planned steps of the first scenario's first row. */
function argsOf(text: string, around?: Parameters<typeof readRight>[1]) {
  const [plans = []] = [...readRight(text, around).plans.values()];
  return plans[0]?.steps.map(({ args }) => args) ?? [];
}

describe('templates', () => {
  const top = ['params: { word: "a.b", count: 3, on: true }'];
  const text = (...steps: string[]) =>
    assignment({ scenario: ['steps:', ...steps.map((step) => `  - ${step}`)], top });
  const send = (value: string) =>
    argsOf(text('start: server', 'connect: a', `send: ${value}`, 'expect: x'))[2]?.text;

  test('a value is put into text; a lone one keeps its type', () => {
    expect(send('"${{ word }}!"')).toBe('a.b!');
    expect(send('"${{count}} ${{ on }}"')).toBe('3 true');
    const [, , bytes] = argsOf(
      text('start: server', 'connect: a', 'send: { repeat: x, bytes: "${{ count }}" }', 'expect: x'),
    );
    expect(bytes?.bytes).toBe(3);
  });

  test('a number is no text, be it from a parameter', () => {
    expect(diagnose(text('start: server', 'connect: a', 'send: "${{ count }}"', 'expect: x'))).toContain(
      '"send" must be text\n    9 |       - send: "${{ count }}"\n      |               ^^^^^^^^^^^^^^ its value is 3 here, so quote that where it is given',
    );
  });

  test('$${{ stands for ${{, and other braces for themselves', () => {
    expect(send('"$${{ word }} {{ word }} ${ word } {"')).toBe('${{ word }} {{ word }} ${ word } {');
  });

  test('within a pattern a value is matched literally', () => {
    const [, , , expected] = argsOf(
      text('start: server', 'connect: a', 'send: x', "expect: { regex: '^${{ word }}$' }"),
    );
    expect(expected?.regex).toBe('^a\\.b$');
  });

  test('what only the run knows stays open, also within other values', () => {
    expect(send('"${{ host }}:${{ port }}"')).toEqual({
      $template: [{ name: 'host', quoting: 'plain' }, ':', { name: 'port', quoting: 'plain' }],
    });
  });
});

describe('parameters from the command line', () => {
  const top = [
    'params:',
    '  greeting: hello',
    '  count: { default: 3, about: how many }',
    '  loud: false',
    '  mode: { default: auto, choices: [auto, true, 7] }',
    '  unused: { default: 1 }',
  ];
  const text = assignment({
    scenario: [
      'steps:',
      '  - start: server',
      '  - connect: a',
      '  - send: "${{ greeting }} ${{ count }} ${{ loud }} ${{ mode }} ${{ unused }}"',
      '  - expect: x',
    ],
    top,
  });
  const sent = (params: Record<string, string>) => argsOf(text, { params })[2]?.text;

  test('the defaults of the file', () => expect(sent({})).toBe('hello 3 false auto 1'));

  test.each([
    [{ greeting: 'hi there' }, 'hi there 3 false auto 1'],
    [{ greeting: '' }, ' 3 false auto 1'],
    [{ count: '4.5' }, 'hello 4.5 false auto 1'],
    [{ loud: 'yes' }, 'hello 3 true auto 1'],
    [{ loud: '0' }, 'hello 3 false auto 1'],
    [{ mode: 'on' }, 'hello 3 false true 1'],
    [{ mode: '7' }, 'hello 3 false 7 1'],
  ])('%j', (params, expected) => expect(sent(params)).toBe(expected));

  test('what does not fit is reported with what would', () => {
    const output = diagnose(text, {
      params: { greting: 'x', count: 'many', loud: 'maybe', mode: 'off', unused: ' ' },
    });
    expect(output.split('\n').filter((_, index) => index % 3 !== 1)).toEqual([
      'x.yaml:11:1: error: the assignment has no parameter "greting"',
      '      | ^^^^^^ did you mean "greeting"?',
      'x.yaml:11:1: error: parameter "count" can\'t be "many"',
      '      | ^^^^^^ give a number',
      'x.yaml:11:1: error: parameter "loud" can\'t be "maybe"',
      '      | ^^^^^^ give true or false',
      'x.yaml:11:1: error: parameter "mode" can\'t be "off"',
      '      | ^^^^^^ give one of auto, true, 7',
      'x.yaml:11:1: error: parameter "unused" can\'t be " "',
      '      | ^^^^^^ give a number',
    ]);
  });

  test('a file without parameters takes none', () => {
    expect(diagnose(withSteps('start: server', 'connect: a', 'expect: x'), { params: { a: 'b' } })).toContain(
      'x.yaml:1:1: error: the assignment has no parameter "a"',
    );
  });
});

describe('how long a step may wait', () => {
  const steps = [
    'steps:',
    '  - start: server',
    '  - connect: a',
    '  - expect: { contains: x }',
    '  - expect: { contains: x, within: 7s }',
    '  - close: a',
  ];
  const withins = (scenario: string[], top: string[] = []) =>
    argsOf(assignment({ scenario: [...scenario, ...steps], top })).map(({ within }) => within);

  test('built in, except where a verb has its own or does not wait', () => {
    expect(withins([])).toEqual([10_000, 4_000, 4_000, 7_000, undefined]);
  });

  test('the step over the scenario over the file over what is built in', () => {
    expect(withins([], ['defaults: { within: 2s }'])).toEqual([10_000, 2_000, 2_000, 7_000, undefined]);
    expect(withins(['defaults: { within: 500ms }'], ['defaults: { within: 2s }'])).toEqual([
      10_000,
      500,
      500,
      7_000,
      undefined,
    ]);
  });
});

describe('files as they come', () => {
  const right = withSteps('start: server', 'connect: a', 'send: "ü"', 'expect: x');

  test('a byte order mark and CRLF are no matter, and places stay right', () => {
    expect(argsOf(`\ufeff${right.replaceAll('\n', '\r\n')}`)[2]?.text).toBe('ü');
    expect(diagnose(Buffer.from(`\ufeff${right.replaceAll('\n', '\r\n').replace('expect', 'expct')}`))).toBe(
      [
        'x.yaml:10:9: error: unknown step "expct"',
        '   10 |       - expct: x',
        '      |         ^^^^^ did you mean "expect"?',
      ].join('\n'),
    );
  });

  test.each([
    ['with its mark', Buffer.from(`\ufeff${right}`, 'utf16le')],
    ['without', Buffer.from(right, 'utf16le')],
    ['big-endian', Buffer.from(`\ufeff${right}`, 'utf16le').swap16()],
  ])('UTF-16 %s is named', (_, bytes) => {
    expect(diagnose(bytes)).toMatch(/^x\.yaml:1:1: error: the file is UTF-16\n.*\n.* save it as UTF-8$/);
  });

  test('bytes that are no UTF-8 are found', () => {
    expect(diagnose(Buffer.from(right, 'latin1'))).toMatch(/^x\.yaml:9:16: error: this is not UTF-8\n/);
  });

  test('NULs are found', () => {
    expect(diagnose(right.replace('ü', 'a\u0000b'))).toMatch(/^x\.yaml:9:17: error: the character U\+0000 /);
  });

  test('a file beside the specification becomes its bytes', () => {
    const text = withSteps('start: server', 'connect: a', 'send: { file: logo.png }', 'expect: x');
    expect(argsOf(text, { files: { 'logo.png': Buffer.from([0, 255]) } })[2]).toMatchObject({
      file: { path: 'logo.png', base64: 'AP8=' },
    });
  });

  test('an alias is what it stands for', () => {
    expect(argsOf(withSteps('start: &s server', 'connect: a', 'send: *s', 'expect: x'))[2]?.text).toBe(
      'server',
    );
  });
});
