import { parse } from 'yaml';
import type { Json } from '../../model/index.ts';
import { readRight, withSteps } from '../../testing/spec-text.ts';
import { readCommand, sendCommand } from './commands.ts';
import { expectationOf, payloadOf } from './derive.ts';
import { insertScenario, scenarioLines } from './insert.ts';
import { flow, stepText } from './step-text.ts';
import { varied } from './vary.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

test.each<[string, Json]>([
  ['hi\n', { line: 'hi' }],
  ['hi\r\n', { line: 'hi', newline: 'crlf' }],
  ['a\nb\n', { lines: ['a', 'b'] }],
  ['a\r\nb\r\n', { lines: ['a', 'b'], newline: 'crlf' }],
  ['no end', 'no end'],
  ['a\nb', 'a\nb'],
  ['mixed\r\nends\n', { lines: ['mixed\r', 'ends'] }],
  ['\n', { line: '' }],
  ['\x00\xff', { hex: '00 ff' }],
  ['cost: ${{ x }}\n', { line: 'cost: $${{ x }}' }],
])('%j becomes the payload %j, which says the same', (text, payload) => {
  const made = payloadOf(bytes(text));
  if (!text.startsWith('mixed')) expect(made).toEqual(payload);
  // What it stands for once it is written and read again.
  const plan = readRight(
    withSteps(
      'start: server',
      'connect: a',
      stepText({ verb: 'send', args: typeof made === 'string' ? { text: made } : made }),
      'expect: x',
    ),
  ).plans.get('one')?.[0];
  const { on: _, within: __, ...args } = (plan?.steps[2]?.args ?? {}) as Record<string, Json>;
  expect(args).toEqual(
    typeof made === 'string'
      ? { text: text }
      : JSON.parse(JSON.stringify(made).replaceAll('$${{', () => '${{')),
  );
});

test.each<[string, string, Json]>([
  ['a line', 'hi\n', { equals: { line: 'hi' } }],
  ['bytes behind their length', '\x00\x02\xff\x00', { read: { length_prefix: 2 }, equals: { hex: 'ff 00' } }],
  ['other bytes', '\xff\x00', { equals: { hex: 'ff 00' } }],
  [
    'an HTTP response',
    'HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nDate: x\r\n\r\ngone',
    { http: { status: 404, headers: { 'Content-Type': 'text/plain' }, body: { equals: 'gone' } } },
  ],
])('%s is expected as such', (_, text, expectation) => {
  expect(expectationOf(bytes(text))).toEqual(expectation);
});

