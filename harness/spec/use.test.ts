import { diagnose, readRight } from '../testing/spec-text.ts';

describe('use', () => {
  const text = (...lines: string[]) => `title: T
params: { word: hello }
programs: { server: {} }
templates:
  greets:
    with: { client: , text: "\${{ word }}" }
    steps:
      - connect: "\${{ with.client }}"
      - send: { on: "\${{ with.client }}", line: "\${{ with.text }}" }
      - expect: { on: "\${{ with.client }}", equals: { line: "\${{ with.text }}" } }
  twice:
    with: [text]
    steps:
      - use: { template: greets, with: { client: a, text: "\${{ with.text }}!" } }
      - use: { template: greets, with: { client: b } }
scenarios:
  - id: one
    title: One
    matrix: { n: [7] }
    steps:
      - start: server
${lines.map((line) => `      - ${line}`).join('\n')}
`;
  const planned = (...lines: string[]) =>
    readRight(text(...lines))
      .plans.get('one')?.[0]
      ?.steps.slice(1) ?? [];

  test('stands for the steps of a template, with the given values and the usual ones', () => {
    const steps = planned('use: { template: greets, with: { client: x, text: "n is ${{ matrix.n }}" } }');
    expect(steps.map(({ verb, args, at }) => [verb, args.as ?? args.line ?? args.equals, at.line])).toEqual([
      ['connect', 'x', 8],
      ['send', 'n is 7', 9],
      ['expect', { line: 'n is 7' }, 10],
    ]);
  });

  test('templates use one another, and usual values may name parameters', () => {
    const steps = planned('use: { template: twice, with: { text: ho } }');
    expect(steps.map(({ args }) => args.line).filter(Boolean)).toEqual(['ho!', 'hello']);
  });

  test('what the step says of itself holds for the steps that it stands for', () => {
    const steps = planned('{ use: { template: greets, with: { client: x } }, name: n, hint: h, soft: true }');
    expect(steps.map(({ name, hint, soft }) => [name, hint, soft])).toEqual(Array(3).fill(['n', 'h', true]));
  });

  test('a captured value can be handed on', () => {
    const steps = planned(
      'connect: c',
      'expect: { read: line, capture: token }',
      'use: { template: greets, with: { client: x, text: "<${{ token }}>" } }',
    );
    expect(steps[3]?.args.line).toEqual({ $template: ['<', { name: 'token', quoting: 'plain' }, '>'] });
  });

  test('names, values and templates that are not there are told where they are used', () => {
    const lines = diagnose(
      text(
        'use: greet',
        'use: greets',
        'use: { template: twice, with: { text: x, txt: y } }',
        'use: { template: greets, with: { client: a } }',
        'use: { template: greets, with: { client: 5 } }',
        'use: { tmplate: greets }',
      ),
    ).split('\n');
    expect(lines.filter((line) => /error|warning/.test(line))).toEqual([
      'x.yaml:8:18: error: "connect" must be a name (used on line 26)',
      'x.yaml:9:21: error: "on" must be a name (used on line 26)',
      'x.yaml:10:23: error: "on" must be a name (used on line 26)',
      'x.yaml:22:14: error: unknown template "greet"',
      'x.yaml:23:14: error: template "greets" needs client',
      'x.yaml:24:50: error: template "twice" takes no "txt"',
      'x.yaml:27:14: error: "use" needs "template"',
      'x.yaml:27:16: error: unknown key "tmplate" in "use"',
    ]);
  });

  test('templates without end are refused', () => {
    const endless = text('use: a').replace(
      'templates:',
      'templates:\n  a: { steps: [{ use: a }, { use: a }] }',
    );
    expect(diagnose(endless)).toContain('templates use one another endlessly');
  });

  test('mistakes in a template are reported once, used or not', () => {
    const output = diagnose(
      text('use: { template: twice, with: { text: x } }').replace(', equals', ', equal'),
    );
    expect(output.split('\n').filter((line) => line.includes('error'))).toEqual([
      'x.yaml:10:45: error: unknown key "equal" in "expect"',
    ]);
  });
});
