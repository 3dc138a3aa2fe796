import * as v from 'valibot';
import { fail, inconclusive, PASS, type StepDefinition } from './definition.ts';
import { name } from './fields.ts';
import { useProgram } from './scope.ts';
import { describeExit, endedByItself, lastWords, milliseconds } from './words.ts';

const schema = v.strictObject({
  as: name,
  to: v.exactOptional(name),
  reading: v.exactOptional(v.boolean('is true or false'), true),
});
type Args = v.InferOutput<typeof schema>;

/** Opens a connection to a program, as `nc localhost PORT` does, and gives it a name. */
export const connect: StepDefinition<Args> = {
  verb: 'connect',
  summary:
    'Open a connection to a program, as "nc localhost PORT" does. With "reading: false" nothing is read until the first expect: a slow reader.',
  shorthand: 'as',
  schema,
  asserts: true,
  patience: 'default',
  scope: (args, scope) => {
    const conn = typeof args.as === 'string' ? args.as : undefined;
    const problems = useProgram(args, scope, 'to');
    const to = args.to ?? scope.programs[0];
    if (conn !== undefined && scope.connections.includes(conn)) {
      problems.push({
        key: 'as',
        message: `connection "${conn}" is open already`,
        fix: 'close it first, or give another name',
      });
    }
    if (args.to === undefined && scope.programs.length > 1) {
      problems.push({
        message: 'there are several programs',
        fix: `say which one: to: ${scope.programs[0]}`,
      });
    }
    return {
      args: to === undefined ? args : { ...args, to },
      problems,
      ...(conn === undefined ? {} : { opens: conn }),
    };
  },
  run: ({ as, to, reading }, context) => context.connect(as, { program: to ?? '', reading }),
  judge: ({ as, to }, view, { within }) => {
    const connection = view.connection(as);
    if (connection.connected) return PASS;
    const program = to ?? '';
    const exited = endedByItself(view, program);
    const evidence = lastWords(view, program);
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
        summary: 'The connection was refused: the program does not listen any more.',
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
};
