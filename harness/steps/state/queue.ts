import { milliseconds } from '../../base/units.ts';
import type { JsonObject } from '../../model/index.ts';
import type { JudgeContext } from '../definition.ts';
import { lastOutput } from '../describe.ts';
import { fail, type Outcome, PASS } from '../outcome.ts';
import { type Scope, type Scoped, transportOfProgram } from '../scope.ts';
import type { TraceView } from '../view.ts';
import { defineClaim, unseen } from './definition.ts';
import { UNREAD_ABOUT, unreadEntries } from './unread.ts';

interface QueueClaim {
  readonly program: string;
  readonly queue: 'empty' | 'waiting';
}

/** Whether a datagram lies before a program; how many there are the kernel does not tell. */
export const queue = defineClaim({
  subject: 'port',
  words: ['unread'],
  keyed: { elsewhere: '"unread" is said of a connection\nwrite conn: a' },
  entries: unreadEntries,
  about: UNREAD_ABOUT,
  problem: ({ unread }) =>
    unread === 'none' || unread === 'some'
      ? undefined
      : '"unread" is said of a connection; of a UDP port it is none or some\nwrite conn: a, or unread: none',
  scope: ofUdp,
  read: ({ unread }, program): QueueClaim => ({ program, queue: unread === 'some' ? 'waiting' : 'empty' }),
  sentence: ({ program, queue: state }) =>
    `${state === 'empty' ? 'no datagram lies' : 'a datagram lies'} unread before ${program}`,
  run: ({ program, queue: state }, context) =>
    context.observeQueue(program, state === 'empty' ? 'none' : 'some'),
  judge: judgeQueue,
});

function ofUdp(args: JsonObject, known: Scope): Scoped {
  if (transportOfProgram(args.port, known) === 'udp') return { args, problems: [] };
  const message = 'unread: none and some are said of UDP ports';
  const fix = 'of a TCP connection say how many bytes: conn: a, unread: 0';
  return { args, problems: [{ key: 'unread', message, fix }] };
}

function judgeQueue(
  { program, queue: wanted }: QueueClaim,
  view: TraceView,
  { within }: JudgeContext,
): Outcome {
  const seen = view.observed('datagrams');
  if (!seen || seen.socket === 'unseen') return unseen('what lies unread before a UDP socket');
  if (seen.socket !== 'none' && seen.unread === (wanted === 'waiting')) return PASS;
  const evidence = lastOutput(view, program);
  if (seen.socket === 'none')
    return fail({
      cause: 'not_listening',
      summary: `The program has no UDP socket on port ${seen.port}.`,
      expected: `a UDP socket on port ${seen.port}`,
      actual: 'none',
      evidence,
    });
  const states = { empty: 'everything is read', waiting: 'a datagram lies unread' };
  return fail({
    cause: wanted === 'empty' ? 'not_read' : 'state',
    ...(wanted === 'empty' ? { detail: 'one_datagram_only' } : {}),
    summary:
      wanted === 'empty'
        ? `A datagram lies unread before the program: it was not taken by recvfrom() within ${milliseconds(within)}.`
        : 'No datagram lies unread before the program.',
    expected: states[wanted],
    actual: states[wanted === 'empty' ? 'waiting' : 'empty'],
    evidence,
  });
}
