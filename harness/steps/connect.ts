import * as v from 'valibot';
import { defined } from '../base/defined.ts';
import { address, name } from '../base/fields.ts';
import { milliseconds } from '../base/units.ts';
import type { JsonObject } from '../model/index.ts';
import { TRANSPORT_NAMES, TRANSPORTS } from '../model/transport.ts';
import { defineStep } from './definition.ts';
import { describeExit, endedByItself, lastOutput } from './describe.ts';
import { type Effect, onNamed } from './effect.ts';
import { fail, inconclusive, type Outcome, PASS } from './outcome.ts';
import { onlyProgram, type Scope, type Scoped, transportOfProgram } from './scope.ts';
import { judgeHandshake } from './tls-findings.ts';
import { tlsSchema } from './tls-options.ts';
import type { ConnectionView, TraceView } from './view.ts';

const PORT = 'is a port from 1 to 65535';
const portNumber = v.pipe(v.number(PORT), v.integer(PORT), v.minValue(1, PORT), v.maxValue(65535, PORT));
const byte = v.pipe(
  v.union(
    [v.number(), v.pipe(v.string(), v.regex(/^\d{1,3}$/), v.transform(Number))],
    'is a number from 0 to 255',
  ),
  v.integer('is a number from 0 to 255'),
  v.minValue(0, 'is a number from 0 to 255'),
  v.maxValue(255, 'is a number from 0 to 255'),
);

/** A port, as a number, in digits as a program sends it, or as its two bytes. */
const port = v.union(
  [
    portNumber,
    v.pipe(
      v.string(PORT),
      v.regex(/^\s*\d{1,5}\s*$/, PORT),
      v.transform(Number),
      v.minValue(1, PORT),
      v.maxValue(65535, PORT),
    ),
    v.pipe(
      v.strictObject({ high: byte, low: byte }),
      v.transform(({ high, low }) => high * 256 + low),
      v.minValue(1, PORT),
    ),
  ],
  `${PORT}, or {high: 4, low: 210}`,
);

const schema = v.strictObject({
  as: name,
  to: v.exactOptional(name),
  host: v.exactOptional(address),
  port: v.exactOptional(port),
  transport: v.exactOptional(v.picklist(TRANSPORT_NAMES, `is ${TRANSPORT_NAMES.join(' or ')}`)),
  tls: v.exactOptional(tlsSchema),
  reading: v.exactOptional(v.boolean('is true or false'), true),
  source_port: v.exactOptional(portNumber),
  expect: v.exactOptional(v.picklist(['ok', 'refused', 'timeout'], 'is ok, refused or timeout'), 'ok'),
});
type Args = v.InferOutput<typeof schema>;

