import { readAgain } from './proc.ts';

// How many sockets this network namespace has costs microseconds, whatever the size of its tables (proc_pid_net(5)).

/** TCP sockets of IPv6 that listen or are connected, those in TIME_WAIT not among them; null where that is not told. */
export function openV6Sockets(): number | null {
  return countIn('/proc/net/sockstat6', /^TCP6: inuse (\d+)/m);
}

/** Connections of both families in TIME_WAIT, and most of those in FIN_WAIT2 that nobody owns; null where not told. */
export function timeWaitSockets(): number | null {
  return countIn('/proc/net/sockstat', /^TCP: .*\btw (\d+)/m);
}

function countIn(file: string, pattern: RegExp): number | null {
  const found = pattern.exec(readAgain(file) ?? '')?.[1];
  return found === undefined ? null : Number(found);
}
