import * as v from 'valibot';
import { defined } from '../../base/defined.ts';
import { name } from '../../base/fields.ts';
import { own } from '../../base/own.ts';
import { describeFrame } from '../../match/frame-fields.ts';
import type { JsonObject } from '../../model/index.ts';
import { TRANSPORTS } from '../../model/transport.ts';
import { defineStep } from '../definition.ts';
import { onNamed } from '../effect.ts';
import { type Scope, type Scoped, transportOf, useConnection, useListener } from '../scope.ts';
import { judgeServed } from './judge.ts';
import { answer, describeAnswer, keptBy, messageFrame, rule, ruleName } from './rules.ts';
import { serve as run, type ServeArgs, type Until } from './run.ts';

const MESSAGES = 'is a number of messages from 1 to 100000';
const until: v.GenericSchema<unknown, Until> = v.union(
  [
    v.picklist(['exited', 'closed']),
    v.strictObject({
      messages: v.pipe(
        v.number(MESSAGES),
        v.integer(MESSAGES),
        v.minValue(1, MESSAGES),
        v.maxValue(100_000, MESSAGES),
      ),
    }),
  ],
  'is exited, closed or { messages: 3 }',
);

const schema: v.GenericSchema<unknown, ServeArgs> = v.pipe(
  v.strictObject({
    on: v.exactOptional(name, ''),
    read: v.exactOptional(messageFrame, 'line'),
    greeting: v.exactOptional(answer),
    rules: v.pipe(v.array(rule, 'is a list of rules'), v.nonEmpty('needs at least one rule')),
    otherwise: v.exactOptional(v.union([v.literal('nothing'), answer])),
    until: v.exactOptional(until, 'exited'),
  }),
  v.transform(({ greeting, otherwise, ...rest }) => ({
    ...rest,
    ...defined({ greeting: greeting === undefined ? undefined : { send: greeting } }),
    ...defined({
      otherwise: otherwise === undefined ? undefined : otherwise === 'nothing' ? {} : { send: otherwise },
    }),
  })),
);

/** The grader is a server that answers by rules, several clients at once. */
export const serve = defineStep<ServeArgs>({
  verb: 'serve',
  usesNewline: true,
  summary:
    'Answer what programs send, by rules: of each message the first rule that fits counts. Several connections are served at the same time. A message that fits no rule is a failure, unless "otherwise" says what to answer.',
  about: {
    group: 'answering',
    keys: {
      on: 'Where the grader listens, or one connection; may be left out when there is only one place.',
      read: 'Where each message ends, as for `expect`; `http` is a whole request. By itself a line, by UDP a datagram.',
      greeting: 'Sent to each client as soon as it has connected.',
      rules:
        'The rules, each `{ when: matcher, send: payload }`, as far as needed: without `when` any message fits, without `send` nothing is answered. `end: close`, `reset` or `half_close` ends the connection; `capture` keeps the message, or groups of a regex, for answers: `${{ name }}`; with `times: 2` a rule fits twice, and must have been used twice; `name` is what the trace calls it.',
      otherwise: 'What is sent for a message that fits no rule: a payload, or `nothing`.',
      until:
        'How long: until the programs have ended (`exited`), all clients have left (`closed`), or so many messages were answered: `{ messages: 3 }`.',
    },
    examples: [
      'serve: { on: door, read: line, rules: [{ when: { starts_with: EHLO }, send: { line: 502 no, newline: crlf } }, { when: { equals: QUIT }, send: "221 bye\\r\\n", end: close }], until: exited }',
      "serve: { rules: [{ when: { regex: '^ECHO (.*)' }, capture: { text: 1 }, send: { line: '${{ text }}' } }], otherwise: { line: what? }, until: { messages: 2 } }",
    ],
  },
  schema,
  asserts: true,
  patience: 10_000,
  scope,
  fillsItself: ['send', 'otherwise'],
  captures: ({ rules }) => keptBy(rules),
  effects: ({ on }) => [{ kind: 'observes' }, ...onNamed(on, (conn) => ({ kind: 'reads' as const, conn }))],
  sentence: ({ on, read, greeting, rules, otherwise, until: end }, seed) => {
    const parts = [
      `Serve on ${on}, reading ${describeFrame(read).replace('response', 'request')} at a time, until ${describeEnd(end)}`,
      ...(greeting ? [`at first ${describeAnswer(greeting, seed)}`] : []),
      ...rules.map((one, at) => `for ${ruleName(one, at + 1, seed)} ${describeAnswer(one, seed)}`),
      otherwise ? `for all else ${describeAnswer(otherwise, seed)}` : 'all else is a failure',
    ];
    return `${parts.join('; ')}.`;
  },
  run,
  judge: judgeServed,
});

function describeEnd(end: Until): string {
  if (end === 'exited') return 'the program has ended';
  if (end === 'closed') return 'all clients have left';
  return `${end.messages} message${end.messages === 1 ? ' is' : 's are'} answered`;
}

/** The place may be a listener or a connection. */
function scope(args: JsonObject, known: Scope): Scoped {
  const isConnection = typeof args.on === 'string' && known.connections.includes(args.on);
  const hasListener = known.listeners.length > 0 || typeof args.on === 'string';
  const scoped = !isConnection && hasListener ? useListener(args, known) : useConnection(args, known);
  const { on, read } = scoped.args;
  const listening = typeof on === 'string' ? own(known.transports.listeners, on) : undefined;
  const transport = isConnection ? transportOf(on, known) : (listening ?? transportOf(on, known));
  const problems = [...scoped.problems];
  const isStream = TRANSPORTS[transport].stream;
  const isDatagrams = typeof read === 'object' && read !== null && 'datagrams' in read;
  if (read !== undefined && isStream === isDatagrams)
    problems.push({
      key: 'read',
      message: isStream
        ? `${TRANSPORTS[transport].name} has no datagrams`
        : `a ${TRANSPORTS[transport].name} datagram is a message by itself`,
      fix: isStream ? 'say how a message ends, such as read: line' : 'leave "read" out',
    });
  const usual = !isStream && read === undefined ? { read: { datagrams: 1 } } : {};
  return { ...scoped, args: { ...scoped.args, ...usual }, problems };
}
