import { milliseconds } from '../../base/units.ts';
import { countBytes, escapeBytes } from '../../match/view.ts';
import { programOutput } from '../describe.ts';
import { fail, inconclusive, type Outcome, PASS } from '../outcome.ts';
import type { TraceView } from '../view.ts';
import type { SilenceExpected } from './expectation.ts';

/** Expecting silence. */
export function judgeSilence(args: SilenceExpected, view: TraceView): Outcome {
  const pending = view.pending(args.on);
  if (!view.hasPending(args.on)) return PASS;
  if (arrivedAfter(args, view))
    return inconclusive('harness', {
      cause: 'unknown',
      summary: `This machine was too busy: something arrived, but only after the ${milliseconds(args.forMs)} of silence were over by the clock.`,
      hint: 'Grade fewer submissions at once, or on a machine with less to do.',
    });
  const { sent, accepted } = view.connection(args.on);
  const early = sent === 0 && !accepted;
  return fail({
    cause: 'unexpected_bytes',
    summary: `The program sent ${countBytes(pending.length)} ${early ? 'before it had received anything' : 'that were not asked for'}.`,
    expected: `nothing for ${milliseconds(args.forMs)}`,
    actual: escapeBytes(pending),
    evidence: programOutput(view),
  });
}

/** A moment for what is under way, in milliseconds. */
const UNDER_WAY = 50;

/**
 * Whether the first bytes are later than the silence was asked for: a step is given more time where the machine is shared,
 * and a program that goes by a clock of its own may rightly speak in that time.
 */
function arrivedAfter({ on, forMs }: SilenceExpected, view: TraceView): boolean {
  const begin = view.inStep('step_begin');
  const end = view.connection(on).received.length - view.pending(on).length;
  const first = view.events.find(
    (event) => event.type === 'received' && event.conn === on && event.offset >= end,
  );
  return begin !== undefined && first !== undefined && first.t - begin.t > forMs + UNDER_WAY;
}
