import { defineObservation } from './definition.ts';

/** What the kernel says of a UDP socket of a program and of ours that talk to each other. */
export interface Datagrams {
  readonly what: 'datagrams';
  readonly conn?: string;
  readonly port: number;
  /** `connected`: it takes datagrams of one peer only. */
  readonly socket: 'bound' | 'connected' | 'none' | 'unseen';
  /** The peer of a connected one. */
  readonly peer?: number;
  readonly unread: boolean;
  /** Lost since the program's queue was full. */
  readonly drops: number;
  /** Lost since ours was. */
  readonly ownDrops: number;
  /** Datagrams to ports where nothing was bound, since the step began; null where others may have sent them. */
  readonly noPort: number | null;
}

export const datagrams = defineObservation<Datagrams>({
  what: 'datagrams',
  describe,
});

function describe({ port, socket, peer, unread, drops, ownDrops }: Datagrams): string {
  const what = {
    bound: `UDP port ${port} is bound`,
    connected: `the socket on UDP port ${port} is connected to port ${peer}`,
    none: `nothing is bound to UDP port ${port}`,
    unseen: `UDP port ${port} cannot be seen`,
  }[socket];
  return [
    what,
    ...(unread ? ['a datagram lies unread'] : []),
    ...(drops > 0 ? [`${drops} dropped`] : []),
    ...(ownDrops > 0 ? [`${ownDrops} dropped on the grader's side`] : []),
  ].join(', ');
}
