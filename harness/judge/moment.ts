import { percent } from '../base/units.ts';
import type { Finding, ThreadState } from '../model/index.ts';
import { BUSY_SHARE, describeThreads } from '../steps/describe.ts';
import type { TraceView } from '../steps/view.ts';

/** Causes whose own summary says already that the program is busy-waiting. */
const SAID_BY_ACTIVITY: readonly Finding['cause'][] = ['spinning', 'polling', 'not_blocked'];

/** What the program was seen to do right after the failed step; nothing when it had ended or was not looked at. */
export function atThatMoment(view: TraceView, event: number, cause: Finding['cause']): string[] {
  const seen = activityAfter(view, event);
  if (!seen || SAID_BY_ACTIVITY.includes(cause)) return [];
  const { share, threads } = seen;
  const busy = share > BUSY_SHARE ? [`at that moment the program used ${percent(share)} of a processor`] : [];
  const named = threads.map((thread) => withNames(thread, view));
  return [...busy, ...describeThreads(named).map((words) => `at that moment the program was ${words}`)];
}

/** Clients that had left before the failed step with bytes unread, which is an RST to the program and no FIN. */
export function resetsByClosing(view: TraceView, event: number): string[] {
  return view.events
    .slice(0, event)
    .flatMap((earlier) =>
      earlier.type === 'local_close' && earlier.unread
        ? [`the client "${earlier.conn}" closed with ${earlier.unread} bytes unread, so the system sent RST`]
        : [],
    );
}

/**
 * The connections, by their names, on which the program was waiting for bytes right after the failed step, be it along
 * with others: poll, select and epoll return at once where bytes lie.
 */
export function waitsForBytesOn(view: TraceView, event: number): readonly string[] {
  const threads = activityAfter(view, event)?.threads ?? [];
  return [...view.connections.keys()].filter((name) =>
    threads.some(({ waitsFor = '' }) => {
      if (/^(recv|read) on /.test(waitsFor)) return isOf(waitsFor, name, view);
      const { localPort = 0 } = view.connection(name);
      return /^(poll|select|epoll) on /.test(waitsFor) && portsIn(waitsFor).includes(localPort);
    }),
  );
}

/** Whether right after the failed step all that the program did was to wait for the next client. */
export function onlyAccepts(view: TraceView, event: number): boolean {
  const threads = activityAfter(view, event)?.threads ?? [];
  return threads.length > 0 && threads.every(({ waitsFor = '' }) => /^accept on listening/.test(waitsFor));
}

/** What a program was seen to do right after an event: the one named if it was looked at, else the first. */
export function activityAfter(view: TraceView, event: number, program?: string) {
  const rest = view.events.slice(event);
  const next = rest.findIndex(({ type }) => type === 'step_begin');
  const seen = rest
    .slice(0, next === -1 ? undefined : next)
    .flatMap((one) =>
      one.type === 'observed' && one.observation.what === 'activity' && one.observation.alive
        ? [one.observation]
        : [],
    );
  return seen.find((one) => one.program === program) ?? seen[0];
}

/** A connection by its name in the scenario instead of by its ports. */
function withNames(thread: ThreadState, view: TraceView): ThreadState {
  const { waitsFor } = thread;
  // The system may have given the port of an old connection to a new one.
  const name = waitsFor && [...view.connections.keys()].findLast((one) => isOf(waitsFor, one, view));
  if (!name) return thread;
  return {
    ...thread,
    waitsFor: waitsFor.replace(/connection (from|to) \S+:\d+/, `the connection "${name}"`),
  };
}

/** Whether words of the kernel room name this connection and no other. */
function isOf(waitsFor: string, name: string, view: TraceView): boolean {
  const { localPort, accepted } = view.connection(name);
  const ports = portsIn(waitsFor);
  if (ports.length !== 1 || localPort === undefined) return false;
  // All connections that a program opened to one listener lead to the same port of ours.
  const alike = [...view.connections.values()].filter((one) => one.accepted && one.localPort === localPort);
  if (accepted && (alike.length > 1 || waitingToBeAccepted(view) > 0)) return false;
  return ports[0] === localPort;
}

/** How many connections of programs have arrived that the grader has not accepted. */
export function waitingToBeAccepted(view: TraceView): number {
  const accepted = [...view.connections.values()].filter((one) => one.accepted).length;
  const arrived = [...view.listeners.values()].reduce((sum, one) => sum + one.arrived, 0);
  return Math.max(0, arrived - accepted);
}

/** The ports at the other ends of the connections in words of the kernel room. */
function portsIn(waitsFor: string): readonly number[] {
  return [...waitsFor.matchAll(/connection (?:from|to) \S+:(\d+)(?!\d)/g)].map((match) => Number(match[1]));
}
