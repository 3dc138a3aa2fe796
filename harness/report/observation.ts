import { percent } from '../base/units.ts';
import type { Observation } from '../model/index.ts';
import {
  describeDatagrams,
  describeListeners,
  describeReuseFlags,
  describeShare,
} from '../steps/describe.ts';

/** The program or the connection that an observation is about; empty where it is about neither. */
export function observationSubject(seen: Observation): string {
  return ('program' in seen ? seen.program : 'conn' in seen ? seen.conn : undefined) ?? '';
}

type Seen<What extends Observation['what']> = Extract<Observation, { readonly what: What }>;

/** Each kind of observation in a few words. */
const DESCRIPTIONS: { readonly [What in Observation['what']]: (seen: Seen<What>) => string } = {
  listening: listeningLabel,
  blocked: (seen) => `${describeBlocked(seen)} · ${percent(seen.share)} CPU`,
  unread: ({ conn, bytes, accepted }) =>
    bytes === null
      ? `the program’s end of ${conn} is gone`
      : `${conn} ${accepted ? 'accepted' : 'waits for accept()'} · ${bytes} bytes unread`,
  port: (seen) => `port ${seen.port} ${portLabel(seen)}`,
  activity: ({ program, alive, share }) =>
    alive ? `${program} ${describeShare(share, 'CPU')}` : `${program} is gone`,
  signals: ({ program, caught }) => `${program} handles ${caught.join(', ')}`,
  left_running: ({ program, processes }) =>
    `${program}: ${processes} process${processes === 1 ? '' : 'es'} left running`,
  owner: ({ port, program }) => `port ${port} is ${program === null ? 'free' : `${program}’s`}`,
  datagrams: describeDatagrams,
  bind_trial: ({ port, works }) => `port ${port} with SO_REUSEADDR: bind ${works ? 'works' : 'fails'}`,
  no_ban: ({ port }) => `port ${port}: TIME_WAIT blocks no bind`,
  reuse: ({ port, address, sharedPort }) =>
    `port ${port}: ${address ? '' : 'no '}SO_REUSEADDR, ${sharedPort ? '' : 'no '}SO_REUSEPORT`,
  time_wait_over: ({ port }) => `port ${port} is no longer in TIME_WAIT`,
  control_start: ({ port, listens, reuseAddress }) =>
    `started on the cleared port ${port}: ${listens ? 'listens' : 'does not listen'}${describeReuseFlags(reuseAddress)}`,
  stop_trial: ({ ended }) =>
    `stopped and continued for nothing: ${ended === null ? 'could not be tried' : ended ? 'ends' : 'lives on'}`,
  busy_trial: ({ busy }) =>
    `started anew, without a client: ${busy === null ? 'could not be watched' : busy ? 'busy' : 'quiet'}`,
  stopped: ({ program, stopped }) => `${program} is ${stopped ? 'stopped' : 'not stopped'}`,
};

/**
 * What the operating system said, in a few words: the only place where an observation is put into words as such, for the
 * trace and for the timeline.
 */
export function describeObservation<What extends Observation['what']>(seen: Seen<What>): string {
  const { what }: { readonly what: What } = seen;
  return DESCRIPTIONS[what](seen);
}

function listeningLabel(seen: Extract<Observation, { what: 'listening' }>): string {
  const where = seen.listeners.length > 0 ? ` on ${describeListeners(seen.listeners)}` : '';
  const label: Readonly<Record<typeof seen.state, string>> = {
    other_port: 'listens on another port',
    swapped_port: 'listens, port bytes swapped',
    other_address: 'listens on another address',
    port_taken: 'the port is taken',
    still_running: 'still runs',
    port_denied: 'the port is for the administrator only',
    leftover_child: 'an old child holds the port',
    waits_on_stdin: 'waits for standard input',
    no_listen: 'has a socket, does not listen',
    idle: 'does not listen, is idle',
    starting: 'is still starting',
    not_started: 'has not started',
    exited: 'ended instead of listening',
    unseen: 'can’t be seen here',
    udp: 'is bound to UDP',
    tcp: 'listens on TCP',
    listening: 'listening',
    ready: 'ready',
  };
  return `${label[seen.state]}${where}`;
}

function describeBlocked(seen: Extract<Observation, { what: 'blocked' }>): string {
  const call = `${seen.in}()${seen.on === undefined ? '' : ` on ${seen.on}`}`;
  switch (seen.state) {
    case 'blocked':
      return `blocked in ${call}`;
    case 'spinning':
    case 'polling':
      return `${seen.state} instead of waiting in ${call}`;
    case 'elsewhere':
      return `not in ${call} but elsewhere`;
    case 'exited':
      return `not in ${call}: it ended`;
    case 'closed':
      return `not in ${call}: it closed`;
    case 'not_accepted':
      return `${seen.on ?? 'the connection'} is not accepted yet`;
    case 'unseen':
      return `${call} can’t be seen here`;
  }
}

function portLabel({ state, listeners }: Extract<Observation, { what: 'port' }>): string {
  const who = listeners.length > 0 ? `: ${describeListeners(listeners)}` : '';
  return {
    free: 'is free',
    listening: 'has a listener',
    time_wait: 'in TIME_WAIT',
    in_use: `in use${who}`,
    unseen: 'can’t be seen here',
  }[state];
}
