import { defined } from '../../base/defined.ts';
import { escapeBytes } from '../../match/view.ts';
import type { RunVerdict, Stream, TraceEvent } from '../../model/index.ts';

/** Characters that the events of all runs together may take, indented as they are, and the same for streams. */
const EVENTS = 700_000;
const STREAMS = 400_000;
/** Most bytes of a stream that are kept; length and checksum are of the whole. */
const KEPT = 16 * 1024;
const MOST_STREAMS = 100;
/** Characters of a stream's text view. */
const VIEW = 120;
/** What the indentation of an event's lines adds. */
const INDENT = 12;

/** Shares the room for traces evenly among the runs; what a run leaves over, the later ones get. */
export class EventBudget {
  #runs: number;
  #events = EVENTS;
  #streams = STREAMS;

  constructor(runs: number) {
    this.#runs = Math.max(1, runs);
  }

  /** The room for the next run's events, and for its streams. */
  next(): { readonly events: number; readonly streams: number } {
    return {
      events: Math.floor(this.#events / Math.max(1, this.#runs)),
      streams: Math.floor(this.#streams / Math.max(1, this.#runs)),
    };
  }

  /** What the run took of it. */
  used(events: number, streams: number): void {
    this.#runs -= 1;
    this.#events -= events;
    this.#streams -= streams;
  }
}

/** One run with the first of its events and the first bytes of its streams. */
export function runFile({ row, attempt, status, trace }: RunVerdict, budget: EventBudget): unknown {
  const room = budget.next();
  const { kept, size } = firstEvents(trace.events, room.events);
  const named = Object.entries(trace.streams).slice(0, MOST_STREAMS);
  const bytes = Math.min(KEPT, Math.floor((room.streams / Math.max(1, named.length)) * 0.7));
  const streams = named.map(([name, stream]) => [name, streamFile(stream, bytes)] as const);
  budget.used(
    size,
    streams.reduce((sum, [, { base64, text }]) => sum + base64.length + text.length, 0),
  );
  return {
    ...defined({ row }),
    attempt,
    status,
    duration_ms: trace.durationMs,
    events: kept,
    events_left_out: trace.events.length - kept.length,
    streams: Object.fromEntries(streams),
    streams_left_out: Object.keys(trace.streams).length - streams.length,
  };
}

function firstEvents(
  events: readonly TraceEvent[],
  room: number,
): { kept: readonly TraceEvent[]; size: number } {
  let size = 0;
  let kept = 0;
  for (const event of events) {
    const text = JSON.stringify(event, null, 2);
    const cost = text.length + INDENT * text.split('\n').length;
    if (size + cost > room) break;
    size += cost;
    kept += 1;
  }
  return { kept: events.slice(0, kept), size };
}

function streamFile({ length, base64, kept, sha256 }: Stream, most: number) {
  // A few bytes of text beside the whole, and only as much decoded as is kept.
  const bytes = Buffer.from(base64.slice(0, Math.ceil(Math.min(kept, most) / 3) * 4), 'base64').subarray(
    0,
    most,
  );
  const text = escapeBytes(bytes.subarray(0, VIEW), VIEW * 4);
  return {
    length,
    kept: bytes.length,
    sha256,
    text: length > Math.min(VIEW, bytes.length) ? `${text}… (the beginning of ${length} bytes)` : text,
    base64: bytes.toString('base64'),
  };
}
