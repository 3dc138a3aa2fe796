import { readText, withSteps } from '../testing/spec-text.ts';

/** Longest time for one file, in milliseconds of the processor: other tests run at the same time. */
const LIMIT = 1000;
const steps = (...lines: string[]) => withSteps('start: server', 'connect: a', ...lines, 'expect: x');
const bomb = (levels: number) =>
  [
    'a0: &a0 [x, x, x, x, x, x, x, x, x, x]',
    ...Array.from(
      { length: levels },
      (_, n) => `a${n + 1}: &a${n + 1} [${Array(10).fill(`*a${n}`).join(', ')}]`,
    ),
  ].join('\n');
const many = (count: number, line: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => line(n)).join('\n');

const files: Readonly<Record<string, string | Uint8Array>> = {
  'an alias bomb': bomb(9),
  'an alias that holds itself, again and again': 'a: &a [*a, *a, *a, *a]',
  'an alias bomb of keys': `${bomb(9)}\n? *a9\n: x`,
  'many anchors and aliases': `- &x y\n${many(12_000, () => '- *x')}`,
  'flow lists without end': `a: ${'['.repeat(100_000)}`,
  'flow maps without end': '{a: '.repeat(100_000),
  'flow lists, closed': `a: ${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  'dashes without end': `${'- '.repeat(100_000)}x`,
  'explicit keys without end': `${'? '.repeat(100_000)}x`,
  'ever deeper indentation': many(1_400, (n) => `${' '.repeat(n)}a:`),
  'ten megabytes of one text': `title: ${'x '.repeat(5_000_000)}`,
  'ten megabytes of lines': 'a: b\n'.repeat(2_000_000),
  'a megabyte of one text': `title: ${'x '.repeat(500_000)}`,
  'a megabyte within quotes': `title: "${'\\n'.repeat(500_000)}"`,
  'a megabyte in a quote that is not closed': `title: "${'x\n'.repeat(450_000)}`,
  'a megabyte in a block': `title: |\n${' x\n'.repeat(340_000)}`,
  'many keys': many(9_000, (n) => `k${n}: v`),
  'the same key, many times': 'a: b\n'.repeat(10_000),
  'many items': many(12_000, (n) => `- v${n}`),
  'many documents': '---\n'.repeat(100_000),
  'many ends of documents': '...\n'.repeat(100_000),
  'many comments': `# x\n`.repeat(200_000),
  'many directives': '%foo bar\n'.repeat(50_000),
  'many brackets too many': '}'.repeat(20_000),
  'many colons': ':\n'.repeat(15_000),
  'many commas': ','.repeat(100_000),
  'many quotes': '- "\n'.repeat(9_000),
  'many maps in plain text': 'a: b: c\n'.repeat(5_000),
  'many tags': '- !x a\n'.repeat(9_000),
  'many tabs': '\t'.repeat(100_000),
  'many percent signs': '%'.repeat(100_000),
  'many templates': steps(`send: "${'${{ x }} '.repeat(5_000)}"`),
  'many openings of templates': steps(`send: "${'${{ '.repeat(30_000)}"`),
  'a template with many spaces': steps(`send: "\${{${' '.repeat(100_000)}x"`),
  'a long duration': steps(`expect: { contains: x, within: ${'9'.repeat(100_000)} }`),
  'a long word near a verb': steps(`${'connect'.repeat(5_000)}: a`),
  'many rounds of many rounds': steps(
    `repeat: { times: 1000, steps: [{ repeat: { times: 1000, steps: [{ send: x }] } }] }`,
  ),
  'a large matrix': withSteps('start: server').replace(
    'steps:',
    `matrix: { a: [${many(100, String).replaceAll('\n', ', ')}], b: [${many(100, String).replaceAll('\n', ', ')}], c: [${many(100, String).replaceAll('\n', ', ')}] }\n    steps:`,
  ),
  'a large pattern': steps(`expect: { regex: '(${'a{1,100}'.repeat(500)}){1,100}' }`),
  'UTF-16': Buffer.from(`\ufeff${steps()}`, 'utf16le'),
  NULs: '\u0000'.repeat(10_000),
  'one byte': Buffer.from([0xff]),
  'a byte order mark alone': '\ufeff',
  'half a character': Buffer.from([0x61, 0xc3]),
  'line separators of other sorts': 'title: a\u2028b\u2029c\u0085d',
};

test.each(Object.entries(files))('%s: an answer with a place, in time', (_, content) => {
  const began = process.cpuUsage();
  const read = readText(content instanceof Uint8Array ? content : Buffer.from(content));
  const { user, system } = process.cpuUsage(began);
  expect((user + system) / 1000).toBeLessThan(LIMIT);
  if (!('diagnostics' in read)) throw new Error('this should not be right');
  expect(read.diagnostics.length).toBeGreaterThan(0);
  for (const { line, column, message } of read.diagnostics) {
    expect([line >= 1, column >= 1, message.length < 300]).toEqual([true, true, true]);
  }
});

test('what is odd but right is read', () => {
  const odd: Readonly<Record<string, string>> = {
    CRLF: steps().replaceAll('\n', '\r\n'),
    'CR alone': steps().replaceAll('\n', '\r'),
    'a byte order mark': `\ufeff${steps()}`,
    '%YAML 1.2': `%YAML 1.2\n---\n${steps()}`,
    'an end mark': `${steps()}...\n`,
    'a comment at the end': `${steps()}# the end`,
    JSON: '{"title":"a","programs":{"server":{}},"scenarios":[{"id":"a","title":"a","steps":[{"start":"server"},{"check":{"port":"server","is":"listening"}}]}]}',
    aliases: steps('send: &t hello', 'send: *t', 'send: { line: *t }'),
    'standard tags': steps('send: !!str 5'),
    'spaces at the ends of lines': steps().replaceAll('\n', '   \n'),
  };
  for (const [name, text] of Object.entries(odd)) {
    const read = readText(Buffer.from(text));
    expect([name, 'diagnostics' in read ? read.diagnostics : []]).toEqual([name, []]);
  }
});

test('limits are reported, not just met', () => {
  const message = (text: string) => {
    const read = readText(Buffer.from(text));
    return 'diagnostics' in read ? read.diagnostics[0]?.message : undefined;
  };
  expect(message(bomb(9))).toBe('the file unfolds to more than 50000 values');
  expect(message('x'.repeat(2_000_000))).toBe('the file is too large (2000000 bytes; the limit is 1048576)');
  expect(message(many(40_000, (n) => `k${n}: v`))).toBe('the file has more than 40000 YAML tokens');
  expect(message(`a: ${'['.repeat(100)}`)).toBe('the file is nested deeper than 60 levels');
});