test('what is long is expected by its length and fingerprint', () => {
  expect(expectationOf(Buffer.alloc(5000, 'x'))).toEqual({
    read: { bytes: 5000 },
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

describe('a message that came twice', () => {
  const context = { known: [], isRepeated: () => false, framed: false };
  const of = (first: string, second: string, more = {}) =>
    varied(bytes(first), bytes(second), { ...context, ...more }).expectations;

  test.each<[string, string, string, Json[]]>([
    ['is the same', 'hi\n', 'hi\n', [{ equals: { line: 'hi' } }]],
    ['has another number', 'n 12.\n', 'n 345.\n', [{ read: 'line', regex: '^n [0-9]+\\.$' }]],
    [
      'has another fingerprint',
      'id 0a1b2c3d\n',
      'id ffee0011\n',
      [{ read: 'line', regex: '^id [0-9a-f]+$' }],
    ],
    ['has another word', 'from Ada\n', 'from Bob\n', [{ read: 'line', regex: '^from [A-Za-z]+$' }]],
    [
      'has one line that differs',
      'a\nt 1\n',
      'a\nt 2\n',
      [{ equals: { line: 'a' } }, { read: 'line', regex: '^t [0-9]+$' }],
    ],
    ['has no end', 'n 1', 'n 2', [{ read: { idle: '100ms' }, regex: '^n [0-9]+$' }]],
    ['is another one', 'one two\n', 'one\n', [{ read: 'line', regex: '^.*$' }]],
    ['has more lines', 'a\n', 'a\nb\n', [{ read: { idle: '100ms' }, length: { min: 1 } }]],
    ['holds other bytes', '\xff\x00', '\xfe\x00', [{ read: { bytes: 2 }, length: 2 }]],
    [
      'holds a moment, even the same',
      'at 2026-11-30 03:04:05\n',
      'at 2026-11-30 03:04:05\n',
      [{ read: 'line', regex: '^at [0-9]+-[0-9]+-[0-9]+ +[0-9]+:[0-9]+:[0-9]+$' }],
    ],
  ])('and %s', (_, first, second, expected) => {
    expect(of(first, second)).toEqual(expected);
  });

  test('is captured where later steps repeat what differs', () => {
    const found = varied(bytes('session 17\n'), bytes('session 4\n'), {
      ...context,
      isRepeated: (text) => text === '17',
    });
    expect(found.expectations).toEqual([
      { read: 'line', regex: '^session ([0-9]+)$', capture: { session: 1 } },
    ]);
    expect(found.remarks).toEqual([
      '"17" differs from run to run, and comes again later: it is captured as session.',
    ]);
    const known = [{ name: 'session', first: '17', second: '4' }];
    expect(of('bye 17\n', 'bye 4\n', { known })).toEqual([{ equals: { line: 'bye ${{ session }}' } }]);
  });

  test('names the port, and is one pattern where messages have an end of their own', () => {
    const known = [{ name: 'port', first: '2000', second: '2001' }];
    expect(of('on 2000\n', 'on 2001\n', { known })).toEqual([{ equals: { line: 'on ${{ port }}' } }]);
    expect(of('a 1\nb\n', 'a 2\nb\n', { framed: true })).toEqual([{ regex: '^a [0-9]+\\nb\\n$' }]);
  });
});

describe('a scenario is put into a file', () => {
  const lines = scenarioLines(
    { id: 'new', title: 'It: works', points: 2, steps: ['start: server', 'expect: x'] },
    flow,
  );
  const added =
    '- id: new\n    title: "It: works"\n    points: 2\n    steps:\n      - start: server\n      - expect: x\n';
  test.each([
    [
      'behind the others',
      'title: T # x\nscenarios:\n  - id: a\n    steps: [1]\n# end\nparams: {}\n',
      ['# end\nparams: {}\n'],
    ],
    ['in a file without any', 'title: T\nprograms: {}\n', ['']],
    ['in a file that does not end its last line', 'scenarios:\n  - id: a\n    steps: [1]', ['']],
    ['under an empty key', 'scenarios:\nparams: {}\n', ['params: {}\n']],
    [
      'behind a block of text',
      'scenarios:\n  - id: a\n    explain: |\n      one\n\n      two\n\nparams: {}\n',
      ['\nparams: {}\n'],
    ],
  ])('%s', (_, text, [rest = '']) => {
    const whole = insertScenario(text, lines) ?? '';
    const at = text.length - rest.length;
    const before = text.endsWith('\n') ? text.slice(0, at) : `${text}\n`;
    expect(whole).toBe(`${before}${text.includes('scenarios') ? '' : 'scenarios:\n'}  ${added}${rest}`);
    expect(parse(whole).scenarios.at(-1)).toEqual({
      id: 'new',
      title: 'It: works',
      points: 2,
      steps: [{ start: 'server' }, { expect: 'x' }],
    });
  });

  test('in its own way to end lines and to indent', () => {
    const whole = insertScenario('scenarios:\r\n- id: a\r\n  steps: [1]\r\n', ['- id: b', '  steps: [2]']);
    expect(whole).toBe('scenarios:\r\n- id: a\r\n  steps: [1]\r\n- id: b\r\n  steps: [2]\r\n');
  });

  test('not where they stand in braces', () => {
    expect(insertScenario('scenarios: [{ id: a }]\n', lines)).toBeUndefined();
  });
});

test.each([
  ['hello', { kind: 'send', bytes: { line: 'hello' } }],
  ['', { kind: 'send', bytes: { line: '' } }],
  ['::x', { kind: 'send', bytes: { line: ':x' } }],
  [':text a\\n\\0', { kind: 'send', bytes: { text: 'a\n\0' } }],
  [':hex 00 ff', { kind: 'send', bytes: { hex: '00 ff' } }],
  [':half-close b', { kind: 'half_close', conn: 'b' }],
  [':wait 200ms', { kind: 'wait', time: '200ms' }],
  [':type  two', { kind: 'type', text: ' two' }],
  [':q', { kind: 'quit' }],
  [':hex 0', ':hex takes pairs of digits, as in :hex 00 ff'],
  [':wait 200', '"200" is no time: write 200ms or 2s'],
  [':foo', 'there is no command ":foo" (:help shows all; "::foo" sends it)'],
])('the line %j is read as %j', (line, command) => expect(readCommand(line)).toEqual(command));

test.each([
  'hi\n',
  ':colon\n',
  'a\nb\n',
  'no end ',
  'GET / HTTP/1.0\r\n\r\n',
  '\\n\n',
  '\x00\xff',
  'a\\\r\n',
  '',
])('%j is what the command that is made of it sends', (text) => {
  const command = readCommand(sendCommand(bytes(text)));
  const sent = (typeof command === 'string' || command.kind !== 'send' ? {} : command.bytes) as Record<
    string,
    string
  >;
  const { line, text: whole = '', hex } = sent;
  const meant =
    line === undefined
      ? Buffer.from(hex?.replaceAll(' ', '') ?? whole, hex ? 'hex' : 'utf8')
      : Buffer.from(`${line}\n`);
  expect(meant.toString('latin1')).toBe(text);
});
