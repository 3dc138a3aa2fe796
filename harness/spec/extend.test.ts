import { diagnose, readRight } from '../testing/spec-text.ts';

const base = `title: Base
description: What it is about
params:
  reply: { default: hi, about: the answer, choices: [hi, ho] }
  size: 5
programs:
  server: { port: any, env: { A: a, B: b } }
defaults: { within: 2s }
scenarios:
  - id: one
    title: First
    points: 2
    steps: [{ start: server }, { connect: a }, { expect: "\${{ reply }}" }]
  - id: two
    title: Second
    hint: A hint
    steps: [{ start: server }, { connect: a }, { send: { repeat: x, bytes: "\${{ size }}" } }, { expect: x }]
`;
const files = { 'base.yaml': base };
const read = (...lines: string[]) => readRight(['extends: ./base.yaml', ...lines].join('\n'), { files });
const output = (...lines: string[]) => diagnose(['extends: ./base.yaml', ...lines].join('\n'), { files });

test('a file that only extends is the same assignment under its own name', () => {
  const { spec } = read();
  expect(spec.title).toBe('Base');
  expect(spec.file).toBe('x.yaml');
  expect(spec.scenarios.map(({ id, at }) => [id, at.file, at.line])).toEqual([
    ['one', 'base.yaml', 10],
    ['two', 'base.yaml', 14],
  ]);
});

test('the fingerprint covers both files', () => {
  const changed = readRight('extends: ./base.yaml', {
    files: { 'base.yaml': base.replace('hint: A', 'hint: B') },
  });
  expect(changed.spec.sha256).not.toBe(read().spec.sha256);
});

test('texts replace, maps merge, a bare value is a new default', () => {
  const { spec, params } = read(
    'title: Mine',
    'params: { reply: ho, more: 1 }',
    'programs: { server: { env: { B: c } } }',
    'defaults: { within: 3s }',
  );
  expect(spec).toMatchObject({ title: 'Mine', description: 'What it is about' });
  expect([...params]).toEqual([
    ['reply', 'ho'],
    ['size', 5],
    ['more', 1],
  ]);
  expect(spec.params.reply).toEqual({ default: 'ho', about: 'the answer', choices: ['hi', 'ho'] });
  expect(spec.programs.server).toMatchObject({ port: 'any', env: { A: 'a', B: 'c' } });
  expect(spec.scenarios[0]?.defaults.within).toBe(3000);
});

test('scenarios are changed, removed and added by their id', () => {
  const { spec } = read(
    'scenarios:',
    '  - { id: one, points: 7 }',
    '  - { id: two, remove: true }',
    '  - { id: three, title: Third, steps: [{ start: server }, { check: { port: server, is: listening } }] }',
  );
  expect(spec.scenarios.map(({ id, title, points, at }) => [id, title, points, at.file])).toEqual([
    ['one', 'First', 7, 'x.yaml'],
    ['three', 'Third', 1, 'x.yaml'],
  ]);
  expect(spec.scenarios[0]?.steps[0]?.at).toEqual({ file: 'base.yaml', line: 13, column: 13 });
});

test('a list replaces: the steps of a changed scenario are the new ones', () => {
  const { plans } = read(
    'scenarios:',
    '  - id: one',
    '    steps: [{ start: server }, { check: { port: server, is: listening } }]',
  );
  expect(plans.get('one')?.[0]?.steps.map(({ verb }) => verb)).toEqual(['start', 'check']);
});

test('mistakes are reported in the file that they are in, those of the extending file first', () => {
  const broken = { 'base.yaml': base.replace('{ connect: a }, { send', '{ conect: a }, { send') };
  expect(
    diagnose('extends: ./base.yaml\nparams: { sise: 3 }\nscenarios:\n  - { id: won, points: 3 }', {
      files: broken,
    }),
  ).toBe(
    [
      'x.yaml:4:11: error: nothing that is extended or included has a scenario "won" to change',
      '    4 |   - { id: won, points: 3 }',
      '      |           ^^^ did you mean "one"?',
      'base.yaml:17:34: error: unknown step "conect"',
      '   17 |     steps: [{ start: server }, { conect: a }, { send: { repeat: x, bytes',
      '      |                                  ^^^^^^ did you mean "connect"?',
    ].join('\n'),
  );
});

test('a parameter that nothing uses is reported with the one that was meant', () => {
  expect(output('params: { sise: 3 }')).toBe(
    [
      'x.yaml:2:11: warning: parameter "sise" is never used',
      '    2 | params: { sise: 3 }',
      '      |           ^^^^ did you mean "size"?',
    ].join('\n'),
  );
});

test('a new default must be one of the choices', () => {
  expect(output('params: { reply: hm }')).toContain('x.yaml:2:18: error: "default" must be one of hi, ho');
});

test('removing and changing in vain is reported', () => {
  expect(output('scenarios:', '  - { id: one, remove: yes, points: 3 }')).toMatch(
    /3:24: error: "remove" is true[\s\S]*3:29: error: "points" has no effect on a scenario that is removed/,
  );
  expect(diagnose(base.replace('points: 2', 'remove: true'))).toContain('this file extends no other');
});

test("what can't be extended is reported at its name", () => {
  const about = (name: string, file?: string) =>
    diagnose(`extends: ${name}\n`, { files: file === undefined ? {} : { 'b.yaml': file } }).split('\n')[0];
  expect(about('./nope.yaml')).toBe(
    'x.yaml:1:10: error: "./nope.yaml" can\'t be read: there is no such file',
  );
  expect(about('./b.yaml', 'extends: ./x.yaml')).toMatch(
    /^b\.yaml:1:10: error: \.\/x\.yaml leads back to this file/,
  );
  expect(about('./b.yaml', 'extends: ./b.yaml')).toMatch(
    /^b\.yaml:1:10: error: \.\/b\.yaml leads back to this file/,
  );
  expect(about('./b.yaml', 'a: [')).toBe(
    'x.yaml:1:10: error: "./b.yaml" can\'t be extended until its mistakes are fixed',
  );
  expect(about('5')).toBe('x.yaml:1:10: error: "extends" is the name of a file');
});
