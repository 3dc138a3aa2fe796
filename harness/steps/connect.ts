import * as v from 'valibot';
import { defined } from '../base/defined.ts';
import { name } from '../base/fields.ts';
import { milliseconds } from '../base/units.ts';
import { defineStep } from './definition.ts';
import { describeExit, endedByItself, lastOutput } from './describe.ts';
import { fail, inconclusive, type Outcome, PASS } from './outcome.ts';
import { onlyProgram } from './scope.ts';
import type { ConnectionView } from './view.ts';

const schema = v.strictObject({
  as: name,
  to: v.exactOptional(name),
  reading: v.exactOptional(v.boolean('is true or false'), true),
  source_port: v.exactOptional(
    v.pipe(v.number('is a port from 1 to 65535'), v.integer(), v.minValue(1), v.maxValue(65535)),
  ),
  expect: v.exactOptional(v.picklist(['ok', 'refused', 'timeout'], 'is ok, refused or timeout'), 'ok'),
});

/** Opens a connection to a program, as `nc localhost PORT` does, and gives it a name. */
export const connect = defineStep({
  verb: 'connect',
  summary:
    'Open a connection to a program, as "nc localhost PORT" does. With "reading: false" nothing is read until the first expect: a slow reader. "expect: refused" (or timeout) wants it to fail.',
  about: {
    group: 'dialling',
    keys: {
      as: 'The name of the new connection.',
      to: 'The program to connect to; may be left out when there is only one.',
      reading: 'With `false` nothing is read until the first `expect`, as a slow client does.',
      source_port: 'The port to connect from; any free one when it is left out.',
      expect: 'What shall come of it: `ok`, `refused` or `timeout` (no answer).',
    },
    examples: [
      'connect: a',
      'connect: { as: slow, to: server, reading: false }',
      'connect: { as: late, expect: refused }',
    ],
  },
  shorthand: 'as',
  schema,
  asserts: false,
  patience: 'default',
  scope: (args, scope) => {
    const conn = typeof args.as === 'string' ? args.as : undefined;
    const found = onlyProgram(args, scope, 'to');
    const problems = [...found.problems];
    if (conn !== undefined && scope.connections.includes(conn)) {
      problems.push({
        key: 'as',
        message: `connection "${conn}" is open already`,
        fix: 'close it first, or give another name',
      });
    }
    const stays = args.expect === undefined || args.expect === 'ok';
    return { args: found.args, problems, ...(conn !== undefined && stays ? { opens: conn } : {}) };
  },
  sentence: ({ as, to, reading, expect }) =>
    expect === 'ok'
      ? `Connect to ${to}; the connection is called ${as}${reading ? '' : ', and is not read before the first expect'}.`
      : `Try to connect to ${to}; it must ${expect === 'refused' ? 'be refused' : 'stay without an answer'}.`,
  byHand: ({ as }) => ({ kind: 'dial', conn: as }),
  run: ({ as, to = '', reading, source_port: sourcePort, expect }, context) =>
    context.connect(as, {
      program: to,
      reading,
      expect,
      ...defined({ sourcePort }),
    }),
  judge: ({ as, to, expect }, view, { within }) => {
    const connection = view.connection(as);
    if (expect !== 'ok') return judgeFailure(expect, connection, within);
    if (connection.connected) return PASS;
    const program = to ?? '';
    const exited = endedByItself(view, program);
    const evidence = lastOutput(view, program);
    if (exited) {
      return fail({
        cause: 'refused',
        summary: `The connection was refused: the program ${describeExit(exited)}.`,
        expected: 'the connection is accepted',
        actual: `the program ${describeExit(exited)}`,
        evidence,
      });
    }
    const code = connection.connectError;
    if (code === 'ECONNREFUSED') {
      return fail({
        cause: 'refused',
        summary: 'The connection was refused: nothing listened on the port at that moment.',
        expected: 'the connection is accepted',
        actual: 'ECONNREFUSED',
        evidence,
      });
    }
    if (code !== undefined && code !== 'ECONNRESET' && code !== 'ETIMEDOUT') {
      return inconclusive('harness', {
        cause: 'connect_error',
        summary: `The grader could not connect: ${code}.`,
      });
    }
    return fail({
      cause: 'connect_timeout',
      summary: `The connection was not made within ${milliseconds(within)}: the queue of waiting connections is full.`,
      expected: 'the connection is accepted',
      actual: 'no answer',
      evidence,
    });
  },
});

/** Where the author wants the connection to fail, and how it shall. */
function judgeFailure(
  wanted: 'refused' | 'timeout',
  { connected, connectError: code }: ConnectionView,
  within: number,
): Outcome {
  const how = { ECONNREFUSED: 'refused', ECONNRESET: 'refused', ETIMEDOUT: 'timeout' }[code ?? ''];
  if (!connected && how === wanted) return PASS;
  if (!connected && how === undefined) {
    return inconclusive('harness', {
      cause: 'connect_error',
      summary: `The grader could not connect: ${code}.`,
    });
  }
  const expected =
    wanted === 'refused' ? 'the connection is refused' : `no answer for ${milliseconds(within)}`;
  const actual = connected ? 'the connection is accepted' : how === 'refused' ? 'it is refused' : 'no answer';
  return fail({
    cause: connected ? 'not_refused' : how === 'refused' ? 'refused' : 'connect_timeout',
    summary: `The connection should have ${wanted === 'refused' ? 'been refused' : 'stayed without an answer'}; ${connected ? 'it was accepted' : actual === 'no answer' ? 'there was no answer' : actual}.`,
    expected,
    actual,
  });
}
