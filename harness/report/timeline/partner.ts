import type { TraceEvent } from '../../model/index.ts';

/**
 * The program at the other end of each connection: the one that the grader connected to or, where a program connected
 * to the grader, the one that had been started last of those that ran. Recordings without the name of the program are
 * read by the ports.
 */
export function partners(events: readonly TraceEvent[]): ReadonlyMap<string, string> {
  const partner = new Map<string, string>();
  const byPort = new Map<number, string>();
  const running: string[] = [];
  const arrived = new Map<string, string>();
  const set = (map: Map<string, string>, key: string, program: string | undefined) => {
    if (program !== undefined) map.set(key, program);
  };
  for (const event of events) {
    switch (event.type) {
      case 'process_start':
        running.push(event.program);
        if (event.port !== null && !byPort.has(event.port)) byPort.set(event.port, event.program);
        break;
      case 'process_exit': {
        const at = running.lastIndexOf(event.program);
        if (at >= 0) running.splice(at, 1);
        break;
      }
      case 'observed':
        if (event.observation.what === 'listening')
          for (const { port } of event.observation.listeners) byPort.set(port, event.observation.program);
        break;
      case 'connect':
        set(partner, event.conn, event.program ?? byPort.get(event.port));
        break;
      case 'arrived':
        set(arrived, `${event.number} ${event.listener}`, running.at(-1));
        break;
      case 'accepted':
        set(partner, event.conn, arrived.get(`${event.number} ${event.listener}`));
        break;
    }
  }
  return partner;
}
