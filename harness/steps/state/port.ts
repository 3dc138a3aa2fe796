import * as v from 'valibot';
import { defined } from '../../base/defined.ts';
import { name } from '../../base/fields.ts';
import type { Listener, Observation } from '../../model/index.ts';
import { describeListeners } from '../../model/observations/kernel-facts.ts';
import { lastOutput } from '../describe.ts';
import { fail, type Outcome, PASS } from '../outcome.ts';
import { transportOfProgram } from '../scope.ts';
import type { TraceView } from '../view.ts';
import { defineClaim, unseen } from './definition.ts';

interface PortClaim {
  readonly program: string;
  readonly is: 'free' | 'listening' | 'time_wait';
  /** With `listening`: where; `any` is 0.0.0.0 or ::. */
  readonly address?: string;
  /** With `listening`: the program that holds the socket. */
  readonly owner?: string;
}

/** The port of a program is in a state. */
export const port = defineClaim({
  subject: 'port',
  words: ['free', 'listening', 'time_wait'],
  entries: {
    address: v.exactOptional(
      v.pipe(
        v.string(),
        v.regex(/^(any|[\d.]+|[\da-f:.]*:[\da-f:.]*)$/i, 'is any, or an address such as 127.0.0.1'),
      ),
    ),
    owner: v.exactOptional(name),
  },
  about: {
    address:
      'With `is: listening`: the address, such as `127.0.0.1`, or `any` for all addresses of the machine.',
    owner: 'With `is: listening`: the program that must hold the socket, by its name.',
  },
  keysOf: { address: ['listening'], owner: ['listening'] },
  programs: ['owner'],
  scope: (args, known) => {
    if (args.is !== 'time_wait' || transportOfProgram(args.port, known) !== 'udp')
      return { args, problems: [] };
    const message = 'UDP has no TIME_WAIT: a port is free as soon as its socket is closed';
    return { args, problems: [{ key: 'is', message, fix: 'use is: free' }] };
  },
  read: ({ address, owner }, program, is): PortClaim => ({ program, is, ...defined({ address, owner }) }),
  sentence: ({ program, is, address, owner }) =>
    `the port of ${program} is ${PORT_WORDS[is]}${address === undefined ? '' : ` on ${address === 'any' ? 'all addresses' : address}`}${owner === undefined ? '' : `, held by ${owner}`}`,
  run: ({ program, is, address, owner }, context) =>
    context.observePort({
      program,
      is,
      ...defined({ owner }),
      fits: (listeners) => listensAt(address, listeners),
    }),
  judge: judgePort,
});

const PORT_WORDS = {
  free: 'free',
  listening: 'listening',
  time_wait: 'in TIME_WAIT',
  in_use: 'in use',
  unseen: 'not shown',
} as const;

/** What it comes to that a port is in a state. */
function judgePort(claim: PortClaim, view: TraceView): Outcome {
  const seen = view.observed('port');
  if (!seen || seen.state === 'unseen')
    return unseen(`whether a port is ${PORT_WORDS[claim.is]}`, seen?.detail);
  if (claim.is === 'time_wait' ? seen.timeWait > 0 : seen.state === claim.is)
    return seen.state === 'listening' ? judgeListeners(claim, seen, view) : PASS;
  return fail({
    cause: claim.is === 'listening' ? 'not_listening' : 'state',
    summary: `Port ${seen.port} is ${PORT_WORDS[seen.state]}; it should be ${PORT_WORDS[claim.is]}.`,
    expected: PORT_WORDS[claim.is],
    actual:
      seen.listeners.length > 0
        ? `${PORT_WORDS[seen.state]} (${describeListeners(seen.listeners)})`
        : PORT_WORDS[seen.state],
    evidence: lastOutput(view, claim.program),
    ...(claim.is === 'time_wait' && seen.state === 'free' && wasReset(view) ? { hint: NO_TIME_WAIT } : {}),
  });
}

const NO_TIME_WAIT =
  'The program broke its connection off with a reset (RST), which leaves nothing in TIME_WAIT: it sets SO_LINGER with a time of 0, or closes with bytes unread. Look at its source.';

/** Whether a program has broken off a connection. */
function wasReset(view: TraceView): boolean {
  return view.events.some(
    (event) =>
      (event.type === 'eof' && event.by === 'rst') ||
      (event.type === 'conn_error' && event.code === 'ECONNRESET'),
  );
}

/** Whether those who listen are the right ones. */
function judgeListeners(
  { address, owner, program }: PortClaim,
  { port, listeners, owned }: Extract<Observation, { what: 'port' }>,
  view: TraceView,
): Outcome {
  const actual = describeListeners(listeners);
  const evidence = lastOutput(view, program);
  if (!listensAt(address, listeners)) {
    const expected = address === 'any' ? '0.0.0.0 (all addresses)' : (address ?? '');
    return fail({
      cause: 'other_address',
      summary: `The program listens on ${actual}, not on ${expected}.`,
      expected: `listening on ${expected}, port ${port}`,
      actual,
      evidence,
    });
  }
  if (owned === null) return unseen('who holds a listening socket');
  if (owned === false) {
    return fail({
      cause: 'state',
      summary: `Port ${port} is held by another program than ${owner}.`,
      expected: `${owner} listens on port ${port}`,
      actual: `another program listens on ${actual}`,
      evidence,
    });
  }
  return PASS;
}

const ANYWHERE = ['0.0.0.0', '::'];

/** Whether a socket listens on the wanted address. */
function listensAt(address: string | undefined, listeners: readonly Listener[]): boolean {
  if (address === undefined) return true;
  return listeners.some((one) =>
    address === 'any' ? ANYWHERE.includes(one.address) : one.address === address,
  );
}
