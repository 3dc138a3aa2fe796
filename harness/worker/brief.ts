import type { RunVerdict, Stream, Verdict } from '../model/index.ts';

/** Bytes that are kept, whole groups of base64: at least the 16 KiB that `report.json` has of a stream. */
const KEPT = 3 * 5462;

/** A verdict with no more of what was sent and received than reports show, where nothing went wrong. */
export function brief(verdict: Verdict): Verdict {
  return { ...verdict, runs: verdict.runs.map((run) => (run.status === 'pass' ? briefRun(run) : run)) };
}

function briefRun(run: RunVerdict): RunVerdict {
  const streams = Object.entries(run.trace.streams).map(([name, stream]): [string, Stream] => [
    name,
    // Output is shown from its end as well.
    /\.(sent|received)$/.test(name) ? briefStream(stream) : stream,
  ]);
  return { ...run, trace: { ...run.trace, streams: Object.fromEntries(streams) } };
}

function briefStream(stream: Stream): Stream {
  if (stream.kept <= KEPT) return stream;
  return { ...stream, kept: KEPT, base64: stream.base64.slice(0, (KEPT / 3) * 4) };
}
