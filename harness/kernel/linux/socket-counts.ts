import { readAgain } from './proc.ts';

/** How many sockets this network namespace has, which costs microseconds whatever the size of its tables. */
export interface SocketCounts {
  /** TCP sockets of IPv6 that listen or are connected; those in TIME_WAIT are not among them. */
  readonly openV6: number;
  /** Connections of both families in TIME_WAIT, and of those in FIN_WAIT2 that nobody owns most. */
  readonly timeWait: number;
}

/** What `/proc/net/sockstat` and `sockstat6` count; null where they don't tell (proc_pid_net(5)). */
export function socketCounts(): SocketCounts | null {
  const openV6 = numberIn(readAgain('/proc/net/sockstat6'), /^TCP6: inuse (\d+)/m);
  const timeWait = numberIn(readAgain('/proc/net/sockstat'), /^TCP: .*\btw (\d+)/m);
  return openV6 === null || timeWait === null ? null : { openV6, timeWait };
}

function numberIn(text: string | null, pattern: RegExp): number | null {
  const found = text === null ? null : pattern.exec(text)?.[1];
  return found === undefined || found === null ? null : Number(found);
}
