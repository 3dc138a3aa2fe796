import type { RunVerdict, Stream, Verdict } from '../model/index.ts';

/** Bytes that are kept, whole groups of base64: at least the 16 KiB that `report.json` has of a stream. */
const KEPT = 3 * 5462;

/** A verdict with no more of what was sent and received than reports show, where nothing went wrong. */
export function brief(verdict: Verdict): Verdict {
  return { ...verdict, runs: verdict.runs.map((run) => (run.status === 'pass' ? briefRun(run) : run)) };
}

function briefRun(run: RunVerdict): RunVerdict {
  // What is the same as before is sent but once, see protocol.ts.
  if (Object.entries(run.trace.streams).every(([name, stream]) => !isCut(name, stream))) return run;
  const streams = Object.entries(run.trace.streams).map(([name, stream]): [string, Stream] => [
    name,
    isCut(name, stream) ? briefStream(stream) : stream,
  ]);
  return { ...run, trace: { ...run.trace, streams: Object.fromEntries(streams) } };
}

/** Output is shown from its end as well. */
function isCut(name: string, { kept }: Stream): boolean {
  return kept > KEPT && /\.(sent|received)$|\.file\//.test(name);
}

function briefStream(stream: Stream): Stream {
  return { ...stream, kept: KEPT, base64: stream.base64.slice(0, (KEPT / 3) * 4) };
}
