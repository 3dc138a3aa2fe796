import { defined } from '../../base/defined.ts';
import { milliseconds, percent } from '../../base/units.ts';
import type { Observation } from '../../model/index.ts';
import type { JudgeContext } from '../definition.ts';
import { describeExit, describeThreads, endedByItself, lastOutput } from '../describe.ts';
import { type Found, fail, type Outcome, PASS } from '../outcome.ts';
import type { InstanceView, TraceView } from '../view.ts';
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

/** A program whose first process ended before any client came; what a client did to one that serves on is another matter. */
function wentToBackground(view: TraceView, program: string): InstanceView | undefined {
  const instance = view.instance(program);
  const hadClient = [...view.connections.values()].some(({ connected }) => connected);
  return instance?.inBackground && !hadClient ? instance : undefined;
}

function judgeRunning(claim: RunningClaim, view: TraceView, { plan }: JudgeContext): Outcome {
  const instance = view.instance(claim.program);
  const exited = endedByItself(view, claim.program) ?? wentToBackground(view, claim.program);
  if (exited) {
    return fail({
      cause: exited.exit?.signal ? 'crashed' : 'exited',
      summary: `The program ${describeExit(exited)}; it should still be running.`,
      expected: 'the program goes on running',
      actual: describeExit(exited),
      evidence: lastOutput(view, claim.program),
    });
  }
  if (!instance || (instance.exit && !instance.inBackground))
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
  if (seen.share < claim.cpu && seen.printed === undefined) return PASS;
  const found = busy(seen, claim.cpu);
  return plan.quietBeforeClient && view.observed('busy_trial')?.busy
    ? { status: 'pass', remark: { ...found, summary: `${found.summary} ${NOT_BY_CLIENT}` } }
    : fail(found);
}

/** Of a program that is busy with nothing to do, where its client is not why. */
export const NOT_BY_CLIENT = 'It is so before any client comes, too, which another scenario checks.';

function busy(seen: Extract<Observation, { what: 'activity' }>, most: number): Found {
  const expected = `less than ${percent(most)} of a processor`;
  const evidence = describeThreads(seen.threads).map((line) => `the program is ${line}`);
  if (seen.printed !== undefined)
    return {
      cause: 'spinning',
      summary: 'The program prints without end, with nothing to do.',
      expected: `${expected}, and no output while nothing happens`,
      actual: `${seen.printed} bytes were printed meanwhile`,
      evidence,
    };
  return {
    cause: 'spinning',
    summary: `The program is busy-waiting: it uses ${percent(seen.share)} of a processor with nothing to do.`,
    expected,
    actual: percent(seen.share),
    evidence,
  };
}
