import type { Plan, Trace, TraceEvent } from '../model/index.ts';
import { replayEvents, TraceView } from '../steps/view.ts';

/** What was said on one connection, piece by piece. */
interface Piece {
  /** Milliseconds since the run began. */
  readonly t: number;
  readonly by: 'grader' | 'program';
  readonly base64: string;
  readonly text: string;
}

/**
 * What a checker of the course is given on its standard input, as JSON: what was exchanged on each connection, and what
 * each start of a program printed and how it ended, up to the step of the check.
 */
export function checkerInput(plan: Plan, trace: Trace, before: readonly TraceEvent[]): string {
  const view = new TraceView();
  const connections: Record<string, { transport: string; exchanged: Piece[] }> = {};
  for (const { event, bytes } of replayEvents({ ...trace, events: before })) {
    view.feed(event, bytes);
    if ((event.type !== 'sent' && event.type !== 'received') || bytes === undefined) continue;
    const { conn, type, t } = event;
    connections[conn] ??= { transport: view.connection(conn).transport, exchanged: [] };
    const content = Buffer.from(bytes);
    connections[conn].exchanged.push({
      t,
      by: type === 'sent' ? 'grader' : 'program',
      base64: content.toString('base64'),
      text: content.toString('utf8'),
    });
  }
  const programs = [...view.instances].map(([name, starts]) => [
    name,
    starts.map(({ stdout, stderr, exit }) => ({
      stdout: stdout.from(0).toString('utf8'),
      stderr: stderr.from(0).toString('utf8'),
      exit: exit === undefined ? null : { code: exit.code, signal: exit.signal },
    })),
  ]);
  return JSON.stringify({
    version: 1,
    scenario: plan.scenario,
    row: plan.row ?? null,
    seed: plan.seed,
    variables: Object.fromEntries(view.variables),
    connections,
    programs: Object.fromEntries(programs),
  });
}
