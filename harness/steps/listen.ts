import * as v from 'valibot';
import { defined } from '../base/defined.ts';
import { name } from '../base/fields.ts';
import { TRANSPORT_NAMES, type Transport } from '../model/transport.ts';
import { defineStep } from './definition.ts';
import { onNamed } from './effect.ts';
import { inconclusive, PASS } from './outcome.ts';
import { type Scope, type ScopeProblem, transportOfProgram } from './scope.ts';
import { tlsSchema } from './tls-options.ts';

const portNumber = v.pipe(
  v.number('is a port from 1 to 65535'),
  v.integer('is a whole number'),
  v.minValue(1, 'is a port from 1 to 65535'),
  v.maxValue(65535, 'is a port from 1 to 65535'),
);
const schema = v.strictObject({
  as: name,
  port: v.exactOptional(portNumber),
  transport: v.exactOptional(v.picklist(TRANSPORT_NAMES, `is ${TRANSPORT_NAMES.join(' or ')}`)),
  tls: v.exactOptional(tlsSchema),
  backlog: v.exactOptional(
    v.pipe(v.number('is a number of connections'), v.integer('is a whole number'), v.minValue(1)),
  ),
});

/** What the programs of the submission talk by, where they all do. */
function usualTransport(scope: Scope): Transport {
  const own = scope.programs.filter((program) => !scope.helpers.includes(program));
  const [only = 'tcp', ...others] = new Set(own.map((program) => transportOfProgram(program, scope)));
  return others.length === 0 ? only : 'tcp';
}

/** Listens for a program that is a client, on the port that it is given. */
export const listen = defineStep({
  verb: 'listen',
  summary:
    'Listen for a program that is a client, on the port that it is given ("port: N" takes another). Comes before its start, since few clients try twice; for one that does, see first that it still runs: "check: { program: client, is: running, for: 500ms }". By UDP a socket is bound.',
  about: {
    group: 'answering',
    keys: {
      as: 'The name under which connections are accepted.',
      port: 'Another port than the one that the program is given.',
      transport:
        'What to be reached by: `tcp`, `udp` or `tls` (with a certificate of the run, for localhost); what all programs that are handed in talk by when it is left out.',
      tls: 'With `transport: tls`: a map such as `{ alpn: [http/1.1] }` for the protocols to choose from.',
      backlog: 'How many connections may wait to be accepted.',
    },
    examples: ['listen: door', 'listen: { as: door, transport: udp }'],
  },
  shorthand: 'as',
  schema: schema,
  asserts: false,
  patience: 'never',
  scope: (args, scope) => {
    const { as } = args;
    if (typeof as !== 'string') return { args, problems: [] };
    const taken = scope.listeners.includes(as);
    const problems: ScopeProblem[] = taken
      ? [{ key: 'as', message: `the grader listens as "${as}" already`, fix: 'give another name' }]
      : [];
    const transport = TRANSPORT_NAMES.find((one) => one === args.transport) ?? usualTransport(scope);
    if (transport === 'udp' && args.backlog !== undefined)
      problems.push({ key: 'backlog', message: 'UDP has no queue of connections', fix: 'remove it' });
    return { args: transport === 'tcp' ? args : { ...args, transport }, problems, listens: as, transport };
  },
  effects: ({ as, port }) =>
    onNamed(as, (listener) => ({ kind: 'listens', listener, fixed: port !== undefined })),
  isExclusive: ({ port }) => port !== undefined,
  byHand: ({ as, port, transport }) => ({ kind: 'listen', conn: as, ...defined({ port, transport }) }),
  sentence: ({ as, port, transport }, _seed, ports = {}) => {
    const own = (ports[as] ?? 0) > 0;
    const usual = own ? `a port of its own, \${{ ports.${as} }}` : 'the port that the program is given';
    const by = transport === undefined || transport === 'tcp' ? '' : `by ${transport.toUpperCase()} `;
    return `Listen ${by}on ${port === undefined ? usual : `port ${port}`}; the place is called ${as}.`;
  },
  run: ({ as, tls, ...options }, context) =>
    context.listen(as, { ...options, ...(tls ? { tls: tls.options } : {}) }),
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
