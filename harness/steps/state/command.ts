import * as v from 'valibot';
import { defined } from '../../base/defined.ts';
import { text } from '../../base/fields.ts';
import type { PlanStep } from '../../model/index.ts';
import type { JudgeContext } from '../definition.ts';
import { fail, inconclusive, type Outcome, PASS } from '../outcome.ts';
import type { TraceView } from '../view.ts';
import { defineClaim } from './definition.ts';

/** A checker of the course: its command, and the files that it is made of, in base64 by their names. */
export interface CheckerCommand {
  readonly run: string;
  readonly shell: boolean;
  readonly files: Readonly<Record<string, string>>;
}

const command: v.GenericSchema<unknown, CheckerCommand> = v.union(
  [
    v.pipe(
      text,
      v.nonEmpty('must not be empty'),
      v.transform((run) => ({ run, shell: false, files: {} })),
    ),
    v.strictObject({
      run: v.pipe(text, v.nonEmpty('must not be empty')),
      shell: v.exactOptional(v.boolean('is true or false'), false),
      // A list until it is planned, and their contents by name from then on.
      files: v.exactOptional(
        v.pipe(
          v.union(
            [v.array(text), v.record(v.string(), v.string())],
            'is a list of files, such as [checks/common.py]',
          ),
          v.transform((files): Readonly<Record<string, string>> => (Array.isArray(files) ? {} : files)),
        ),
        [],
      ),
    }),
  ],
  'is a command, or { run: "python3 checks/order.py", files: [checks/common.py] }',
);

/** The checker of a step that is one. */
export function checkerOf({ verb, args }: PlanStep): CheckerCommand | undefined {
  if ((verb !== 'check' && verb !== 'assume') || args.command === undefined) return undefined;
  const read = v.safeParse(command, args.command);
  return read.success ? read.output : undefined;
}

/** A program of the course says whether what was exchanged is right. */
export const checker = defineClaim({
  subject: 'command',
  words: ['command'],
  keyed: { elsewhere: 'a command speaks of all that happened\nwrite check: { command: … } alone' },
  entries: { command: v.exactOptional(command) },
  about: {
    command:
      'The last resort: a command of the course that gets what was exchanged as JSON on its standard input and prints `{ "pass": true }` or `{ "pass": false, "message": "…" }`, with an optional `hint`. It runs isolated once the programs have ended. Any other answer, a status other than 0, or more than 10 s is the author’s mistake: inconclusive. Files beside the specification that the command names come along; `{ run: …, files: […] }` names more.',
  },
  read: ({ command }): CheckerCommand => command ?? { run: '', shell: false, files: {} },
  sentence: ({ run }) => `the command "${run}" finds what was exchanged right`,
  run: async () => {},
  judge: judgeChecker,
  // It is run again on what was recorded.
  covers: () => true,
});

function judgeChecker({ run }: CheckerCommand, view: TraceView, { live }: JudgeContext): Outcome {
  const checked = view.inStep('checked');
  // While the run goes on nothing is known of it yet.
  if (checked === undefined && live === true) return PASS;
  if (checked === undefined || 'problem' in checked)
    return inconclusive('precondition', {
      cause: 'unknown',
      summary: `The checker of the course, "${run}", gave no answer: ${checked?.problem ?? 'it was not run'}.`,
      hint: 'Repair the checker: it prints {"pass": true} or {"pass": false, "message": "…"} and exits with status 0.',
    });
  if (checked.pass) return PASS;
  const { message, hint } = checked;
  return fail({
    cause: 'checker',
    summary: message ?? 'The checker of the course did not find it right.',
    expected: `what "${run}" accepts`,
    actual: 'it does not accept it',
    ...defined({ diagnosis: hint }),
  });
}
