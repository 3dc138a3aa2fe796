import { clip, html, join, type Markup, NOTHING } from '../html/text.ts';
import { type Columns, MOST_COLUMNS } from './columns.ts';
import type { Timeline } from './index.ts';
import { lifelines } from './lifelines.ts';
import type { Mark, Message, TimelineRow } from './rows.ts';
import { arrow, line, shape, text } from './shapes.ts';
import { formatTime } from './text.ts';

/** Units of the picture's own coordinates; it is scaled to the page. */
const WIDTH = 540;
const HEAD = 40;
const TIME = 48;
const FIRST_COLUMN = 88;
const COLUMN = 26;
const KERNEL = 520;
const ROOM_FOR_KERNEL = 128;
const MOST_PROGRAMS = 3;
const HEIGHTS: Readonly<Record<TimelineRow['kind'], number>> = {
  message: 34,
  mark: 26,
  step: 17,
  wait: 24,
  gap: 28,
  failure: 30,
};

/** Draws a run as a ladder: clients on the left, the program and the kernel on the right, time running down. */
export function timelineSvg(timeline: Timeline, id: string, title: string): Markup {
  const columns = columnsOf(timeline);
  const tops: number[] = [];
  let y = HEAD;
  for (const row of timeline.rows) {
    tops.push(y);
    y += HEIGHTS[row.kind];
  }
  const height = y + 14;
  let onBand = false;
  const rows = timeline.rows.map((row, at) => {
    if (row.kind === 'step') onBand = row.failed;
    const drawn = drawRow(row, tops[at] ?? 0, columns, timeline);
    return onBand ? html`<g class="on">${drawn}</g>` : drawn;
  });
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${id}-t ${id}-d">
<title id="${id}-t">${title}</title>
<desc id="${id}-d">${description(timeline)}</desc>
${bands(timeline, tops)}${lifelines(timeline, tops, columns, height - 8)}${heads(timeline, columns)}${join(rows, '\n')}
</svg>`;
}

function columnsOf({ columnByConn, programs }: Timeline): Columns {
  const shown = Math.max(1, Math.min(MOST_PROGRAMS, programs.length));
  const rightmost = KERNEL - ROOM_FOR_KERNEL;
  return {
    kernel: KERNEL,
    ofConn: (conn) => FIRST_COLUMN + COLUMN * (columnByConn.get(conn) ?? 0),
    program: (name) => {
      const at = Math.max(0, Math.min(programs.indexOf(name), MOST_PROGRAMS - 1));
      return rightmost - 80 * (shown - 1 - at);
    },
  };
}

function description({ rows, columnByConn, programs, durationMs }: Timeline): string {
  const conns = [...columnByConn.keys()];
  const who = conns.length === 0 ? 'no connection' : `connections ${clip(conns.join(', '), 80)}`;
  return `A ladder of ${rows.length} rows and ${formatTime(durationMs)} ms: ${who} on the left, ${clip(programs.join(', '), 80) || 'no program'} and the kernel on the right, time running down.`;
}

function heads({ columnByConn, programs }: Timeline, columns: Columns): Markup {
  const conns = [...columnByConn.keys()].filter(
    (conn, at, all) => all.findIndex((other) => columnByConn.get(other) === columnByConn.get(conn)) === at,
  );
  const client =
    conns.length === 0
      ? NOTHING
      : text(FIRST_COLUMN + (COLUMN / 2) * Math.max(...columnByConn.values()), 16, 'client', 'h c');
  return join([
    text(TIME - 4, 16, 'ms', 'h e'),
    client,
    ...(columnByConn.size > 1 || conns.length > 0
      ? conns.map((conn) => text(columns.ofConn(conn), 31, sharedName(conn, columnByConn), 'n c'))
      : []),
    ...programs.slice(0, MOST_PROGRAMS).map((name) => text(columns.program(name), 16, clip(name, 12), 'h c')),
    text(KERNEL + 14, 16, 'kernel', 'h e'),
  ]);
}

/** The name above a column; a column that several connections use one after the other has none. */
function sharedName(conn: string, columnByConn: ReadonlyMap<string, number>): string {
  const users = [...columnByConn].filter(([, ofConn]) => ofConn === columnByConn.get(conn));
  return users.length > 1 || conn.length > 3 ? '' : conn;
}

/** The rows of a failed step stand on a tinted ground. */
function bands({ rows }: Timeline, tops: readonly number[]): Markup {
  const drawn: Markup[] = [];
  rows.forEach((row, at) => {
    if (row.kind !== 'step' || !row.failed) return;
    let end = at + 1;
    while (end < rows.length && rows[end]?.kind !== 'step') end += 1;
    const from = tops[at] ?? 0;
    const last = rows[end - 1];
    const to = (tops[end - 1] ?? 0) + (last ? HEIGHTS[last.kind] : 0);
    drawn.push(shape(`M0 ${from + 7}h${WIDTH}V${to + 4}h-${WIDTH}z`, 'band'));
  });
  return join(drawn);
}

function drawRow(row: TimelineRow, y: number, columns: Columns, timeline: Timeline): Markup {
  switch (row.kind) {
    case 'step':
      return join([
        line(0, y + 7, WIDTH, y + 7, row.failed ? 'rule bad' : 'rule'),
        text(0, y + 19, row.label, row.failed ? 's bad' : 's'),
      ]);
    case 'wait':
      return text(middle(timeline, columns), y + 16, `· · ·   ${formatTime(row.ms)} ms pass   · · ·`, 'w c');
    case 'gap':
      return text(middle(timeline, columns), y + 18, `⋮   ${row.label}   ⋮`, 'w c');
    case 'failure':
      return text(
        middle(timeline, columns),
        y + 19,
        `${row.sure ? '✗' : '?'} ${clip(row.label, 60)}`,
        row.sure ? 'f c bad' : 'f c warn',
      );
    case 'message':
      return drawMessage(row, y, columns, timeline);
    case 'mark':
      return drawMark(row, y, columns);
  }
}

function middle({ programs }: Timeline, columns: Columns): number {
  return (FIRST_COLUMN + columns.program(programs[0] ?? '')) / 2;
}

function drawMessage(
  row: Message,
  y: number,
  columns: Columns,
  { columnByConn, programs }: Timeline,
): Markup {
  const client = columns.ofConn(row.conn);
  const program = columns.program(row.program ?? programs[0] ?? '');
  const [from, to] = row.way === 'out' ? [client, program] : [program, client];
  const tone = row.sign === 'rst' || row.sign === 'refused' ? 'bad' : row.sign === 'data' ? '' : 'soft';
  const named = columnByConn.size > 1 || row.sign === 'connect' ? `${clip(row.conn, 14)} ` : '';
  const left = FIRST_COLUMN + COLUMN * (MOST_COLUMNS - 1);
  return join([
    text(TIME - 4, y + 26, formatTime(row.t), 't e'),
    arrow(from, to, y + 22, `${row.sign} ${tone}`, row.sign === 'refused'),
    text(
      (Math.min(client, left) + program) / 2,
      y + 16,
      `${named}${clip(row.label, 56)}`,
      `l c ${tone}`,
      row.bytes,
    ),
  ]);
}

const SIGNS: Readonly<Record<Mark['sign'], string>> = {
  start: 'M-5 -4.5l9 4.5l-9 4.5z',
  print: 'M-3 -3h6v6h-6z',
  signal: 'M0 -5l5 5l-5 5l-5 -5z',
  exit: 'M-4 -4l8 8m0 -8l-8 8',
  error: 'M-4 -4l8 8m0 -8l-8 8',
  seen: 'M0 -4a4 4 0 1 0 .01 0z',
  note: 'M0 -3a3 3 0 1 0 .01 0z',
};

function drawMark(row: Mark, y: number, columns: Columns): Markup {
  const tone = row.sign === 'error' ? 'bad' : '';
  const time = text(TIME - 4, y + 17, formatTime(row.t), 't e');
  const at = (x: number) =>
    shape(`M${x} ${y + 13}${SIGNS[row.sign].replace(/^M/, 'm')}`, `m ${row.sign} ${tone}`);
  switch (row.at) {
    case 'client': {
      const x = columns.ofConn(row.who);
      return join([time, at(x), text(x + 11, y + 17, `${row.who} ${clip(row.label, 50)}`, `l ${tone}`)]);
    }
    case 'program': {
      const x = columns.program(row.who);
      const clippedTo = row.bytes === '' ? 52 : 20;
      return join([time, at(x), text(x - 12, y + 17, clip(row.label, clippedTo), `l e ${tone}`, row.bytes)]);
    }
    case 'kernel':
      return join([
        time,
        at(columns.kernel),
        text(columns.kernel - 12, y + 17, clip(row.label, 60), 'l e k'),
      ]);
    case 'grader':
      return join([time, text(FIRST_COLUMN - 8, y + 17, clip(row.label, 70), `l g ${tone}`)]);
  }
}
