import * as v from 'valibot';
import { defined } from '../base/defined.ts';
import { byteCount, duration, name } from '../base/fields.ts';
import { milliseconds } from '../base/units.ts';
import { describePayload, type Payload, payloadBytes, showPayload } from '../match/payload.ts';
import { payloadEntries, payloadProblem, toPayload } from '../match/payload-fields.ts';
import { countBytes } from '../match/view.ts';
import { TRANSPORTS } from '../model/transport.ts';
import { ON_EACH_KEY } from './about-keys.ts';
import { defineStep } from './definition.ts';
import { describeExit, endedByItself, lastOutput } from './describe.ts';
import { onNamed } from './effect.ts';
import { fail, inconclusive, type Outcome, PASS } from './outcome.ts';
import { needs, useConnection, withProblems } from './scope.ts';
import type { ConnectionView } from './view.ts';

interface Args {
  readonly on: string;
  readonly payload: Payload;
  readonly chunk?: number;
  readonly every?: number | 'received';
}

const schema: v.GenericSchema<unknown, Args> = v.pipe(
  v.strictObject({
    on: v.exactOptional(name, ''),
    ...payloadEntries,
    chunk: v.exactOptional(v.pipe(byteCount, v.minValue(1, 'is at least 1 byte'))),
    every: v.exactOptional(
      v.union([v.literal('received'), duration], 'is "received" or a duration such as 20ms'),
    ),
  }),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const { on, chunk, every, ...fields } = dataset.value;
    const problem = payloadProblem(fields);
    if (problem !== undefined) {
      addIssue({ message: problem });
      return NEVER;
    }
    if (every !== undefined && chunk === undefined) {
      addIssue({ message: '"every" paces chunks, so it needs their size\nadd chunk: 3' });
      return NEVER;
    }
    return { on, payload: toPayload(fields), ...defined({ chunk, every }) };
  }),
);

/** Sends bytes to the program, in one piece unless `chunk` says otherwise. */
export const send = defineStep({
  verb: 'send',
  usesNewline: true,
  summary:
    'Send bytes, in one piece, or in chunks paced by "every" (a time, or "received": once the program has taken the last one). By UDP a piece is a datagram.',
  about: {
    group: 'bytes',
    keys: {
      on: ON_EACH_KEY,
      chunk: 'Send in pieces of so many bytes.',
      every:
        'What to wait for between pieces: a time, or `received`: until the program has received the last one.',
    },
    examples: [
      'send: "exactly these bytes"',
      'send: { line: hello }',
      'send: { line: GET / HTTP/1.0, newline: crlf }',
      'send: { on: a, hex: "00 ff 0d 0a" }',
      'send: { random: data, bytes: 64KiB }',
      'send: { http: { path: /index.html, headers: { Connection: close } } }',
      'send: { join: [{ hex: "00 05" }, hello] }',
      'send: { line: in five pieces, chunk: 3, every: received }',
    ],
  },
  shorthand: 'text',
  onEach: true,
  takesText: 'bytes',
  schema,
  asserts: false,
  patience: 'default',
  scope: (args, scope) => {
    const scoped = useConnection(args, scope);
    if (args.every !== 'received') return scoped;
    const fix = 'pace it by a time, such as every: 20ms';
    const what = 'it cannot be waited for';
    return withProblems(scoped, needs(scoped.args.on, 'countsUnread', scope, { key: 'every', what, fix }));
  },
  effects: ({ on }) => onNamed(on, (conn) => ({ kind: 'sends', conn })),
  sentence: ({ on, payload, ...paced }, seed) =>
    `Send on ${on} ${showPayload(payload, seed)}${pieces(paced)}`,
  byHand: ({ on, payload }) => ({ kind: 'send', conn: on, payload }),
  run: ({ on, payload, chunk, every }, context) =>
    context.send(on, payloadBytes(payload, context.seed), defined({ chunk, every })),
  judge: ({ on, payload }, view, { plan, within }) => {
    const wanted = payloadBytes(payload, plan.seed).length;
    const sent = view
      .stepEvents()
      .reduce((sum, event) => sum + (event.type === 'sent' && event.conn === on ? event.length : 0), 0);
    const { transport, error } = view.connection(on);
    if (!TRANSPORTS[transport].stream && sent !== wanted) return notSent(wanted, error);
    const unread = view.observed('unread');
    const stuck = unread !== undefined && (unread.bytes === null || unread.bytes > 0);
    if (sent === wanted && !stuck) return PASS;
    const ended = view.ended(on);
    const program = [...view.instances.keys()].find((name) => endedByItself(view, name));
    const exited = program === undefined ? undefined : endedByItself(view, program);
    const expected = `the program takes all of ${sizedPayload(payload, wanted)}`;
    const evidence = program === undefined ? [] : lastOutput(view, program);
    if (ended || exited) {
      const why = exited ? `the program ${describeExit(exited)}` : 'the program closed the connection';
      return fail({
        // A client that ends well too early has a reason that the scenario knows better.
        cause: exited && !view.connection(on).accepted ? 'exited' : 'early_close',
        summary: `${why.charAt(0).toUpperCase()}${why.slice(1)} before all was sent to it${cameBack(view.connection(on))}.`,
        expected,
        actual: `${why} after ${sent} of ${wanted} bytes were sent`,
        evidence,
      });
    }
    return fail({
      cause: 'not_read',
      summary: `The program stopped reading: within ${milliseconds(within)} it took only a part of the ${wanted} bytes sent to it.`,
      expected,
      actual:
        stuck && unread.bytes !== null
          ? `${unread.bytes} bytes lie unread before the program`
          : `${sent} bytes were taken by the connection`,
      evidence,
    });
  },
});

/** What had come from a server by then; what a client answers is no reply. */
function cameBack({ accepted, received, consumed }: ConnectionView): string {
  const bytes = received.length - consumed;
  if (accepted) return '';
  return `; ${bytes === 0 ? 'nothing' : `${bytes} byte${bytes === 1 ? '' : 's'}`} had come back`;
}

/** A payload in words, and its length where the words don't tell. */
function sizedPayload(payload: Payload, length: number): string {
  const words = describePayload(payload);
  return new RegExp(`\\b${length}\\b`).test(words) ? words : `${words} (${length} bytes)`;
}

function pieces({ chunk, every }: Pick<Args, 'chunk' | 'every'>): string {
  if (chunk === undefined) return '';
  const size = ` -- in pieces of ${countBytes(chunk)}`;
  if (every === undefined) return size;
  return every === 'received'
    ? `${size}, each when the program has received the last`
    : `${size}, one every ${milliseconds(every)}`;
}

/** Most bytes of a datagram over IPv4, see udp(7). */
const LARGEST = 65_507;

/** The system takes every datagram that is not too large, be there a program or not. */
function notSent(length: number, error: string | undefined): Outcome {
  const large = length > LARGEST ? `: a datagram holds at most ${LARGEST} bytes` : '';
  return inconclusive('precondition', {
    cause: 'send_failed',
    summary: `The grader could not send a datagram of ${length} bytes${large || ` (${error ?? 'the socket is gone'})`}.`,
    hint: 'Send less, or in several datagrams: chunk: 1400.',
  });
}
