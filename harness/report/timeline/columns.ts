import type { TimelineRow } from './rows.ts';

/** Most columns for connections; more than these at once share the last one. */
export const MOST_COLUMNS = 4;

/** Gives each connection a column; one that is over leaves its column to a later one. */
export function columnOf(rows: readonly TimelineRow[]): ReadonlyMap<string, number> {
  const lastRow = new Map<string, number>();
  rows.forEach((row, at) => {
    const conn = connectionOf(row);
    if (conn !== undefined) lastRow.set(conn, isEnd(row) ? at : rows.length);
  });
  const columnByConn = new Map<string, number>();
  const busyUntil: number[] = [];
  rows.forEach((row, at) => {
    const conn = connectionOf(row);
    if (conn === undefined || columnByConn.has(conn)) return;
    const free = busyUntil.findIndex((until) => until < at);
    const column = free !== -1 ? free : Math.min(busyUntil.length, MOST_COLUMNS - 1);
    columnByConn.set(conn, column);
    busyUntil[column] = Math.max(busyUntil[column] ?? -1, lastRow.get(conn) ?? at);
  });
  return columnByConn;
}

/** Whether a row ends its connection, unless more of it follows. */
export function isEnd(row: TimelineRow): boolean {
  return 'sign' in row && ['fin', 'rst', 'refused', 'error'].includes(row.sign);
}

/** The connection that a row is about, where it is drawn at a client. */
export function connectionOf(row: TimelineRow): string | undefined {
  if (row.kind === 'message') return row.conn;
  return row.kind === 'mark' && row.at === 'client' ? row.who : undefined;
}

/** Where the columns stand. */
export interface Columns {
  ofConn(conn: string): number;
  program(name: string): number;
  readonly kernel: number;
}
