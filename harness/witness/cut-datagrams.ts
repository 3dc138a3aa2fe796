import type { Trace } from '../model/index.ts';
import type { FactsByStart } from './socket-facts.ts';

/** An event may be written down a little after the kernel did it, in milliseconds. */
const SLACK = 300;

/**
 * Datagrams of which a program had room for the beginning only, so that the rest was lost, see recv(2): what filled the
 * room to its last byte while a longer datagram was on its way, and none of just that length.
 */
export function cutDatagrams(trace: Trace, began: number, facts: FactsByStart): readonly string[] {
  const talksUdp = new Set<string>();
  const sent: { readonly at: number; readonly length: number }[] = [];
  for (const event of trace.events) {
    if ((event.type === 'connect' || event.type === 'accepted') && event.transport === 'udp')
      talksUdp.add(event.conn);
    if (event.type === 'sent' && talksUdp.has(event.conn))
      sent.push({ at: began + event.t, length: event.length });
  }
  return [...facts].flatMap(([start, { datagrams }]) =>
    datagrams.flatMap(({ to, room, bytes, saidCut }, at) => {
      const since = (datagrams[at - 1]?.to ?? 0) - SLACK;
      const near = sent.filter((each) => each.at >= since && each.at <= to + SLACK);
      const longer = near.find(({ length }) => length > room);
      const isCut = saidCut || (bytes === room && !near.some(({ length }) => length === room));
      if (!isCut || longer === undefined) return [];
      const program = start.replace(/#\d+$/, '');
      return [
        `${program} had room for ${room} bytes when it received a datagram of ${longer.length}: the rest was lost`,
      ];
    }),
  );
}
