import { defined } from '../../base/defined.ts';
import { milliseconds, percent } from '../../base/units.ts';
import { describeExit, describeThreads, endedByItself, lastOutput } from '../describe.ts';
import { fail, type Outcome, PASS } from '../outcome.ts';
import type { TraceView } from '../view.ts';
import { ACTIVITY_ABOUT, activityEntries } from './activity-entries.ts';
import { defineClaim, unseen } from './definition.ts';

interface RunningClaim {
  readonly program: string;
  readonly forMs: number;
  /** Largest share of one processor, 0 to 1. */
  readonly cpu?: number;
}

/** A program runs, and perhaps uses little of the processor. */
export const running = defineClaim({
  subject: 'program',
  words: ['running'],
  entries: activityEntries,
  about: ACTIVITY_ABOUT,
  read: ({ cpu, for: forMs = 0 }, program): RunningClaim => ({ program, forMs, ...defined({ cpu }) }),
  sentence: ({ program, cpu, forMs }) =>
    `${program} is running${cpu === undefined ? '' : `, using less than ${percent(cpu)} of a processor`}${forMs > 0 ? `, for ${milliseconds(forMs)}` : ''}`,
  lasts: ({ forMs }) => forMs,
  run: ({ program, forMs, cpu }, context) => context.observeActivity(program, forMs, cpu),
  judge: judgeRunning,
});

function judgeRunning(claim: RunningClaim, view: TraceView): Outcome {
  const instance = view.instance(claim.program);
  const exited = endedByItself(view, claim.program);
  if (exited) {
    return fail({
      cause: exited.exit?.signal ? 'crashed' : 'exited',
      summary: `The program ${describeExit(exited)}; it should still be running.`,
      expected: 'the program goes on running',
      actual: describeExit(exited),
      evidence: lastOutput(view, claim.program),
    });
  }
  if (!instance || instance.exit)
    return fail({
      cause: 'exited',
      summary: 'The program is not running.',
      expected: 'running',
      actual: 'ended',
    });
  if (claim.cpu === undefined) return PASS;
  const seen = view.observed('activity');
  if (!seen || Number.isNaN(seen.share) || seen.share < 0)
    return unseen('how much of the processor the program uses');
  if (seen.share < claim.cpu) return PASS;
  return fail({
    cause: 'spinning',
    summary: `The program is busy-waiting: it uses ${percent(seen.share)} of a processor with nothing to do.`,
    expected: `less than ${percent(claim.cpu)} of a processor`,
    actual: percent(seen.share),
    evidence: describeThreads(seen.threads).map((line) => `the program is ${line}`),
  });
}
