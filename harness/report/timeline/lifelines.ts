import { join, type Markup } from '../html/text.ts';
import type { Columns } from './columns.ts';
import { connectionOf, isEnd } from './columns.ts';
import type { Timeline } from './index.ts';
import { line } from './shapes.ts';

/** Half a row: how far below the top of a row its mark stands. */
const MIDDLE = 13;
const ARROW = 22;

/** The upright lines: how long each connection and each start of a program lasted, and when it was stopped. */
export function lifelines(
  timeline: Timeline,
  tops: readonly number[],
  columns: Columns,
  bottom: number,
): Markup {
  const top = tops[0] ?? 0;
  return join([
    line(columns.kernel, top, columns.kernel, bottom, 'life kernel'),
    ...programLines(timeline, tops, columns, bottom),
    ...clientLines(timeline, tops, columns, bottom),
  ]);
}

function programLines(
  { rows }: Timeline,
  tops: readonly number[],
  columns: Columns,
  bottom: number,
): Markup[] {
  const drawn: Markup[] = [];
  const alive = new Map<string, { from: number; stopped: boolean }>();
  const end = (who: string, y: number) => {
    const life = alive.get(who);
    const x = columns.program(who);
    if (life) drawn.push(line(x, life.from, x, y, life.stopped ? 'life stopped' : 'life program'));
    alive.delete(who);
  };
  rows.forEach((row, at) => {
    if (row.kind !== 'mark' || row.at !== 'program') return;
    const y = (tops[at] ?? 0) + MIDDLE;
    const stops = row.sign === 'signal' && row.label.startsWith('SIGSTOP');
    const goesOn = row.sign === 'signal' && row.label.startsWith('SIGCONT');
    if (row.sign === 'start' || stops || goesOn) {
      end(row.who, y);
      alive.set(row.who, { from: y, stopped: stops });
    } else if (row.sign === 'exit') end(row.who, y);
  });
  for (const who of [...alive.keys()]) end(who, bottom);
  return drawn;
}

function clientLines(
  { rows }: Timeline,
  tops: readonly number[],
  columns: Columns,
  bottom: number,
): Markup[] {
  const ends = new Map<string, { from: number; to: number }>();
  rows.forEach((row, at) => {
    const conn = connectionOf(row);
    if (conn === undefined) return;
    const y = (tops[at] ?? 0) + (row.kind === 'message' ? ARROW : MIDDLE);
    ends.set(conn, { from: ends.get(conn)?.from ?? y, to: isEnd(row) ? y : bottom });
  });
  return [...ends].map(([conn, { from, to }]) =>
    line(columns.ofConn(conn), from, columns.ofConn(conn), to, 'life client'),
  );
}
