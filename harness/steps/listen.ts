import * as v from 'valibot';
import { name } from '../base/fields.ts';
import { fail, inconclusive, PASS, type StepDefinition } from './definition.ts';
import { describeExit, endedByItself, lastOutput, milliseconds } from './describe.ts';
import { suggest } from './scope.ts';
import { START_WITHIN } from './start.ts';
import type { TraceView } from './view.ts';

const portNumber = v.pipe(
  v.number('is a port from 1 to 65535'),
  v.integer('is a whole number'),
  v.minValue(1, 'is a port from 1 to 65535'),
  v.maxValue(65535, 'is a port from 1 to 65535'),
);
const listenSchema = v.strictObject({
  as: name,
  port: v.exactOptional(portNumber),
  backlog: v.exactOptional(
    v.pipe(v.number('is a number of connections'), v.integer('is a whole number'), v.minValue(1)),
  ),
});
type ListenArgs = v.InferOutput<typeof listenSchema>;

/** Listens for a program that is a client, on the port that it is told. */
export const listen: StepDefinition<ListenArgs> = {
  verb: 'listen',
  summary:
    'Listen for a program that is a client, on the port that it is told ("port: N" takes another). Comes before its start, since few clients try twice.',
  shorthand: 'as',
  schema: listenSchema,
  asserts: false,
  patience: 'never',
  scope: (args, scope) => {
    const { as } = args;
    if (typeof as !== 'string') return { args, problems: [] };
    const taken = scope.listeners.includes(as);
    const problems = taken
      ? [{ key: 'as', message: `the grader listens as "${as}" already`, fix: 'give another name' }]
      : [];
    return { args, problems, listens: as };
  },
  run: ({ as, ...options }, context) => context.listen(as, options),
  judge: ({ as }, view) => {
    const { port, error } = view.listeners.get(as) ?? {};
    if (error === undefined) return PASS;
    const taken = error === 'EADDRINUSE';
    return inconclusive(taken ? 'interference' : 'capability', {
      cause: taken ? 'port_taken' : 'unknown',
      summary: taken
        ? `The grader can't listen on port ${port}: another program holds it.`
        : `The grader can't listen on port ${port}: ${error}.`,
    });
  },
};

const acceptSchema = v.strictObject({ on: v.exactOptional(name, ''), as: name });
type AcceptArgs = v.InferOutput<typeof acceptSchema>;

/** Waits for a program to connect, and gives the connection a name. */
export const accept: StepDefinition<AcceptArgs> = {
  verb: 'accept',
  summary:
    'Wait until a program connects, and give the connection a name. Until then nothing is read from it, as with a server that is slow to accept.',
  shorthand: 'as',
  schema: acceptSchema,
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
      ...(typeof as === 'string' ? { opens: as } : {}),
    };
  },
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
};

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
