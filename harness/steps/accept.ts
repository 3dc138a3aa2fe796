import * as v from 'valibot';
import { name } from '../base/fields.ts';
import { milliseconds } from '../base/units.ts';
import { defineStep } from './definition.ts';
import { describeExit, endedByItself, lastOutput } from './describe.ts';
import { fail, inconclusive, PASS } from './outcome.ts';
import { suggest } from './scope.ts';
import { START_WITHIN } from './start/judge.ts';
import type { TraceView } from './view.ts';

const schema = v.strictObject({ on: v.exactOptional(name, ''), as: name });

/** Waits for a program to connect, and gives the connection a name. */
export const accept = defineStep({
  verb: 'accept',
  summary:
    'Wait until a program connects, and give the connection a name. Until then nothing is read from it, as with a server that is slow to accept.',
  about: {
    group: 'answering',
    keys: {
      on: 'Where the grader listens; may be left out when there is only one place.',
      as: 'The name of the connection.',
    },
    examples: ['accept: b', 'accept: { on: door, as: b }'],
  },
  shorthand: 'as',
  schema: schema,
  asserts: true,
  patience: START_WITHIN,
  scope: (args, { listeners, connections }) => {
    const { on, as } = args;
    const [only, ...others] = listeners;
    const problems = [];
    if (typeof on === 'string' && !listeners.includes(on)) {
      const fix = only === undefined ? `listen first: listen: ${on}` : suggest(on, listeners);
      problems.push({ key: 'on', message: `the grader does not listen as "${on}" here`, fix });
    }
    if (on === undefined && (only === undefined || others.length > 0)) {
      const message = only === undefined ? 'the grader does not listen here' : 'the grader listens twice';
      problems.push({ message, fix: only === undefined ? 'listen first: listen: l' : `add on: ${only}` });
    }
    if (typeof as === 'string' && connections.includes(as)) {
      const fix = 'close it first, or give another name';
      problems.push({ key: 'as', message: `connection "${as}" is open already`, fix });
    }
    return {
      args: on === undefined && only !== undefined ? { ...args, on: only } : args,
      problems,
      ...(typeof as === 'string' && { opens: as }),
    };
  },
  sentence: ({ on, as }) => `Wait until the program connects to ${on}; the connection is called ${as}.`,
  byHand: ({ as }) => ({ kind: 'accept', conn: as }),
  run: ({ on, as }, context) => context.accept(as, on),
  judge: ({ on }, view, { within }) => {
    if (view.inStep('accepted')) return PASS;
    const listener = view.listeners.get(on);
    const started = [...view.instances.keys()];
    if (!listener || started.length === 0) {
      return inconclusive('precondition', {
        cause: 'not_connected',
        summary: 'Nothing was started that could connect.',
      });
    }
    return fail(notConnected(listener.port, listener.arrived > 0, started, view, within));
  },
});

function notConnected(
  port: number,
  before: boolean,
  started: readonly string[],
  view: TraceView,
  within: number,
) {
  const again = before ? ' again' : '';
  const exited = started.map((program) => endedByItself(view, program)).find(Boolean);
  const time = view.inStep('step_end')?.rested ? '' : ` within ${milliseconds(within)}`;
  return {
    cause: exited?.exit?.signal ? ('crashed' as const) : ('not_connected' as const),
    summary: exited
      ? `The program ${describeExit(exited)} without having connected to port ${port}${again}.`
      : `The program did not connect to port ${port}${again}${time}.`,
    expected: `the program connects to 127.0.0.1, port ${port}${again}`,
    actual: exited ? `the program ${describeExit(exited)}` : 'no connection came',
    evidence: started.flatMap((program) => lastOutput(view, program)),
  };
}
