import * as v from 'valibot';
import { name } from '../base/fields.ts';
import { defineStep } from './definition.ts';
import { type Effect, onNamed } from './effect.ts';
import { listen } from './listen.ts';
import { type ScopeProblem, transportOfProgram, useProgram } from './scope.ts';

const schema = v.strictObject({
  as: name,
  from: name,
  to: name,
});

/** Stands between two programs that talk to each other. */
export const relay = defineStep<v.InferOutput<typeof schema>>({
  verb: 'relay',
  summary:
    'Stand between two programs: listen for one of them, on the port that it is given, and lead each of its connections on to the other. What the two say is recorded, can be expected, and can go through a bad link: "link: { on: NAME }".',
  about: {
    group: 'answering',
    keys: {
      as: 'The name of the place. What comes from the one program is read on the connection `NAME-from`, what comes from the other on `NAME-to`; of a second client on `NAME-from[2]` and `NAME-to[2]`.',
      from: 'The program that connects. Where it does not listen itself, the port of this place is the one that it is given; else its command looks it up: `${{ ports.NAME }}`.',
      to: 'The program that its connections lead to, which has been started.',
    },
    examples: ['relay: { as: mid, from: client, to: server }'],
  },
  schema,
  asserts: false,
  patience: 'never',
  scope: (args, scope) => {
    const problems: ScopeProblem[] = [...useProgram(args, scope, 'from'), ...useProgram(args, scope, 'to')];
    const { as, from, to } = args;
    if (typeof as !== 'string') return { args, problems };
    if (scope.listeners.includes(as))
      problems.push({
        key: 'as',
        message: `the grader listens as "${as}" already`,
        fix: 'give another name',
      });
    if (from !== undefined && from === to)
      problems.push({ key: 'to', message: 'a program needs no relay to itself', fix: 'name the other one' });
    const transport = transportOfProgram(to, scope);
    return {
      args,
      problems,
      listens: as,
      opens: [`${as}-from`, `${as}-to`],
      transport,
    };
  },
  effects: ({ as, from, to }) => [
    ...onNamed(to, (program): Effect => ({ kind: 'needs', program, key: 'to' })),
    ...onNamed(to, (program): Effect => ({ kind: 'asks_port', program })),
    { kind: 'dials', ...(typeof to === 'string' ? { program: to } : {}) },
    ...onNamed(as, (listener) => ({
      kind: 'listens' as const,
      listener,
      fixed: false,
      ...(typeof from === 'string' ? { givenTo: from } : {}),
    })),
    ...onNamed(as, (listener) => ({ kind: 'opens' as const, conn: `${listener}-from` })),
  ],
  sentence: ({ as, from, to }) =>
    `Stand between ${from} and ${to}: listen for ${from}, and lead what it says on to ${to}; the place is called ${as}.`,
  run: ({ as, to }, context) => context.relay(as, { to }),
  judge: ({ as }, view, context) => listen.bind({ as }).judge(view, context),
});
