import { milliseconds, percent } from '../../base/units.ts';
import { BUSY_SHARE, describeThreads, programOutput } from '../describe.ts';
import { fail, type Outcome, PASS } from '../outcome.ts';
import type { TraceView } from '../view.ts';
import type { EndExpected } from './expectation.ts';

/** Expecting the end of the connection. */
export function judgeEnding(args: EndExpected, view: TraceView, within: number): Outcome {
  const { ended, error, localClose, accepted } = view.connection(args.on);
  const by = error === undefined ? ended : 'rst';
  if (by === undefined) return notClosed(view, { within, localClose, accepted });
  if (args.how === 'fin' && by === 'rst') {
    return fail({
      cause: 'closed_by_reset',
      summary: 'The program aborted the connection (RST) instead of closing it in an orderly way (FIN).',
      expected: 'FIN',
      actual: 'RST',
      evidence: programOutput(view),
    });
  }
  if (args.how === 'reset' && by === 'fin') {
    return fail({
      cause: 'closed_by_fin',
      summary: 'The program closed the connection in an orderly way (FIN); an RST was wanted.',
      expected: 'RST',
      actual: 'FIN',
    });
  }
  return PASS;
}

function notClosed(
  view: TraceView,
  {
    within,
    localClose,
    accepted,
  }: {
    readonly within: number;
    readonly localClose: ReturnType<TraceView['connection']>['localClose'] | undefined;
    readonly accepted: boolean;
  },
): Outcome {
  const activity = view.observed('activity');
  const spinning = activity !== undefined && activity.share > BUSY_SHARE;
  const time = view.inStep('step_end')?.rested ? '' : ` within ${milliseconds(within)}`;
  const afterFin =
    localClose === 'half_close'
      ? ` after the ${accepted ? 'server' : 'client'} had said that it was done (FIN)`
      : '';
  return fail({
    cause: spinning ? 'spinning' : 'not_closed',
    summary: `The program did not close the connection${time}${afterFin}.`,
    expected: 'the program closes the connection',
    actual: spinning
      ? `the program spins, using ${percent(activity.share)} of a processor`
      : 'the connection stays open',
    evidence: [
      ...describeThreads(activity?.threads ?? []).map((line) => `the program is ${line}`),
      ...programOutput(view),
    ],
  });
}

/** "in an orderly way (FIN)", with a space before it; empty where either way will do. */
export function describeEnding(how: EndExpected['how']): string {
  if (how === true) return '';
  return { fin: ' in an orderly way (FIN)', reset: ' with an abort (RST)' }[how];
}
