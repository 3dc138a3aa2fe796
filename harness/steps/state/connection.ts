import { milliseconds } from '../../base/units.ts';
import type { JudgeContext } from '../definition.ts';
import { describeExit, endedByItself, lastOutput } from '../describe.ts';
import { fail, type Outcome, PASS } from '../outcome.ts';
import { needs } from '../scope.ts';
import type { TraceView } from '../view.ts';
import { defineClaim, unseen } from './definition.ts';

interface ConnectionClaim {
  readonly conn: string;
  readonly is: 'open' | 'closed' | 'reset' | 'accepted';
}

/** A connection is in a state. */
export const connection = defineClaim({
  subject: 'conn',
  words: ['open', 'closed', 'reset', 'accepted'],
  entries: {},
  about: {},
  scope: (args, known) => {
    const what = `it cannot be ${String(args.is)}`;
    return {
      args,
      problems: needs(args.conn, 'ends', known, { key: 'is', what, fix: 'say it of the program' }),
    };
  },
  read: (_, conn, is): ConnectionClaim => ({ conn, is }),
  sentence: ({ conn, is }) => (is === 'accepted' ? `the program has accepted ${conn}` : `${conn} is ${is}`),
  run: async ({ conn, is }, context) => {
    if (is === 'accepted') await context.observeAccepted(conn);
    else if (is !== 'open') await context.until(() => context.view.ended(conn));
  },
  judge: judgeConnection,
});

function judgeConnection(claim: ConnectionClaim, view: TraceView, { within }: JudgeContext): Outcome {
  const gone = view.ended(claim.conn);
  const program = [...view.instances.keys()].find((name) => endedByItself(view, name));
  const exited = program === undefined ? undefined : endedByItself(view, program);
  const evidence = [...view.instances.keys()].flatMap((name) => lastOutput(view, name));
  if (claim.is === 'accepted') {
    const seen = view.observed('unread');
    if (seen?.accepted) return PASS;
    if (seen?.bytes === -1) return unseen('whether a connection was accepted');
    return gone && !exited ? PASS : notAccepted(exited, evidence, within);
  }
  const state = stateOf(claim.conn, view);
  if (state === claim.is || (claim.is === 'closed' && state === 'reset')) return PASS;
  const early = state === 'reset' ? 'early_reset' : 'early_close';
  return fail({
    cause: claim.is === 'open' ? early : 'not_closed',
    summary: `The connection is ${state}; it should be ${claim.is}.`,
    expected: claim.is,
    actual: exited ? `${state}: the program ${describeExit(exited)}` : state,
    evidence,
  });
}

function stateOf(conn: string, view: TraceView): 'open' | 'closed' | 'reset' {
  const { ended, error } = view.connection(conn);
  if (!view.ended(conn)) return 'open';
  return ended === 'rst' || error !== undefined ? 'reset' : 'closed';
}

function notAccepted(
  exited: ReturnType<typeof endedByItself>,
  evidence: readonly string[],
  within: number,
): Outcome {
  const actual = exited ? `the program ${describeExit(exited)}` : 'the connection waits in the queue';
  return fail({
    cause: exited ? 'exited' : 'not_accepted',
    summary: `The connection was not accepted: ${actual}.`,
    expected: `the program accepts the connection within ${milliseconds(within)}`,
    actual,
    evidence,
  });
}