/** Opens a connection to a program, as `nc localhost PORT` does, and gives it a name. */
export const connect = defineStep({
  verb: 'connect',
  summary:
    'Open a connection to a program, as "nc localhost PORT" does; its kind is that of the program. With "reading: false" nothing is read until the first expect: a slow reader. "expect: refused" (or timeout) wants it to fail.',
  about: {
    group: 'dialling',
    keys: {
      as: 'The name of the new connection.',
      to: 'The program to connect to; may be left out when there is only one.',
      host: 'Another address of this machine to reach it at, such as `127.0.0.2` or `"::1"`.',
      port: 'Another port than the one that the program listens on: a number, digits that a program has sent, or its two bytes `{ high: …, low: … }`. It must be the port of some program of the run.',
      transport: 'What to talk by: `tcp`, `udp` or `tls`; that of the program when it is left out.',
      tls: 'Encrypt the connection: `true`, or a map of `verify` (`true`, `false`, `{ file: ca.pem }`), `alpn` and `name`. A program with `transport: tls` needs no more.',
      reading: 'With `false` nothing is read until the first `expect`, as a slow client does.',
      source_port: 'The port to connect from; any free one when it is left out.',
      expect: 'What shall come of it: `ok`, `refused` or `timeout` (no answer).',
    },
    examples: [
      'connect: a',
      'connect: { as: slow, to: server, reading: false }',
      'connect: { as: late, expect: refused }',
      'connect: { as: safe, tls: { verify: true, alpn: [http/1.1] } }',
      'connect: { as: data, host: "::1", port: 2121 }',
    ],
  },
  shorthand: 'as',
  schema,
  asserts: false,
  patience: 'default',
  scope: whomToReach,
  effects: effectsOfConnect,
  sentence: ({ as, reading, expect, ...where }) =>
    expect === 'ok'
      ? `Connect to ${target(where)}${where.transport === undefined || where.transport === 'tcp' ? '' : ` by ${TRANSPORTS[where.transport].name}`}; the connection is called ${as}${reading ? '' : ', and is not read before the first expect'}.`
      : `Try to connect to ${target(where)}; it must ${expect === 'refused' ? 'be refused' : 'stay without an answer'}.`,
  byHand: ({ as, to, host, port, transport }) => ({
    kind: 'dial',
    conn: as,
    ...defined({ to, host, port, transport }),
  }),
  run: (
    { as, to: program, host, port: number, transport = 'tcp', tls, reading, source_port: sourcePort, expect },
    context,
  ) =>
    context.connect(as, {
      transport,
      reading,
      expect,
      ...defined({ program, host, port: number, sourcePort, tls: tls?.options }),
    }),
  judge: ({ as, to, expect, transport, tls }, view, { within }) => {
    const connection = view.connection(as);
    const owner = view.observed('owner');
    if (owner?.program === null) return expect === 'refused' ? PASS : notOwned(owner.port, view);
    if (transport === 'udp' && expect === 'refused') return judgeUnbound(view);
    if (expect !== 'ok') return judgeFailure(expect, connection, within);
    if (connection.connected && transport === 'tls')
      return judgeHandshake(as, tls?.verify ?? true, view, within);
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

/** Fills in whom to reach, and what to reach them by. */
function whomToReach(args: JsonObject, known: Scope): Scoped {
  const conn = typeof args.as === 'string' ? args.as : undefined;
  // A port alone says whom: the program that has it.
  const found =
    args.port !== undefined && args.to === undefined
      ? { args, problems: [] }
      : onlyProgram(args, known, 'to');
  const problems = [...found.problems];
  if (conn !== undefined && known.connections.includes(conn)) {
    problems.push({
      key: 'as',
      message: `connection "${conn}" is open already`,
      fix: 'close it first, or give another name',
    });
  }
  const { to } = found.args;
  const own = transportOfProgram(to, known);
  const usual = args.tls === undefined ? own : 'tls';
  const transport =
    args.transport === undefined ? usual : TRANSPORT_NAMES.find((one) => one === args.transport);
  if (transport === 'udp' && args.reading === false)
    problems.push({ key: 'reading', message: 'a UDP socket is always read', fix: 'remove it' });
  if (transport === 'udp' && args.expect === 'timeout')
    problems.push({
      key: 'expect',
      message: 'UDP has no handshake that could go unanswered',
      fix: 'send something and expect nothing',
    });
  if (args.tls !== undefined && transport !== 'tls')
    problems.push({ key: 'tls', message: `${transport} is not encrypted`, fix: 'remove tls, or transport' });
  const stays = args.expect === undefined || args.expect === 'ok';
  return {
    args: transport === undefined || transport === 'tcp' ? found.args : { ...found.args, transport },
    problems,
    ...defined({ transport }),
    ...(conn !== undefined && stays ? { opens: conn } : {}),
  };
}

function effectsOfConnect({ as, to, expect }: JsonObject): readonly Effect[] {
  const dials = expect === undefined || expect === 'ok';
  const [program] = onNamed(to, (name) => ({ kind: 'needs' as const, program: name, key: 'to' }));
  return [
    ...(dials && program ? [program] : []),
    { kind: 'dials', ...defined({ program: program?.program }) },
    { kind: 'observes' },
    ...onNamed(as, (conn) => ({ kind: 'opens' as const, conn, ...defined({ program: program?.program }) })),
  ];
}

/** The program named a port that is not its own, or not yet. */
function notOwned(port: number, view: TraceView): Outcome {
  const programs = [...view.instances.keys()];
  return fail({
    cause: 'refused',
    summary: `No program of this run can be reached on port ${port}.`,
    expected: `a program listens on port ${port}`,
    actual: 'none does',
    evidence: programs.flatMap((program) => lastOutput(view, program)),
    detail: 'port_told_too_early',
  });
}

/** By UDP nothing says no: the kernel's table tells whether the port is bound. */
function judgeUnbound(view: TraceView): Outcome {
  const seen = view.observed('datagrams');
  if (!seen || seen.socket === 'unseen')
    return inconclusive('capability', {
      cause: 'unknown',
      summary: 'This system does not show whether a UDP port is bound.',
    });
  if (seen.socket === 'none') return PASS;
  return fail({
    cause: 'not_refused',
    summary: `UDP port ${seen.port} should not have been bound; it was.`,
    expected: `nothing is bound to UDP port ${seen.port}`,
    actual: 'a program is',
  });
}

/** Whom a connection leads to, in words. */
function target({ to, host, port: number }: Pick<Args, 'to' | 'host' | 'port'>): string {
  const where = [host, number === undefined ? undefined : `port ${number}`].filter(
    (part) => part !== undefined,
  );
  if (where.length === 0) return to ?? 'the program';
  return to === undefined ? where.join(', ') : `${to} at ${where.join(', ')}`;
}

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
