import { readFileSync } from 'node:fs';
import { shippedLibrary } from '../../grading/load-assignment.ts';
import { libraryTable } from '../../spec/library-table.ts';
import { gradeInline, statuses } from '../../testing/inline.ts';
import { diagnose } from '../../testing/spec-text.ts';
import { type Answers, slug, usualScenarios } from './answers.ts';
import { newAssignment } from './assignment.ts';
import { chooseFaults } from './faults.ts';
import { sourceOf } from './source.ts';

const SPECS = new URL('../../../specs/', import.meta.url);
const library = libraryTable(shippedLibrary);
const materials = {
  template: (file: string) => readFileSync(new URL(`init/${file}`, SPECS), 'utf8'),
  schema: '{}',
  library,
};
const answers = (some: Partial<Answers>): Answers => {
  const { role = 'server', transport = 'tcp' } = some;
  return {
    title: 'Greeter',
    role,
    transport,
    language: 'python',
    protocol: 'line',
    scenarios: usualScenarios(role, transport),
    ...some,
  };
};

/** The files of one folder of a new assignment. */
function below(files: ReadonlyMap<string, string>, folder: string): Record<string, string> {
  const inside = [...files].filter(([name]) => name.startsWith(`${folder}/`));
  return Object.fromEntries(inside.map(([name, text]) => [name.slice(folder.length + 1), text]));
}

const KINDS = [
  answers({}),
  answers({ protocol: 'binary' }),
  answers({ language: 'c' }),
  answers({ language: 'java', protocol: 'binary' }),
  answers({ language: 'javascript' }),
  answers({ role: 'client' }),
  answers({ role: 'client', language: 'c', protocol: 'binary' }),
  answers({ transport: 'udp' }),
  answers({ transport: 'udp', role: 'client', protocol: 'binary' }),
];

test.each(KINDS.map((each) => [each.role, each.language, each.protocol, each] as const))(
  'a %s in %s with %s messages: the right one passes, each wrong one fails what shows its fault',
  async (_role, _language, _protocol, each) => {
    const { files, spec } = newAssignment(each, materials);
    const text = files.get(spec) ?? '';
    expect(diagnose(text)).toBe('');
    const faults = chooseFaults(each);
    expect(faults).toHaveLength(2);
    const [right, ...wrong] = await Promise.all([
      gradeInline(below(files, 'solution'), text),
      ...faults.map(({ name, caughtBy = [] }) =>
        gradeInline(below(files, `wrong/${name}`), text, {
          only: each.scenarios.filter((id) => caughtBy.includes(id)),
        }),
      ),
    ]);
    expect(right && statuses(right)).toEqual(Object.fromEntries(each.scenarios.map((id) => [id, 'pass'])));
    expect(wrong.map(({ status }) => status)).toEqual(['fail', 'fail']);
  },
);

test('two wrong programs fail whatever single scenario is chosen', async () => {
  const rows = library.filter(({ role }) => role === 'server').map(({ name }) => name);
  for (const name of rows)
    expect([name, chooseFaults(answers({ scenarios: [name] })).length]).toEqual([name, 2]);
  const { files, spec } = newAssignment(answers({ scenarios: ['listens'] }), materials);
  for (const fault of ['deaf', 'ends-at-once']) {
    const report = await gradeInline(below(files, `wrong/${fault}`), files.get(spec) ?? '');
    expect([fault, report.status]).toEqual([fault, 'fail']);
  }
});

test('a title becomes a file name, and stays itself in the specification', () => {
  expect(['Lab 2: Chat', 'Übung №1', '聊天', '#1 "x"'].map(slug)).toEqual([
    'lab-2-chat',
    'ubung-no1',
    'assignment',
    '1-x',
  ]);
  for (const title of ['Lab 2: Chat', '#1 "x"', "it's", '- a', '${{ x }}'.replace('$', '$$')]) {
    const { files, spec } = newAssignment(answers({ title }), materials);
    expect(diagnose(files.get(spec) ?? '')).toBe('');
  }
});

test('a template keeps the parts whose words hold', () => {
  const template = 'a\n#: about\n#: if x and not y\nb\n#: if z\nc\n#: else\nd\n#: end\n#: end\ne';
  const made = (...words: string[]) => sourceOf(template, new Set(words), 'T');
  expect([made('x'), made('x', 'z'), made('x', 'y', 'z')]).toEqual([
    'a\n# T\nb\nd\ne',
    'a\n# T\nb\nc\ne',
    'a\n# T\ne',
  ]);
});
