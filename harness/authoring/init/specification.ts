import { stringify } from 'yaml';
import type { LibraryRow } from '../../spec/library-table.ts';
import type { Answers, Protocol, Transport } from './answers.ts';

/** What is exchanged in the scenarios, each as it is written in a specification. */
interface Exchange {
  readonly request: string;
  readonly reply: string;
  /** What a client prints. */
  readonly shows: string;
  /** The same in words, for the README. */
  readonly words: string;
}

const EXCHANGES: Readonly<Record<`${Protocol} ${Transport}`, Exchange>> = {
  'line tcp': {
    request: '{ line: Ada }',
    reply: '{ line: "Hello, Ada!" }',
    shows: '"Hello, Ada!"',
    words: 'A request is a line with a name, such as `Ada`; the reply is the line `Hello, Ada!`.',
  },
  'binary tcp': {
    request: '{ join: [{ hex: "00 03" }, Ada] }',
    reply: '{ join: [{ hex: "00 03" }, adA] }',
    shows: 'adA',
    words:
      'A message is a length of two bytes, the high one first, and as many bytes. The reply holds the bytes of the request in reverse order.',
  },
  'line udp': {
    request: '{ line: Ada }',
    reply: '{ line: "Hello, Ada!" }',
    shows: '"Hello, Ada!"',
    words:
      'A request is a datagram with a line, such as `Ada`; the reply is a datagram with the line `Hello, Ada!`.',
  },
  'binary udp': {
    request: 'Ada',
    reply: 'adA',
    shows: 'adA',
    words: 'A request is a datagram; the reply is a datagram with the same bytes in reverse order.',
  },
};

export function exchangeOf({ protocol, transport }: Answers): Exchange {
  return EXCHANGES[`${protocol} ${transport}`];
}

/** The text of a new specification. */
export function specificationOf(answers: Answers, library: readonly LibraryRow[]): string {
  const { title, role, transport, scenarios } = answers;
  const exchange = exchangeOf(answers);
  const values: Readonly<Record<string, string>> = {
    ...(role === 'client' ? { input: '{ line: Ada }', shows: exchange.shows } : {}),
    request: exchange.request,
    reply: exchange.reply,
  };
  const chosen = library.filter(({ name }) => scenarios.includes(name));
  const plain = chosen.filter(({ values: taken }) => !taken.some(({ name }) => name in values));
  const talking = chosen.filter((row) => !plain.includes(row));
  return [
    '# yaml-language-server: $schema=./assignment.schema.json',
    'version: 1',
    `title: ${stringify(title, { lineWidth: 0 }).trimEnd()}`,
    `description: ${stringify(exchange.words.replaceAll('`', ''), { lineWidth: 0 }).trimEnd()}`,
    'programs:',
    transport === 'udp' ? `  ${role}: { transport: udp }` : `  ${role}: {}`,
    'include:',
    ...plain.map(({ name }) => `  - ${name}`),
    ...(talking.length === 0
      ? []
      : [
          `  - scenario: [${talking.map(({ name }) => name).join(', ')}]`,
          '    with:',
          ...Object.entries(values)
            .filter(([key]) => talking.some(({ values: taken }) => taken.some(({ name }) => name === key)))
            .map(([key, value]) => `      ${key}: ${value}`),
        ]),
    '',
  ].join('\n');
}
