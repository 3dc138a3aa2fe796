import type { Report, RunVerdict, Stream, Verdict } from '../model.ts';

/** Most bytes of a stream that a report file keeps; length and checksum are of the whole. */
const KEPT = 16 * 1024;
/** Most events of a trace that a report file keeps. */
const MOST_EVENTS = 2_000;

/** The report as the file `report.json`, schema `socket-grader/report/v1`, bounded in size. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(asFile(report), null, 2)}\n`;
}

function asFile(report: Report): unknown {
  const { startedAt, durationMs, maxPoints, scenarios, ...rest } = report;
  return {
    ...rest,
    started_at: startedAt,
    duration_ms: durationMs,
    max_points: maxPoints,
    scenarios: scenarios.map(scenario),
  };
}

function scenario({ maxPoints, durationMs, runs, ...rest }: Verdict): unknown {
  return { ...rest, max_points: maxPoints, duration_ms: durationMs, trace: runs.map(run) };
}

function run({ row, attempt, status, trace }: RunVerdict): unknown {
  const { events, streams, durationMs } = trace;
  return {
    ...(row === undefined ? {} : { row }),
    attempt,
    status,
    duration_ms: durationMs,
    events: events.slice(0, MOST_EVENTS),
    events_left_out: Math.max(0, events.length - MOST_EVENTS),
    streams: Object.fromEntries(Object.entries(streams).map(([name, stream]) => [name, cut(stream)])),
  };
}

function cut({ base64, kept, ...rest }: Stream): Stream {
  if (kept <= KEPT) return { base64, kept, ...rest };
  return {
    ...rest,
    kept: KEPT,
    base64: Buffer.from(base64.slice(0, Math.ceil(KEPT / 3) * 4), 'base64')
      .subarray(0, KEPT)
      .toString('base64'),
  };
}
