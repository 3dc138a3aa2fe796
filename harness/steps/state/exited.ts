import * as v from 'valibot';
import { defined } from '../../base/defined.ts';
import { signal } from '../../base/fields.ts';
import { milliseconds } from '../../base/units.ts';
import type { JudgeContext } from '../definition.ts';
import { describeExit, lastOutput } from '../describe.ts';
import { fail, type Outcome, PASS } from '../outcome.ts';
import type { TraceView } from '../view.ts';
import { defineClaim } from './definition.ts';

const exitStatus = v.pipe(
  v.number('is an exit status from 0 to 255'),
  v.integer('is a whole number'),
  v.minValue(0, 'is an exit status from 0 to 255'),
  v.maxValue(255, 'is an exit status from 0 to 255'),
);

/** A status that a program must exit with, or must not. */
type ExitStatus = number | { readonly not: number };

interface ExitedClaim {
  readonly program: string;
  readonly code?: ExitStatus;
  readonly signal?: string;
}

/** A program has ended. */
export const exited = defineClaim({
  subject: 'program',
  words: ['exited'],
  entries: {
    code: v.exactOptional(
      v.union(
        [exitStatus, v.strictObject({ not: exitStatus })],
        'is an exit status from 0 to 255, or {not: 0}',
      ),
    ),
    signal: v.exactOptional(signal),
  },
  about: {
    code: 'With `is: exited`: the exit status that it must have, or must not: `{ not: 0 }`.',
    signal: 'With `is: exited`: the signal that it must be killed by.',
  },
  read: ({ code, signal }, program): ExitedClaim => ({ program, ...defined({ code, signal }) }),
  sentence: ({ program, code, signal }) =>
    `${program} has exited${code === undefined ? '' : describeStatus(code)}${signal === undefined ? '' : ` by ${signal}`}`,
  run: async ({ program }, context) => {
    await context.until(() => context.view.instance(program)?.exit !== undefined);
  },
  judge: judgeExited,
  covers: (recorded, wanted) => recorded.program === wanted.program,
});

function describeStatus(code: ExitStatus): string {
  return typeof code === 'number' ? ` with status ${code}` : ` with another status than ${code.not}`;
}

function judgeExited(claim: ExitedClaim, view: TraceView, { within }: JudgeContext): Outcome {
  const instance = view.instance(claim.program);
  const exit = instance?.exit;
  if (!instance || !exit) {
    return fail({
      cause: 'not_exited',
      summary: `The program did not end${view.inStep('step_end')?.rested ? '' : ` within ${milliseconds(within)}`}.`,
      expected: 'the program ends',
      actual: 'still running',
      evidence: lastOutput(view, claim.program),
    });
  }
  const wrongCode = claim.code !== undefined && !fits(claim.code, exit.code);
  const wrongSignal = claim.signal !== undefined && exit.signal !== claim.signal;
  if (!wrongCode && !wrongSignal) return PASS;
  const wanted =
    claim.code === undefined
      ? `killed by ${claim.signal}`
      : typeof claim.code === 'number'
        ? `exits with status ${claim.code}`
        : `exits with a status other than ${claim.code.not}`;
  const sent = exit.reason === 'step' && exit.signal !== null;
  const how = sent ? describeSent(exit.signal, view, claim.program) : describeExit(instance);
  return fail({
    cause: exit.signal !== null && claim.signal === undefined && !sent ? 'crashed' : 'wrong_exit',
    summary: `The program ${how}.`,
    expected: wanted,
    actual: how,
    evidence: lastOutput(view, claim.program),
  });
}

/** A program that was killed by a signal has no status. */
function fits(wanted: ExitStatus, code: number | null): boolean {
  return typeof wanted === 'number' ? code === wanted : code !== null && code !== wanted.not;
}

/** A signal that the grader sent, and what it had sent before in vain. */
function describeSent(signal: string | null, view: TraceView, program: string): string {
  const before = view.events.find(
    (event) => event.type === 'signal' && event.program === program && event.signal !== signal,
  );
  return before?.type === 'signal' && signal === 'SIGKILL'
    ? `did not end by itself when it was sent ${before.signal}, and was killed by SIGKILL`
    : `was killed by the ${signal} that it was sent, and did not exit by itself`;
}
