import type { Trace, TraceEvent } from '../../model/index.ts';

/** An event to show, or what stands for several of them. */
export interface Entry {
  /** Place of the first event in the trace. */
  readonly index: number;
  readonly event: TraceEvent;
  /** The step during which it happened; -1 before the first. */
  readonly step: number;
  /** How many events this entry stands for, and how many bytes they carried. */
  count: number;
  length: number;
  until: number;
  /** What was left out just before it. */
  readonly before: LeftOut;
}

/** Events left out between two entries. */
export interface LeftOut {
  leftOut: number;
  sent: number;
  received: number;
}

/** Stands for a step where the steps are over and what is left is ended. */
export const AFTERWARDS = Number.MAX_SAFE_INTEGER;

/** Most entries that one step shows before the middle of its traffic is left out. */
const MOST_IN_STEP = 24;
const STEP_HEAD = 12;
const STEP_TAIL = 8;

/** Events of a very long trace that are looked at closely: at its ends, and around a pinned one. */
const ENDS = 3_000;
const AROUND = 100;

/** Most entries in all, before the rows are made. */
const HEAD = 150;
const TAIL = 100;

/** Chooses what a picture of a trace shows: all of a short one, head and tail of a long one, and the pinned events. */
export function selectEvents(trace: Trace, pinned: ReadonlySet<number>): (Entry | LeftOut)[] {
  const all = entriesOf(trace, pinned);
  const kept: Entry[] = [];
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]?.step === all[from]?.step) to += 1;
    for (const entry of mergeLong(all.slice(from, to), pinned)) kept.push(entry);
    from = to;
  }
  return withGaps(kept, whichToKeep(kept, pinned));
}

function entriesOf({ events }: Trace, pinned: ReadonlySet<number>): Entry[] {
  const entries: Entry[] = [];
  let step = -1;
  let before = nothing();
  const near = [...pinned];
  const lastEnd = events.findLastIndex(({ type }) => type === 'step_end' || type === 'step_begin');
  for (let index = 0; index < events.length; index += 1) {
    const event = events[index];
    if (event === undefined) continue;
    if (event.type === 'step_begin') step = event.step;
    if (!isShown(event)) continue;
    if (index > lastEnd && events[lastEnd]?.type === 'step_end') step = AFTERWARDS;
    const length = isTraffic(event) ? event.length : 0;
    const atEnds = index < ENDS || index >= events.length - ENDS;
    if (atEnds || near.some((pin) => Math.abs(pin - index) <= AROUND)) {
      entries.push({ index, event, step, count: 1, length, until: event.t, before });
      before = nothing();
    } else addTo(before, event, 1, length);
  }
  return entries;
}

function nothing(): LeftOut {
  return { leftOut: 0, sent: 0, received: 0 };
}

function addTo(gap: LeftOut, event: TraceEvent, events: number, length: number): void {
  gap.leftOut += events;
  if (event.type === 'sent') gap.sent += length;
  if (event.type === 'received') gap.received += length;
}

function isShown(event: TraceEvent): boolean {
  if (event.type === 'step_end') return event.timedOut || event.rested || event.granted > 0;
  return event.type !== 'step_begin' && event.type !== 'variable';
}

/** Bytes that went by, of which there may be very many. */
function isTraffic(
  event: TraceEvent,
): event is Extract<TraceEvent, { type: 'sent' | 'received' | 'output' }> {
  return event.type === 'sent' || event.type === 'received' || event.type === 'output';
}

/** In a step with much traffic, pieces that follow each other on the same way become one. */
function mergeLong(entries: Entry[], pinned: ReadonlySet<number>): Entry[] {
  if (entries.length <= MOST_IN_STEP) return entries;
  const merged: Entry[] = [];
  for (const entry of entries) {
    const last = merged.at(-1);
    if (
      last &&
      entry.before.leftOut === 0 &&
      !pinned.has(entry.index) &&
      way(last.event) !== '' &&
      way(last.event) === way(entry.event)
    ) {
      last.count += 1;
      last.length += entry.length;
      last.until = entry.until;
    } else merged.push(entry);
  }
  return merged;
}

function way(event: TraceEvent): string {
  if (event.type === 'output') return `${event.program} ${event.instance} ${event.stream}`;
  return event.type === 'sent' || event.type === 'received' ? `${event.type} ${event.conn}` : '';
}

function whichToKeep(entries: readonly Entry[], pinned: ReadonlySet<number>): Uint8Array {
  const keep = new Uint8Array(entries.length).fill(1);
  for (let from = 0; from < entries.length; ) {
    let to = from;
    while (to < entries.length && entries[to]?.step === entries[from]?.step) to += 1;
    if (to - from > MOST_IN_STEP) dropMiddle(entries, keep, pinned, [from + STEP_HEAD, to - STEP_TAIL]);
    from = to;
  }
  const total = keep.reduce((sum, one) => sum + one, 0);
  let seen = 0;
  for (let at = 0; at < entries.length; at += 1) {
    if (keep[at] !== 1) continue;
    seen += 1;
    const isPinned = pinned.has(entries[at]?.index ?? -1);
    if (seen > HEAD && seen <= total - TAIL && !isPinned) keep[at] = 0;
  }
  return keep;
}

/** Leaves out the traffic between two places. */
function dropMiddle(
  entries: readonly Entry[],
  keep: Uint8Array,
  pinned: ReadonlySet<number>,
  [from, to]: readonly [number, number],
): void {
  for (let at = from; at < to; at += 1) {
    const entry = entries[at];
    if (entry && isTraffic(entry.event) && !pinned.has(entry.index)) keep[at] = 0;
  }
}

function withGaps(entries: readonly Entry[], keep: Uint8Array): (Entry | LeftOut)[] {
  const shown: (Entry | LeftOut)[] = [];
  let gap = nothing();
  entries.forEach((entry, at) => {
    gap.leftOut += entry.before.leftOut;
    gap.sent += entry.before.sent;
    gap.received += entry.before.received;
    if (keep[at] === 1) {
      if (gap.leftOut > 0) shown.push(gap);
      gap = nothing();
      shown.push(entry);
      return;
    }
    addTo(gap, entry.event, entry.count, entry.length);
  });
  if (gap.leftOut > 0) shown.push(gap);
  return shown;
}
