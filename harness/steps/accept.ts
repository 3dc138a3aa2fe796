import * as v from 'valibot';
import { defined } from '../base/defined.ts';
import { duration, name } from '../base/fields.ts';
import { own } from '../base/own.ts';
import { milliseconds } from '../base/units.ts';
import { defineStep } from './definition.ts';
import { describeExit, endedByItself, lastOutput } from './describe.ts';
import { onNamed } from './effect.ts';
import { fail, inconclusive, type Outcome, PASS } from './outcome.ts';
import { type Scope, type Scoped, useListener } from './scope.ts';
import { START_WITHIN } from './start/judge.ts';
import { judgeHandshake } from './tls-findings.ts';
import type { ListenerView, TraceView } from './view.ts';

interface Args {
  readonly on: string;
  /** Absent where no client is to come. */
  readonly as?: string;
  readonly forMs?: number;
}

const schema: v.GenericSchema<unknown, Args> = v.pipe(
  v.strictObject({
    on: v.exactOptional(name, ''),
    as: v.exactOptional(name),
    nothing: v.exactOptional(v.literal(true, 'is true')),
    for: v.exactOptional(duration),
  }),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const { on, as, nothing, for: forMs } = dataset.value;
    const problem = nothing
      ? as !== undefined
        ? 'no client comes, so there is nothing to name\nremove "as"'
        : forMs === undefined
          ? '"nothing" needs to know for how long\nadd for: 300ms'
          : undefined
      : as === undefined
        ? 'needs a name for the connection\nadd as: a'
        : forMs !== undefined
          ? '"for" goes with nothing; to wait longer, say within\nwrite within'
          : undefined;
    if (problem !== undefined) {
      addIssue({ message: problem });
      return NEVER;
    }
    return { on, ...defined({ as, forMs }) };
  }),
);

/** Waits for a program to connect, and gives the connection a name; or sees that none does. */
export const accept = defineStep<Args>({
  verb: 'accept',
  summary:
    'Wait until a program connects, and give the connection a name; by UDP, until its first datagram comes. Until then nothing is read from it, as with a server that is slow to accept. "nothing: true" with "for" wants no client to connect.',
  about: {
    group: 'answering',
    keys: {
      on: 'Where the grader listens; may be left out when there is only one place.',
      as: 'The name of the connection.',
      nothing: 'No client may connect for the time that `for` says.',
      for: 'With `nothing`: how long.',
    },
    examples: ['accept: b', 'accept: { on: door, as: b }', 'accept: { on: door, nothing: true, for: 300ms }'],
  },
  shorthand: 'as',
  schema,
  asserts: true,
  patience: START_WITHIN,
  scope,
  lasts: ({ forMs = 0 }) => forMs,
  effects: ({ as, nothing }) => [
    ...(nothing === true ? [] : [{ kind: 'awaits_client' as const }]),
    { kind: 'observes' },
    ...onNamed(as, (conn) => ({ kind: 'opens' as const, conn })),
  ],
  sentence: ({ on, as, forMs = 0 }) =>
    as === undefined
      ? `No client may connect to ${on} for ${milliseconds(forMs)}.`
      : `Wait until the program connects to ${on}; the connection is called ${as}.`,
  byHand: ({ on, as }) => (as === undefined ? undefined : { kind: 'accept', conn: as, listener: on }),
  run: ({ on, as, forMs = 0 }, context) =>
    as === undefined ? context.acceptNothing(on, forMs) : context.accept(as, on),
  judge: ({ on, as, forMs = 0 }, view, { within }) => {
    const listener = view.listeners.get(on);
    if (as === undefined) return judgeNothing(listener?.waiting ?? 0, forMs, view);
    if (view.inStep('accepted') && view.connection(as).transport === 'tls')
      return judgeHandshake(as, false, view, within);
    if (view.inStep('accepted')) return PASS;
    const started = [...view.instances.keys()];
    if (!listener || started.length === 0) {
      return inconclusive('precondition', {
        cause: 'not_connected',
        summary: 'Nothing was started that could connect.',
      });
    }
    return fail(notConnected(listener, started, view, within));
  },
});

function scope(args: Scoped['args'], known: Scope): Scoped {
  const scoped = useListener(args, known);
  const { as, on } = scoped.args;
  const problems = [...scoped.problems];
  if (typeof as === 'string' && known.connections.includes(as)) {
    const fix = 'close it first, or give another name';
    problems.push({ key: 'as', message: `connection "${as}" is open already`, fix });
  }
  const transport = (typeof on === 'string' ? own(known.transports.listeners, on) : undefined) ?? 'tcp';
  return { ...scoped, problems, ...(typeof as === 'string' ? { opens: as, transport } : {}) };
}

function judgeNothing(waiting: number, forMs: number, view: TraceView): Outcome {
  if (waiting === 0) return PASS;
  const started = [...view.instances.keys()];
  return fail({
    cause: 'unexpected_connection',
    summary: 'The program connected, and nothing was to come.',
    expected: `no client connects for ${milliseconds(forMs)}`,
    actual: `${waiting} connection${waiting === 1 ? '' : 's'} came`,
    evidence: started.flatMap((program) => lastOutput(view, program)),
  });
}

function notConnected(
  { port, arrived, byDatagrams }: ListenerView,
  started: readonly string[],
  view: TraceView,
  within: number,
) {
  const again = arrived > 0 ? ' again' : '';
  const [done, act, acts] = byDatagrams
    ? ['having sent a datagram', 'send a datagram', 'sends a datagram']
    : ['having connected', 'connect', 'connects'];
  const exited = started.map((program) => endedByItself(view, program)).find(Boolean);
  const time = view.inStep('step_end')?.rested ? '' : ` within ${milliseconds(within)}`;
  return {
    cause: exited?.exit?.signal ? ('crashed' as const) : ('not_connected' as const),
    summary: exited
      ? `The program ${describeExit(exited)} without ${done} to port ${port}${again}.`
      : `The program did not ${act} to port ${port}${again}${time}.`,
    expected: `the program ${acts} to 127.0.0.1, port ${port}${again}`,
    actual: exited
      ? `the program ${describeExit(exited)}`
      : byDatagrams
        ? 'no datagram arrived'
        : 'no connection arrived',
    evidence: started.flatMap((program) => lastOutput(view, program)),
  };
}
