import { readdirSync, readFileSync } from 'node:fs';
import { specFingerprint } from '../../batch/spec-fingerprint.ts';
import { readRight } from '../../testing/spec-text.ts';
import { formatSpecification } from './format.ts';

const SPECS = new URL('../../../specs/', import.meta.url);

test('keys come in their order, steps on one line where they fit, and comments stay', () => {
  const text = `# at the top
scenarios:
- title: One   # of it
  steps:
  - start:
      program: server
  # before the check
  - check:
      port: server
      is: listening   # behind
  id: one
- {id: two, title: "Two", steps: [{start: server}, {check: {port: server, is: listening}}]}
programs:
  server:
    port: auto
title: 'T'
`;
  const formatted = formatSpecification(text);
  expect(formatted).toBe(`# at the top
title: 'T'

programs:
  server: { port: auto }

scenarios:
  - id: one
    title: One # of it
    steps:
      - start: { program: server }
      # before the check
      - check:
          port: server
          is: listening # behind
  - { id: two, title: "Two", steps: [{ start: server }, { check: { port: server, is: listening } }] }
`);
  expect(specFingerprint(readRight(formatted))).toBe(specFingerprint(readRight(text)));
});

test.each(readdirSync(SPECS).filter((name) => name.endsWith('.grade.yaml')))(
  '%s: means the same, and is in its form at once',
  (name) => {
    const text = readFileSync(new URL(name, SPECS), 'utf8');
    const formatted = formatSpecification(text);
    expect(formatSpecification(formatted)).toBe(formatted);
    expect(formatted.match(/#.*/g)?.length).toBe(text.match(/#.*/g)?.length);
  },
);

test('line ends stay', () => {
  expect(formatSpecification('title:   T\r\nprograms: {server: {}}\r\n')).toBe(
    'title: T\r\n\r\nprograms: { server: {} }\r\n',
  );
});
