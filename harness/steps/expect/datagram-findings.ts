import { escapeBytes } from '../../match/view.ts';
import type { Observation } from '../../model/index.ts';
import { type Found, inconclusive, type Outcome } from '../outcome.ts';
import type { TraceView } from '../view.ts';

type Datagrams = Extract<Observation, { what: 'datagrams' }>;

/** What the kernel said about the datagrams of a connection when the step ended. */
function seenOn(on: string, view: TraceView): Datagrams | undefined {
  const seen = view
    .stepEvents()
    .findLast(
      (event) =>
        event.type === 'observed' && event.observation.what === 'datagrams' && event.observation.conn === on,
    );
  return seen?.type === 'observed' && seen.observation.what === 'datagrams' ? seen.observation : undefined;
}

/** Datagrams that were lost on the grader's side prove nothing. */
export function lostByUs(on: string, view: TraceView): Outcome | undefined {
  const drops = seenOn(on, view)?.ownDrops ?? 0;
  if (drops === 0) return undefined;
  return inconclusive('interference', {
    cause: 'unknown',
    summary: `The grader itself lost ${drops} datagram${drops === 1 ? '' : 's'}: its own queue was full.`,
    hint: 'Grade fewer submissions at once, or allow larger queues: sysctl net.core.rmem_max.',
  });
}

/** Why no datagram came, as far as the kernel tells. */
export function whyNoDatagram(on: string, view: TraceView): Partial<Found> | undefined {
  const { strays, accepted } = view.connection(on);
  const seen = seenOn(on, view);
  const [stray] = strays;
  if (stray)
    return {
      cause: 'wrong_port',
      summary: `A reply arrived from ${stray.address}, port ${stray.port}, not from the port that the datagram was sent to.`,
      actual: `${escapeBytes(Buffer.from(stray.bytes))} from port ${stray.port}`,
      detail: 'reply_from_other_port',
    };
  if (!seen || accepted) return undefined;
  if (seen.socket === 'none')
    return {
      cause: 'refused',
      summary: `No reply arrived: nothing is bound to UDP port ${seen.port} any more.`,
      actual: `no socket on UDP port ${seen.port}`,
      detail: 'udp_socket_closed',
    };
  if (seen.socket === 'connected')
    return {
      cause: 'wrong_peer',
      summary: `No reply arrived: the program has connected its UDP socket to port ${seen.peer}, so the kernel refuses datagrams from all others.`,
      actual: `a socket that is connected to port ${seen.peer}`,
      detail: 'connected_udp_socket',
    };
  if (seen.unread)
    return {
      cause: 'not_read',
      summary: 'No reply arrived: the datagram lies unread before the program.',
      actual: 'a datagram lies unread',
      detail: 'one_datagram_only',
    };
  if ((seen.noPort ?? 0) > 0)
    return {
      cause: 'wrong_port',
      summary:
        'No reply arrived: the program has read the datagram, and one was sent to a port where nothing is bound.',
      actual: 'a datagram went to a port where nothing is bound',
      detail: 'reply_to_nobody',
    };
  return undefined;
}

/** What the kernel tells besides. */
export function datagramEvidence(on: string, view: TraceView): string[] {
  const drops = seenOn(on, view)?.drops ?? 0;
  return drops === 0
    ? []
    : [`the kernel dropped ${drops} datagrams since the program did not read them in time`];
}
