import type { Listener, Observation, ReadyState } from '../../model/index.ts';
import { describeEnd, describeListeners, describePorts, describeThreads, lastOutput } from '../describe.ts';
import type { Found } from '../outcome.ts';
import type { InstanceView, TraceView } from '../view.ts';
import { describeControlStart } from './restart-findings.ts';

/** How waiting ended for a program that is not ready, and that is to blame for it. */
type NotReady = Exclude<ReadyState, 'listening' | 'ready' | 'unseen' | 'port_taken'>;
type Seen = Extract<Observation, { what: 'listening' }> & { readonly state: NotReady };

interface Around {
  readonly seen: Seen;
  readonly view: TraceView;
  readonly instance: InstanceView;
  /** Where it listens, in words. */
  readonly where: string;
  /** The port that it was told. */
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

const UNIX =
  'It waits for clients on a socket of the Unix family (AF_UNIX), which has a name in the file system and no port: create the socket with AF_INET.';
const TAKE_THE_PORT =
  'Take the port from the command line (see how the program is started), or tell the grader which port it uses with --port.';
const NOT_BOUND =
  'A port that nobody chose: call bind() with the given port before listen(), look at what it returns, and do not bind to port 0.';
/** Where Linux begins to give out ports by itself, see ip_local_port_range in ip(7). */
const FIRST_EPHEMERAL = 32_768;

/** Whether it may be that listen() has taken any port, because the socket was not bound to one. */
function isUnbound({ address, port }: Listener): boolean {
  return (address === '0.0.0.0' || address === '::') && port >= FIRST_EPHEMERAL;
}

/** It listened at its first start and not at its second, and not because of the port. */
const LEFT_BEHIND =
  'Something that the first start left behind stops it, and not the port: a lock or pid file, for instance, that is not removed when the program is killed. Do without it.';

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
  exited: ({ view, instance }) => ({
    cause: instance.exit?.signal ? 'crashed' : 'exited',
    summary: `The program ${describeEnd(instance)} instead of listening.`,
    actual: describeEnd(instance),
    ...(view.observed('control_start')?.listens === false ? { hint: LEFT_BEHIND } : {}),
  }),
  other_port: ({ seen, where, givenPort }) => ({
    cause: 'other_port',
    summary: `The program listens on ${describePorts(seen.listeners)}, not on the given ${givenPort}.`,
    actual: `listens on ${where}`,
    hint: seen.listeners.every(isUnbound) ? NOT_BOUND : TAKE_THE_PORT,
  }),
  swapped_port: ({ seen, where, givenPort }) => ({
    cause: 'swapped_port',
    summary: `The program listens on ${describePorts(seen.listeners)}, which is the given ${givenPort} with its two bytes swapped.`,
    actual: `listens on ${where}`,
    hint: HTONS,
  }),
  other_address: ({ where, instance: { host } }) => ({
    cause: 'other_address',
    summary: `The program listens on ${where}, where a client that connects to ${host ?? 'localhost'} does not reach it.`,
    actual: `listens on ${where}`,
    hint: host?.includes(':')
      ? `Bind to ${host} or to all addresses (::), with a socket of IPv6 (AF_INET6).`
      : `Bind to ${host ?? 'localhost (127.0.0.1)'} or to all addresses (0.0.0.0).`,
  }),
  leftover_child: ({ seen, where, givenPort }) => ({
    cause: 'leftover_child',
    summary: `A process that the program left behind still holds port ${givenPort ?? seen.port}.`,
    actual: seen.detail ?? where,
    hint: 'Close the listening socket in child processes, and end them with the program.',
  }),
  udp: ({ seen }) => ({
    cause: 'udp',
    summary: 'The program opened a UDP socket; a TCP socket is wanted.',
    actual: seen.detail ?? 'a UDP socket',
    hint: 'Create the socket with SOCK_STREAM and call listen().',
  }),
  waits_on_stdin: ({ seen }) => ({
    cause: 'waits_on_stdin',
    summary: 'The program waits for input on its standard input and does not listen.',
    actual: seen.detail ?? 'blocked in read on standard input',
    hint: 'Do not ask for input: take the port from the command line.',
  }),
  no_listen: ({ seen, view }) => ({
    cause: 'no_listen',
    summary:
      view.observed('bind_trial')?.detail === 'EADDRINUSE'
        ? `The program bound its socket to port ${seen.port}, but did not call listen() on it.`
        : 'The program made a socket, but it does not listen: listen() was not called on it, or failed.',
    actual: seen.detail ?? 'a socket that does not listen',
    hint: 'After bind(), call listen() on the socket.',
  }),
  idle: ({ seen }) => ({
    cause: 'idle',
    summary: 'The program runs, but never listens.',
    actual: seen.detail ?? 'idle, not listening',
    hint: seen.detail?.includes('accept on Unix socket')
      ? UNIX
      : 'After bind(), call listen() on the socket.',
  }),
  tcp: ({ seen }) => ({
    cause: 'tcp',
    summary: 'The program opened a TCP socket; a UDP socket is wanted.',
    actual: seen.detail ?? 'a TCP socket',
    hint: 'Create the socket with SOCK_DGRAM; bind() is enough then, there is no listen() and no accept().',
  }),
  starting: notInTime,
  not_started: notInTime,
};

/** What is otherwise where the program is to talk by UDP. */
const OF_UDP: Readonly<Partial<Record<NotReady, Partial<Found>>>> = {
  no_listen: {
    summary:
      'The program made a socket, but it is not bound to a port: bind() was not called on it, or failed.',
    hint: 'Call bind() with the given port before recvfrom().',
  },
  idle: {
    summary: 'The program runs, but has no UDP socket that takes datagrams.',
    hint: 'Create a socket with SOCK_DGRAM, bind() it to the given port, and wait in recvfrom(). Do not call connect() on it.',
  },
};
