import * as v from 'valibot';
import { byteCount } from '../../base/fields.ts';
import { milliseconds } from '../../base/units.ts';
import type { JudgeContext } from '../definition.ts';
import { lastOutput } from '../describe.ts';
import { fail, type Outcome, PASS } from '../outcome.ts';
import type { TraceView } from '../view.ts';
import { defineClaim, unseen } from './definition.ts';

interface UnreadClaim {
  readonly conn: string;
  readonly bytes: number | 'all';
}

/** So many bytes lie in the kernel that the program has not received. */
export const unread = defineClaim({
  subject: 'conn',
  words: ['unread'],
  keyed: { elsewhere: '"unread" is said of a connection\nwrite conn: a' },
  entries: {
    unread: v.exactOptional(
      v.union([v.literal('all'), byteCount], 'is a number of bytes, or all that was sent'),
    ),
  },
  about: {
    unread:
      'How many bytes lie in the kernel that the program has not received yet: a number, or `all` that was sent.',
  },
  read: ({ unread: bytes = 'all' }, conn): UnreadClaim => ({ conn, bytes }),
  sentence: ({ conn, bytes }) =>
    `${bytes === 'all' ? 'all bytes' : `${bytes} bytes`} sent on ${conn} lie unread before the program`,
  run: (claim, context) => context.observeUnread(claim.conn, wantedUnread(claim, context.view)),
  judge: judgeUnread,
});

function judgeUnread(claim: UnreadClaim, view: TraceView, { within }: JudgeContext): Outcome {
  const seen = view.observed('unread');
  if (!seen || seen.bytes === -1) return unseen('how many bytes a program has not read yet');
  const wanted = wantedUnread(claim, view);
  if (seen.bytes === wanted) return PASS;
  if (wanted === 0 && seen.bytes === null && view.ended(claim.conn)) return PASS;
  const gone = seen.bytes === null;
  const actual = gone ? 'the connection is gone' : `${seen.bytes} bytes unread`;
  return fail({
    cause: 'not_read',
    summary: gone
      ? `The program has closed the connection; it should be open, with ${wanted} bytes unread.`
      : `The program has ${actual}; it should have ${wanted}.`,
    expected: `${wanted} bytes unread within ${milliseconds(within)}`,
    actual,
    evidence: [...view.instances.keys()].flatMap((name) => lastOutput(view, name)),
    ...(wanted === 0 && !gone && seen.accepted ? { hint: TAKE_IT } : {}),
  });
}

const TAKE_IT =
  'What the client has sent lies there unread: take it with recv() as it comes, without MSG_PEEK and without waiting for more of it.';

/** How many bytes a claim wants unread. */
function wantedUnread(claim: UnreadClaim, view: TraceView): number {
  return claim.bytes === 'all' ? view.connection(claim.conn).sent : claim.bytes;
}
