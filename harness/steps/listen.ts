import * as v from 'valibot';
import { name } from '../base/fields.ts';
import { defineStep } from './definition.ts';
import { inconclusive, PASS } from './outcome.ts';

const portNumber = v.pipe(
  v.number('is a port from 1 to 65535'),
  v.integer('is a whole number'),
  v.minValue(1, 'is a port from 1 to 65535'),
  v.maxValue(65535, 'is a port from 1 to 65535'),
);
const schema = v.strictObject({
  as: name,
  port: v.exactOptional(portNumber),
  backlog: v.exactOptional(
    v.pipe(v.number('is a number of connections'), v.integer('is a whole number'), v.minValue(1)),
  ),
});

/** Listens for a program that is a client, on the port that it is told. */
export const listen = defineStep({
  verb: 'listen',
  summary:
    'Listen for a program that is a client, on the port that it is told ("port: N" takes another). Comes before its start, since few clients try twice.',
  about: {
    group: 'answering',
    keys: {
      as: 'The name under which connections are accepted.',
      port: 'Another port than the one that the program is told.',
      backlog: 'How many connections may wait to be accepted.',
    },
    examples: ['listen: door'],
  },
  shorthand: 'as',
  schema: schema,
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
  isExclusive: ({ port }) => port !== undefined,
  sentence: ({ as, port }) =>
    `Listen on ${port === undefined ? 'the port that the program is told' : `port ${port}`}; the place is called ${as}.`,
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
});
