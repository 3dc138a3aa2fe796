import { assignment, diagnose, readRight, readText } from '../testing/spec-text.ts';
import { withSeed } from './with-seed.ts';

/** The arguments of the planned steps of the first scenario's first row. */
function argsOf(text: string, around?: Parameters<typeof readRight>[1]) {
  const [plans = []] = [...readRight(text, around).plans.values()];
  return plans[0]?.steps.map(({ args }) => args) ?? [];
}

describe('matrix', () => {
  const rows = (...matrix: string[]) => {
    const text = assignment({
      scenario: [
        'matrix:',
        ...matrix.map((line) => `  ${line}`),
        'steps:',
        '  - start: server',
        '  - connect: a',
        '  - send: { repeat: x, bytes: "${{ matrix.size }}" }',
        '  - send: "${{ matrix.end }}"',
        '  - expect: x',
      ],
    });
    const read = readText(text);
    if ('diagnostics' in read) return diagnose(text);
    return [...read.plans.values()][0]?.map(({ row }) => row);
  };

  test('every combination, the last name varying fastest', () => {
    expect(rows('size: [1, 2]', 'end: [a, b]')).toEqual([
      'size=1, end=a',
      'size=1, end=b',
      'size=2, end=a',
      'size=2, end=b',
    ]);
  });

  test('rows are left out and added', () => {
    expect(
      rows('size: [1, 2]', 'end: [a, b]', 'exclude: [{ size: 1, end: b }]', 'include: [{ size: 9, end: z }]'),
    ).toEqual(['size=1, end=a', 'size=2, end=a', 'size=2, end=b', 'size=9, end=z']);
    expect(rows('include: [{ size: 9, end: z }, { size: 8, end: y }]')).toEqual([
      'size=9, end=z',
      'size=8, end=y',
    ]);
  });

  test('a row has the seed of its own', () => {
    const read = readRight(
      assignment({
        scenario: [
          'matrix: { n: [1, 2] }',
          'steps: [{ start: server }, { connect: a }, { send: "x${{ matrix.n }}" }, { expect: x }]',
        ],
      }),
    );
    expect(new Set([...read.plans.values()].flat().map(({ seed }) => seed)).size).toBe(2);
  });

  test('what does not fit is reported', () => {
    expect(
      rows(
        'size: [1]',
        'end: [a]',
        'exclude: [{ seze: 1 }, { size: 5 }, { size: 1 }]',
        'include: [{ size: 1 }]',
      ),
    ).toBe(
      [
        'x.yaml:9:19: error: unknown name "seze"',
        '    9 |       exclude: [{ seze: 1 }, { size: 5 }, { size: 1 }]',
        '      |                   ^^^^ did you mean "size"?',
        'x.yaml:9:30: error: no row matches this',
        '    9 |       exclude: [{ seze: 1 }, { size: 5 }, { size: 1 }]',
        '      |                              ^ remove it, or fix its values',
        'x.yaml:10:17: error: this row has no value for end',
        '   10 |       include: [{ size: 1 }]',
        '      |                 ^ add end: …',
        'x.yaml:15:20: error: unknown name "matrix.end"',
        '   15 |       - send: "${{ matrix.end }}"',
        '      |                    ^^^^^^^^^^ known: matrix.size, port, host',
      ].join('\n'),
    );
    expect(rows('size: [1]', 'end: [a]', 'exclude: [{ size: 1 }]')).toContain('no row of the matrix is left');
    expect(
      rows(
        `size: [${Array.from({ length: 15 }, (_, i) => i)}]`,
        `end: [${Array.from({ length: 15 }, (_, i) => `a${i}`)}]`,
      ),
    ).toContain('the matrix has 225 rows, more than 200');
  });
});

describe('only_if', () => {
  const text = assignment({
    scenario: [
      'only_if: { kind: echo }',
      'steps:',
      '  - start: server',
      '  - connect: a',
      '  - send: "hello ${{ loud }}"',
      '  - expect: { read: line, capture: greeting }',
      '    only_if: { loud: true }',
      '  - expect: { contains: "${{ greeting }}" }',
      '    only_if: { loud: { not: false } }',
      '  - expect: x',
    ],
    top: ['params: { kind: echo, loud: false }'],
  });

  test('steps and scenarios come and go with the parameters', () => {
    expect(argsOf(text)).toHaveLength(4);
    expect(argsOf(text, { params: { loud: 'yes' } })).toHaveLength(6);
    expect(readRight(text, { params: { kind: 'chat' } }).plans.get('one')).toEqual([]);
  });

  test('steps that do not run are checked all the same', () => {
    const wrong = text.replace('capture: greeting', 'captuer: greeting').replace('capture', 'x');
    expect(diagnose(wrong)).toContain('unknown key "captuer" in "expect"');
    expect(
      diagnose(text.replace('kind: echo, loud', 'kind: x, loud').replace('read: line', 'read: lien')),
    ).toContain('did you mean "line"?');
  });
});

test('a seed may be given afterwards', () => {
  const steps = ['  - start: server', '  - connect: a', '  - expect: { length: "${{ matrix.size }}" }'];
  const text = assignment({ scenario: ['matrix: { size: [1, 2] }', 'steps:', ...steps] });
  const read = (seed: string) => readRight(text, { seed });
  expect(withSeed(read(''), 'later').plans).toEqual(read('later').plans);
});
