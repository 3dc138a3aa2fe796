import type { Observation, ReadyState } from '../../model/index.ts';
import { describeListeners } from '../../model/observations/kernel-facts.ts';
import { describeEnd, describePorts, describeThreads, lastOutput } from '../describe.ts';
import type { Found } from '../outcome.ts';
import type { InstanceView, TraceView } from '../view.ts';
import { describeControlStart } from './restart-findings.ts';

/** How waiting ended for a program that is not ready, and that is to blame for it. */
type NotReady = Exclude<
  ReadyState,
  'listening' | 'ready' | 'unseen' | 'port_taken' | 'port_denied' | 'still_running'
>;
type Seen = Extract<Observation, { what: 'listening' }> & { readonly state: NotReady };

interface Around {
  readonly seen: Seen;
  readonly view: TraceView;
  readonly instance: InstanceView;
  /** Where it listens, in words. */
  readonly where: string;
  /** The port that it was given. */
  readonly givenPort: number | null;
}

/** Why a program is not ready, from what was seen of it last. */
export function explainNotReady(seen: Seen, program: string, view: TraceView, instance: InstanceView): Found {
  const { givenPort } = instance;
  const where = describeListeners(seen.listeners);
  const isUdp = instance.transport === 'udp';
  const socket = isUdp ? 'a bound UDP socket' : 'a listening TCP socket';
  return {
    expected: givenPort === null ? socket : `${socket} on port ${givenPort}`,
    evidence: [
      ...describeControlStart(view),
      ...lastOutput(view, program),
      ...(STARTING.has(seen.state) ? describeThreads(view.observed('activity')?.threads ?? []) : []),
    ],
    ...EXPLAIN[seen.state]({ seen, view, instance, where, givenPort }),
    ...(isUdp ? OF_UDP[seen.state] : {}),
  };
}

export const HTONS =
  'The two bytes of the port are swapped. In C a port goes into a socket address by htons(port), once; Python, Java, JavaScript and most other languages take the number as it is, without htons().';

/** States in which it has not come to anything yet: what its threads did says more. */
const STARTING: ReadonlySet<NotReady> = new Set(['starting', 'not_started']);

const notInTime = ({ seen }: Around): Pick<Found, 'cause' | 'summary' | 'actual'> => ({
  cause: 'not_listening',
  summary: 'The program did not listen in time.',
  actual: seen.detail ?? 'not listening yet',
});

const EXPLAIN: Readonly<Record<NotReady, (around: Around) => Omit<Found, 'expected' | 'evidence'>>> = {
  exited: ({ instance }) => ({
    cause: instance.exit?.signal ? 'crashed' : 'exited',
    summary: `The program ${describeEnd(instance)} instead of listening.`,
    actual: describeEnd(instance),
  }),
  other_port: ({ seen, where, givenPort }) => ({
    cause: 'other_port',
    summary: `The program listens on ${describePorts(seen.listeners)}, not on the given ${givenPort}.`,
    actual: `listens on ${where}`,
  }),
  swapped_port: ({ seen, where, givenPort }) => ({
    cause: 'swapped_port',
    summary: `The program listens on ${describePorts(seen.listeners)}, which is the given ${givenPort} with its two bytes swapped.`,
    actual: `listens on ${where}`,
  }),
  other_address: ({ where, instance: { host } }) => ({
    cause: 'other_address',
    summary: `The program listens on ${where}, where a client that connects to ${host ?? 'localhost'} does not reach it.`,
    actual: `listens on ${where}`,
  }),
  leftover_child: ({ seen, where, givenPort }) => ({
    cause: 'leftover_child',
    summary: `A process that the program left behind still holds port ${givenPort ?? seen.port}.`,
    actual: seen.detail ?? where,
  }),
  udp: ({ seen }) => ({
    cause: 'udp',
    summary: 'The program opened a UDP socket; a TCP socket is wanted.',
    actual: seen.detail ?? 'a UDP socket',
  }),
  waits_on_stdin: ({ seen }) => ({
    cause: 'waits_on_stdin',
    summary: 'The program waits for input on its standard input and does not listen.',
    actual: seen.detail ?? 'blocked in read on standard input',
  }),
  no_listen: ({ seen, view }) => ({
    cause: 'no_listen',
    summary:
      view.observed('bind_trial')?.detail === 'EADDRINUSE'
        ? `The program bound its socket to port ${seen.port}, but did not call listen() on it.`
        : 'The program made a socket, but it does not listen: listen() was not called on it, or failed.',
    actual: seen.detail ?? 'a socket that does not listen',
  }),
  idle: ({ seen }) => ({
    cause: 'idle',
    summary: 'The program runs, but never listens.',
    actual: seen.detail ?? 'idle, not listening',
  }),
  tcp: ({ seen }) => ({
    cause: 'tcp',
    summary: 'The program opened a TCP socket; a UDP socket is wanted.',
    actual: seen.detail ?? 'a TCP socket',
  }),
  starting: notInTime,
  not_started: notInTime,
};

/** What is otherwise where the program is to talk by UDP. */
const OF_UDP: Readonly<Partial<Record<NotReady, Partial<Found>>>> = {
  no_listen: {
    summary:
      'The program made a socket, but it is not bound to a port: bind() was not called on it, or failed.',
    detail: 'udp_not_bound',
  },
  idle: {
    summary: 'The program runs, but has no UDP socket that takes datagrams.',
    detail: 'no_udp_socket',
  },
};
