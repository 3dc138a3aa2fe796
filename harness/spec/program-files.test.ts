import { SpecError } from '../base/spec-error.ts';
import { gradeInline, specOf, statuses } from '../testing/inline.ts';

const SHOWS =
  'import sys\nfor name in ("www/a.txt", "own.txt"): print(open(name).read(), end="", flush=True)\n';
const steps =
  '    steps: [{ start: client }, { check: { program: client, stdout: { equals: "A\\nhello" } } }]';

test('a program finds the files of the assignment in its folder, and its own where there are none', async () => {
  const spec = specOf(`client: { files: { "\${{ root }}/a.txt": { line: "\${{ text }}" } } }`, {
    it: steps,
  }).replace('programs:', 'params: { root: www, text: A }\nprograms:');
  const report = await gradeInline({ 'client.py': SHOWS, 'own.txt': 'hello' }, spec);
  expect(statuses(report)).toEqual({ it: 'pass' });
});

test('random content is the same where it is placed and where it is expected', async () => {
  const copies = 'import sys\nsys.stdout.buffer.write(open("x", "rb").read())\n';
  const report = await gradeInline(
    { 'client.py': copies },
    specOf('client: { files: { x: { random: noise, bytes: 300 } } }', {
      it: '    steps: [{ start: client }, { check: { program: client, stdout: { equals: { random: noise, bytes: 300 } } } }]',
    }),
  );
  expect(statuses(report)).toEqual({ it: 'pass' });
});

test('names that lead out, payloads that are none and files that are not there are reported', async () => {
  const files = `{ ../x: a, /etc/x: a, y: { repeat: x }, z: { file: nowhere.bin }, w: "\${{ nobody }}" }`;
  const error = await gradeInline(
    { 'client.py': SHOWS },
    specOf(`client: { files: ${files} }`, { it: steps }),
  ).catch((caught: unknown) => caught);
  const { rendered } = error as SpecError;
  expect(error).toBeInstanceOf(SpecError);
  for (const words of [
    '"../x" is no file within the folder',
    '"/etc/x" is no file within the folder',
    'the content of "y" "repeat" needs a length',
    'the file "nowhere.bin" can\'t be read: there is no such file',
    'unknown name "nobody"',
  ])
    expect(rendered).toContain(words);
});
