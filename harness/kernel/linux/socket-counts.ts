import { readAgain } from './proc.ts';

// How many sockets this network namespace has costs microseconds, whatever the size of its tables (proc_pid_net(5)).

/** TCP sockets of IPv6 that listen or are connected, those in TIME_WAIT not among them; null where that is not known. */
export function openV6Sockets(): number | null {
  return countIn('/proc/net/sockstat6', /^TCP6: inuse (\d+)/m);
}

/** Connections of both families in TIME_WAIT, and most of those in FIN_WAIT2 that nobody owns; null where that is not known. */
export function timeWaitSockets(): number | null {
  return countIn('/proc/net/sockstat', /^TCP: .*\btw (\d+)/m);
}

/** Datagrams of UDP that came for ports where nothing was bound; null where that is not known. */
export function noPortDatagrams(): number | null {
  const v4 = countIn('/proc/net/snmp', /^Udp: \d+ (\d+)/m);
  const v6 = countIn('/proc/net/snmp6', /^Udp6NoPorts\s+(\d+)/m);
  return v4 === null ? null : v4 + (v6 ?? 0);
}

function countIn(file: string, pattern: RegExp): number | null {
  const found = pattern.exec(readAgain(file) ?? '')?.[1];
  return found === undefined ? null : Number(found);
}
