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

/**
 * What the operating system said, in a few words: the only place where an observation is put into words as such. An
 * observation without words here does not compile.
 */
export function describeObservation(seen: Observation): string {
  switch (seen.what) {
    case 'listening':
      return listeningLabel(seen);
    case 'blocked':
      return `${describeBlocked(seen)} · ${percent(seen.share)} CPU`;
    case 'unread':
      if (seen.bytes === null) return `the program’s end of ${seen.conn} is gone`;
      return `${seen.conn} ${seen.accepted ? 'accepted' : 'waits for accept()'} · ${seen.bytes} bytes unread`;
    case 'port':
      return `port ${seen.port} ${portLabel(seen)}`;
    case 'activity':
      return seen.alive ? `${seen.program} ${describeShare(seen.share, 'CPU')}` : `${seen.program} is gone`;
    case 'signals':
      return `${seen.program} handles ${seen.caught.join(', ')}`;
    case 'left_running':
      return `${seen.program}: ${seen.processes} process${seen.processes === 1 ? '' : 'es'} left running${seen.listens ? ', listening' : ''}`;
    case 'owner':
      return `port ${seen.port} is ${seen.program === null ? 'free' : `${seen.program}’s`}`;
    case 'datagrams':
      return describeDatagrams(seen);
    case 'bind_trial':
      return `port ${seen.port} with SO_REUSEADDR: bind ${seen.works ? 'works' : 'fails'}`;
    case 'no_ban':
      return `port ${seen.port}: TIME_WAIT blocks no bind`;
    case 'reuse':
      return `port ${seen.port}: ${seen.address ? '' : 'no '}SO_REUSEADDR, ${seen.sharedPort ? '' : 'no '}SO_REUSEPORT`;
    case 'time_wait_over':
      return `port ${seen.port} is no longer in TIME_WAIT`;
    case 'control_start':
      return `started on the cleared port ${seen.port}: ${seen.listens ? 'listens' : 'does not listen'}${describeReuseFlags(seen.reuseAddress)}`;
    case 'stop_trial':
      return `stopped and continued for nothing: ${seen.ended === null ? 'could not be tried' : seen.ended ? 'ends' : 'lives on'}`;
    case 'busy_trial':
      return `started anew, without a client: ${seen.busy === null ? 'could not be watched' : seen.busy ? 'busy' : 'quiet'}`;
    case 'stopped':
      return `${seen.program} is ${seen.stopped ? 'stopped' : 'not stopped'}`;
  }
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
