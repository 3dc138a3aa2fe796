import * as v from 'valibot';
import { byteCount } from '../../base/fields.ts';
import { milliseconds } from '../../base/units.ts';
import type { JudgeContext } from '../definition.ts';
import { lastOutput } from '../describe.ts';
import { fail, type Outcome, PASS } from '../outcome.ts';
import { needs } from '../scope.ts';
import type { TraceView } from '../view.ts';
import { defineClaim, unseen } from './definition.ts';

interface UnreadClaim {
  readonly conn: string;
  readonly bytes: number | 'all';
}

/** What lies unread: of a connection a number of bytes, of a UDP port something or nothing. */
export const unreadEntries = {
  unread: v.exactOptional(
    v.union(
      [v.literal('all'), v.picklist(['none', 'some']), byteCount],
      'is a number of bytes, or all that was sent; of a UDP port none or some',
    ),
  ),
};
export const UNREAD_ABOUT = {
  unread:
    'How many bytes lie in the kernel that the program has not received yet: a number, or `all` that was sent; of the `port` of a UDP program `none` or `some`, since the kernel does not count its datagrams.',
};

/** So many bytes lie in the kernel that the program has not received. */
export const unread = defineClaim({
  subject: 'conn',
  words: ['unread'],
  keyed: { elsewhere: '"unread" is said of a connection\nwrite conn: a' },
  entries: unreadEntries,
  about: UNREAD_ABOUT,
  problem: ({ unread: written }) =>
    written === 'none' || written === 'some'
      ? `unread: ${written} is said of a UDP port\nwrite port: server`
      : undefined,
  scope: (args, known) => {
    if (args.unread === 'none' || args.unread === 'some') return { args, problems: [] };
    const fix = 'of a UDP server say port: server, unread: none (or some)';
    const what = 'it cannot be said';
    return { args, problems: needs(args.conn, 'countsUnread', known, { key: 'unread', what, fix }) };
  },
  read: ({ unread: bytes }, conn): UnreadClaim => ({
    conn,
    bytes: typeof bytes === 'number' ? bytes : 'all',
  }),
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
  });
}

/** How many bytes a claim wants unread. */
function wantedUnread(claim: UnreadClaim, view: TraceView): number {
  return claim.bytes === 'all' ? view.connection(claim.conn).sent : claim.bytes;
}
