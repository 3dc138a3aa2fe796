import { CONSUMERS } from '../testing/consumers.ts';
import { RENDERERS } from '../testing/renderers.ts';
import { finding, report, STAFF, verdict } from '../testing/sample-report.ts';

interface Understood {
  readonly commands: readonly {
    readonly name: string;
    readonly properties: Readonly<Record<string, string>>;
    readonly message: string;
  }[];
  readonly shown: string;
}

function understood(what: ReturnType<typeof report>, options = {}): Understood {
  const text = RENDERERS.github?.(what, { ...STAFF, ...options }) ?? '';
  return CONSUMERS.github?.(text) as Understood;
}

test('an annotation says everything on one line, at the step', () => {
  const { commands } = understood(
    report([
      verdict('fail', { title: 'a: 100 %, b', findings: [finding({ summary: 'x\n::error::y %0A' })] }),
    ]),
  );
  expect(commands).toEqual([
    {
      name: 'error',
      properties: { file: 'echo.grade.yaml', line: '12', title: 'fail-one: a: 100 %, b' },
      message: expect.stringMatching(/^x\n::error::y %0A\nexpected: "hello"\n/),
    },
  ]);
});

test('a specification outside of the repository is not linked', () => {
  const step = { index: 0, verb: 'expect', file: '/opt/course/echo.grade.yaml', line: 1, column: 1 };
  const { commands } = understood(report([verdict('fail', { findings: [finding({ step })] })]));
  expect(commands[0]?.properties).toEqual({ title: 'fail-one: A scenario that ends with fail' });
});

test('inconclusive is a warning, and of more than ten errors nine are shown', () => {
  const fails = Array.from({ length: 12 }, (_, index) => verdict('fail', { id: `f${index}` }));
  const { commands } = understood(report([...fails, verdict('inconclusive')]));
  expect(commands.map(({ name }) => name)).toEqual([...Array(10).fill('error'), 'warning']);
  expect(commands[9]?.message).toBe('3 more in the summary');
});

test('output is shown only while commands are stopped, and not at all without a token', () => {
  const sly = verdict('fail', {
    findings: [finding({ actual: '::add-mask::x', evidence: ['::error::no'] })],
  });
  const { commands, shown } = understood(report([sly]));
  expect(commands.map(({ name }) => name)).toEqual(['error']);
  expect(shown).toContain('::add-mask::x');
  const { token: _, ...rest } = STAFF;
  const text = RENDERERS.github?.(report([sly]), rest) ?? '';
  expect(text.trimEnd().split('\n')).toHaveLength(1);
});
