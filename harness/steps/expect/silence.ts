import { milliseconds } from '../../base/units.ts';
import { countBytes, escapeBytes } from '../../match/view.ts';
import { programOutput } from '../describe.ts';
import { fail, type Outcome, PASS } from '../outcome.ts';
import type { TraceView } from '../view.ts';
import type { SilenceExpected } from './expectation.ts';

/** Expecting silence. */
export function judgeSilence(args: SilenceExpected, view: TraceView): Outcome {
  const pending = view.pending(args.on);
  if (!view.hasPending(args.on)) return PASS;
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
