import { milliseconds, percent } from '../../base/units.ts';
import type { EndReason, Observation, TraceEvent } from '../../model/index.ts';
import {
  describeDatagrams,
  describeListeners,
  describeReuseFlags,
  describeShare,
} from '../../steps/describe.ts';

type Of<Type extends TraceEvent['type']> = Extract<TraceEvent, { type: Type }>;

const REASONS: Readonly<Record<EndReason, string>> = {
  self: '',
  step: ', as the step asks',
  teardown: ', to clean up',
  interrupted: ', because the run was interrupted',
  output_limit: ', because it printed too much',
  memory_limit: ', because it used too much memory',
  cpu_limit: ', because it used too much processor time',
  processes_limit: ', because it had too many processes',
  disk_limit: ', because it filled its folder',
  time_limit: ', because it ran for too long',
};

/** "SIGKILL, to clean up". */
export function signalLabel({ signal, reason }: Of<'signal'>): string {
  const meaning = { SIGSTOP: ': stopped', SIGCONT: ': continues' }[signal] ?? '';
  return `${signal}${meaning}${meaning === '' ? REASONS[reason] : ''}`;
}

/** "ended with status 1 by itself". */
export function exitLabel({ code, signal, reason }: Of<'process_exit'>): string {
  const how = signal === null ? `exited with status ${code ?? '?'}` : `ended by ${signal}`;
  return reason === 'self' && signal === null ? `${how} by itself` : how;
}

/** What the end of a step says about waiting, if anything. */
export function stepEndLabel({ timedOut, rested, granted, starved }: Of<'step_end'>): string {
  const enough = starved ? ', and that was not enough' : '';
  if (granted > 0) return `${milliseconds(granted)} more were given: the program had no processor${enough}`;
  if (rested) return 'the program is idle: waiting longer would be in vain';
  return timedOut ? 'time is up' : '';
}

/** What the kernel said, in a few words. */
export function observationLabel(seen: Observation): string {
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
      return `${seen.program}: ${seen.processes} process${seen.processes === 1 ? '' : 'es'} left running`;
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
    case 'stopped':
      return `${seen.program} is ${seen.stopped ? 'stopped' : 'not stopped'}`;
  }
}

function listeningLabel(seen: Extract<Observation, { what: 'listening' }>): string {
  const where = seen.listeners.length > 0 ? ` on ${describeListeners(seen.listeners)}` : '';
  const label: Readonly<Partial<Record<typeof seen.state, string>>> = {
    other_port: 'listens on another port',
    swapped_port: 'listens, port bytes swapped',
    other_address: 'listens on another address',
    port_taken: 'the port is taken',
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
  };
  return `${label[seen.state] ?? seen.state}${where}`;
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
