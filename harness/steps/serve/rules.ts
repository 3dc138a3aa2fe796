import * as v from 'valibot';
import { name, text } from '../../base/fields.ts';
import { decide, type Frame, withoutEnding } from '../../match/frame.ts';
import { frame, type WrittenFrame } from '../../match/frame-fields.ts';
import type { Arrived, Decision, Matcher } from '../../match/matcher.ts';
import type { WrittenMatcher } from '../../match/matchers/definition.ts';
import { httpRequest } from '../../match/matchers/http-request.ts';
import { matcherMap } from '../../match/matchers/index.ts';
import { ANY_MESSAGE } from '../../match/matchers/length.ts';
import { type Payload, payloadBytes, showPayload } from '../../match/payload.ts';
import { payload } from '../../match/payload-fields.ts';
import type { Json, JsonObject } from '../../model/index.ts';
import { fillTemplates, isLate } from '../template.ts';

/** What is sent: known beforehand, or put together from what rules keep. */
export type Answer =
  | { readonly kind: 'payload'; readonly payload: Payload }
  | { readonly kind: 'late'; readonly value: Json };

export type Ending = 'close' | 'reset' | 'half_close';

export interface Rule {
  /** Any message fits without. */
  readonly when?: WrittenMatcher;
  readonly send?: Answer;
  readonly end?: Ending;
  readonly capture?: string | Readonly<Record<string, string | number>>;
  /** So often it fits, and so often it must have. @default any number */
  readonly times?: number;
  readonly name?: string;
}

export const answer: v.GenericSchema<unknown, Answer> = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, Answer>(({ dataset, addIssue, NEVER }) => {
    const { value } = dataset;
    if (isLate(value)) return { kind: 'late', value: value.$late };
    const read = v.safeParse(payload, value);
    if (read.success) return { kind: 'payload', payload: read.output };
    addIssue({ message: read.issues[0].message });
    return NEVER;
  }),
);

const TIMES = 'is a number of times from 1 to 1000';
export const rule: v.GenericSchema<unknown, Rule> = v.strictObject(
  {
    when: v.exactOptional(matcherMap),
    send: v.exactOptional(answer),
    end: v.exactOptional(v.picklist(['close', 'reset', 'half_close'], 'is close, reset or half_close')),
    capture: v.exactOptional(
      v.union(
        [name, v.record(name, v.union([v.string(), v.number()]))],
        'is a name, or a map such as {id: 1}',
      ),
    ),
    times: v.exactOptional(
      v.pipe(v.number(TIMES), v.integer(TIMES), v.minValue(1, TIMES), v.maxValue(1_000, TIMES)),
    ),
    name: v.exactOptional(text),
  },
  'is a rule such as { when: { equals: PING }, send: PONG }',
);

const request = httpRequest.of({ headers: {} });

/** How messages end: as for `expect`, but `http` is a request. */
export const messageFrame: v.GenericSchema<unknown, WrittenFrame> = v.pipe(
  frame,
  v.check(
    ({ kind }) => kind !== 'match' && kind !== 'idle',
    'says where each message ends\nread by line, http, bytes, delimiter, length_prefix, datagrams or close',
  ),
);

/** Takes the next message of a stream, whatever it says. */
export function nextMessage(written: WrittenFrame, arrived: Arrived, seed: string): Decision {
  if (written.kind === 'http') return decide({ kind: 'match' }, request.build(seed), arrived);
  return decide(frameWith(written, seed), ANY_MESSAGE, arrived);
}

function frameWith(written: Exclude<WrittenFrame, { kind: 'http' }>, seed: string): Frame {
  if (written.kind !== 'delimiter') return written;
  return { kind: 'delimiter', bytes: payloadBytes(written.payload, seed) };
}

/** Whether a message fits a rule; a line is judged without its ending, unless the matcher names a newline itself. */
export function fits({ when }: Rule, message: Buffer, written: WrittenFrame, seed: string): boolean {
  if (when === undefined) return true;
  const matcher = when.build(seed);
  return matcher.mismatch(judged(matcher, message, written)) === undefined;
}

function judged(matcher: Matcher, message: Buffer, { kind }: WrittenFrame): Buffer {
  return kind === 'line' && !matcher.wantsNewline ? withoutEnding(message) : message;
}

/** What a rule is called in the trace and in findings. */
export function ruleName({ name: own, when }: Rule, number: number, seed: string): string {
  return own ?? (when === undefined ? `rule ${number}` : `rule ${number}, ${when.build(seed).describe()}`);
}

/** The bytes of an answer; throws a ValiError when what was kept makes none. */
export function answerBytes(one: Answer, variables: ReadonlyMap<string, string>, seed: string): Buffer {
  if (one.kind === 'payload') return payloadBytes(one.payload, seed);
  return payloadBytes(v.parse(payload, fillTemplates(one.value, variables)), seed);
}

/** "send 5 bytes: hello" */
export function describeAnswer({ send, end }: Pick<Rule, 'send' | 'end'>, seed: string): string {
  const sent =
    send === undefined
      ? []
      : [
          send.kind === 'payload'
            ? `send ${showPayload(send.payload, seed)}`
            : 'send what it is made of then',
        ];
  const ends = end === undefined ? [] : [end.replace('_', '-')];
  const all = [...sent, ...ends];
  return all.length === 0 ? 'send nothing' : all.join(' and ');
}

/** The names under which rules keep something, from how they are written. */
export function keptBy(rules: Json | undefined): readonly string[] {
  if (!Array.isArray(rules)) return [];
  return (rules as readonly Json[]).flatMap(captures).flatMap((name) => [name, `${name}.length`]);
}

/** The names that stand behind `capture` anywhere in a value; what is sent keeps nothing. */
function captures(value: Json): readonly string[] {
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(captures);
  return Object.entries(value as JsonObject).flatMap(([key, item]) => {
    if (key === 'send') return [];
    if (key !== 'capture') return captures(item);
    if (typeof item === 'string') return [item];
    return item !== null && typeof item === 'object' ? Object.keys(item) : captures(item);
  });
}
