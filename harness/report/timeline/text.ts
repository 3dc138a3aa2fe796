import { grouped, html, join, type Markup, NOTHING } from '../html/text.ts';
import type { Timeline } from './index.ts';
import type { TimelineRow } from './rows.ts';

/** Milliseconds without a unit: "0.4", "12", "1,302". */
export function formatTime(ms: number): string {
  if (ms < 10) return String(Number(ms.toFixed(1)));
  return grouped(Math.round(ms));
}

/** A run as a list, for those who do not see the picture or want to search and copy it. */
export function timelineList({ rows, programs }: Timeline): Markup {
  const several = programs.length > 1;
  return html`<ol class="trace">${join(
    rows.map((row) => item(row, several)),
    '\n',
  )}</ol>`;
}

function item(row: TimelineRow, several: boolean): Markup {
  switch (row.kind) {
    case 'step':
      return html`<li class="st">${row.label || 'before the first step'}</li>`;
    case 'wait':
      return html`<li class="mu">${formatTime(row.ms)} ms pass</li>`;
    case 'gap':
      return html`<li class="mu">… ${row.label} …</li>`;
    case 'failure':
      return html`<li class="${row.sure ? 'bad' : 'warn'}">${row.label}</li>`;
    case 'message': {
      const name = several ? row.program : undefined;
      const way =
        row.way === 'out'
          ? `client ${row.conn} to ${name === undefined ? 'the program' : `program ${name}`}`
          : `program ${name === undefined ? '' : `${name} `}to client ${row.conn}`;
      return html`<li>${time(row.t)} ${way}: ${row.label}${code(row.bytes)}</li>`;
    }
    case 'mark':
      return html`<li>${time(row.t)} ${row.at === 'program' || row.at === 'client' ? `${row.at} ${row.who}` : row.at}: ${row.label}${code(row.bytes)}</li>`;
  }
}

function time(t: number): Markup {
  return html`<span class="tm">${formatTime(t)} ms</span>`;
}

function code(bytes: string): Markup {
  return bytes === '' ? NOTHING : html` <code>${bytes}</code>`;
}
