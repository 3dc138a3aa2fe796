import type { Finding, Trace, TraceEvent } from '../../model/index.ts';
import { count } from '../html/text.ts';
import { columnOf } from './columns.ts';
import { rowOf } from './event.ts';
import { partners } from './partner.ts';
import type { TimelineRow } from './rows.ts';
import { AFTERWARDS, type Entry, type LeftOut, selectEvents } from './select.ts';

/** A run as a ladder: who takes part, and what happened in order. */
export interface Timeline {
  /** Connections by name, each with the column that it is drawn in. */
  readonly columnByConn: ReadonlyMap<string, number>;
  readonly programs: readonly string[];
  readonly rows: readonly TimelineRow[];
  readonly events: number;
  readonly durationMs: number;
}

/** Most rows of one picture. */
const MOST_ROWS = 150;
const HEAD = 80;
const TAIL = 40;
const AROUND_FAILURE = 7;
/** A pause between two rows that is worth a row of its own, in milliseconds. */
const LONG_WAIT = 150;
const MOST_FINDINGS = 2;

/** Computes the picture of a run; its size and its cost are bounded however long the trace is. */
export function timeline(trace: Trace, findings: readonly Finding[] = []): Timeline {
  const shown = findings.slice(0, MOST_FINDINGS);
  const pinned = new Set(shown.flatMap(({ event }) => (event === undefined ? [] : [event])));
  const rows = cutMiddle(rowsOf(trace, selectEvents(trace, pinned), shown));
  return {
    columnByConn: columnOf(rows),
    programs: [
      ...new Set(rows.flatMap((row) => (row.kind === 'mark' && row.at === 'program' ? [row.who] : []))),
    ],
    rows,
    events: trace.events.length,
    durationMs: trace.durationMs,
  };
}

function rowsOf(
  trace: Trace,
  entries: readonly (Entry | LeftOut)[],
  findings: readonly Finding[],
): TimelineRow[] {
  const rows: TimelineRow[] = [];
  const waiting = [...findings].sort((a, b) => order(a) - order(b));
  const failedSteps = new Set(findings.map(({ step }) => step?.index));
  const titles = titlesOf(trace);
  const programs = partners(trace.events);
  let step = -1;
  let last = 0;
  let previous: TraceEvent | undefined;
  const failuresWhile = (isDue: (finding: Finding) => boolean) => {
    while (waiting[0] && isDue(waiting[0])) rows.push(...failure(waiting.shift()));
  };
  for (const entry of entries) {
    if ('leftOut' in entry) {
      rows.push({ kind: 'gap', label: gapLabel(entry) });
      previous = undefined;
      continue;
    }
    const { event } = entry;
    failuresWhile((finding) => isBefore(finding, entry));
    if (event.t - last >= LONG_WAIT && rows.length > 0) rows.push({ kind: 'wait', ms: event.t - last });
    if (entry.step !== step)
      rows.push({ kind: 'step', label: stepLabel(entry.step, titles), failed: failedSteps.has(entry.step) });
    step = entry.step;
    const row = rowOf(entry, trace, previous, programs);
    if (answersConnect(event, previous)) dropAttempt(rows);
    if (row) rows.push(row);
    if (event.type !== 'output') previous = event;
    last = Math.max(event.t, entry.until);
    failuresWhile((finding) => finding.event === entry.index);
  }
  for (const finding of waiting) rows.push(...failure(finding));
  return rows;
}

function stepLabel(step: number, titles: ReadonlyMap<number, string>): string {
  if (step === AFTERWARDS) return 'clean-up';
  const title = titles.get(step);
  return step < 0 ? '' : `step ${step + 1}${title === undefined ? '' : `, ${clipped(title)}`}`;
}

function clipped(title: string): string {
  return title.length > 60 ? `${title.slice(0, 59)}…` : title;
}

function titlesOf({ events }: Trace): ReadonlyMap<number, string> {
  const titles = new Map<number, string>();
  for (const event of events)
    if (event.type === 'step_begin' && event.title !== undefined) titles.set(event.step, event.title);
  return titles;
}

/** Whether an event is the answer to the attempt shown last, so that one row does for both. */
function answersConnect(event: TraceEvent, previous: TraceEvent | undefined): boolean {
  const answer = event.type === 'connected' || event.type === 'connect_error';
  return answer && previous?.type === 'connect' && previous.conn === event.conn;
}

/** Takes away the row of the last attempt to connect, whatever was printed since. */
function dropAttempt(rows: TimelineRow[]): void {
  const at = rows.findLastIndex((row) => row.kind === 'message');
  if (at >= 0) rows.splice(at, 1);
}

function order({ event, step }: Finding): number {
  return event ?? (step === undefined ? -1 : Number.MAX_SAFE_INTEGER);
}

/** Whether a finding belongs above an entry: its event or its step is over. */
function isBefore({ event, step }: Finding, entry: Entry): boolean {
  return event === undefined ? step !== undefined && entry.step > step.index : event < entry.index;
}

function failure(finding: Finding | undefined): TimelineRow[] {
  if (!finding) return [];
  const { step, because } = finding;
  const where = step === undefined ? '' : `step ${step.index + 1}, ${step.name ?? step.verb}: `;
  return [
    because === undefined
      ? { kind: 'failure', label: `${where}failed here`, sure: true }
      : { kind: 'failure', label: `${where}no verdict from here on`, sure: false },
  ];
}

function gapLabel({ leftOut, sent, received }: LeftOut): string {
  const traffic = [
    ...(sent > 0 ? [`${count(sent, 'byte')} sent`] : []),
    ...(received > 0 ? [`${count(received, 'byte')} received`] : []),
  ].join(', ');
  return `${count(leftOut, 'event')} left out${traffic === '' ? '' : `: ${traffic}`}`;
}

/** Leaves out the middle of too many rows, but what surrounds a failure stays. */
function cutMiddle(rows: readonly TimelineRow[]): readonly TimelineRow[] {
  if (rows.length <= MOST_ROWS) return rows;
  const near = new Set<number>();
  rows.forEach((row, at) => {
    if (row.kind !== 'failure') return;
    for (let beside = at - AROUND_FAILURE; beside <= at + AROUND_FAILURE / 2; beside += 1) near.add(beside);
  });
  const kept: TimelineRow[] = [];
  let left = 0;
  rows.forEach((row, at) => {
    if (at < HEAD || at >= rows.length - TAIL || near.has(at)) {
      if (left > 0) kept.push({ kind: 'gap', label: `${count(left, 'row')} left out` });
      left = 0;
      kept.push(row);
    } else left += 1;
  });
  return kept;
}
