import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { processorTime } from '../testing/processor-time.ts';
import { checkAssignment } from './load-assignment.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bounds-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inner = (depth: number): string =>
  depth === 0 ? '{ send: x }' : `{ repeat: { times: 100000, steps: [ ${inner(depth - 1)} ] } }`;

test.each([
  ['a billion rounds', '{ repeat: { times: 1000000000, steps: [ { send: x } ] } }', /at most 5000 steps/],
  [
    'a billion rounds at once',
    '{ repeat: { times: 1000000000, at_once: true, as: b, steps: [ { connect: b } ] } }',
    /steps|times/,
  ],
  ['rounds in rounds', inner(4), /at most 5000 steps/],
  [
    'gigabytes put together',
    `{ send: { join: [ ${'{ repeat: x, bytes: 64MiB }, '.repeat(40)}hi ] } }`,
    /more than 64MiB/,
  ],
])('%s are refused before they are laid out', (_, step, message) => {
  const file = path.join(folder, 'a.grade.yaml');
  const steps = ['{ start: server }', '{ connect: a }', step, '{ expect: hi }'];
  writeFileSync(
    file,
    `version: 1\ntitle: T\nprograms: { server: {} }\nscenarios:\n  - id: a\n    title: A\n    steps:\n${steps.map((each) => `      - ${each}\n`).join('')}`,
  );
  const began = processorTime();
  const read = checkAssignment(file, {}, '1');
  expect(processorTime() - began).toBeLessThan(2_000);
  expect('diagnostics' in read ? read.diagnostics.map((each) => each.message) : []).toContainEqual(
    expect.stringMatching(message),
  );
});
