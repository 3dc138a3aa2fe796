import { diagnose, withSteps } from '../testing/spec-text.ts';

/** The errors and warnings of one step, each with its fix. */
const told = (step: string) => {
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
    'expect: { contains: hi, regex: x }',
    ['"expect" has contains and regex write all_of: [{ contains: … }, { regex: … }], or keep one of them'],
  ],
])('what many write is told with what they meant: %s', (step, messages) => {
  expect(told(step)).toEqual(messages);
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
])('%s are told in one round', (_, step, words) => {
  const messages = told(step);
  expect(messages).toHaveLength(words.length);
  for (const word of words)
    expect(messages.join('\n')).toContain(word === 'two verbs' ? 'has "send" and "expect"' : word);
});
