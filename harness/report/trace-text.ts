import { plainLine } from '../base/plain.ts';
import { escapeBytes } from '../match/view.ts';
import type { Observation, Trace, TraceEvent } from '../model/index.ts';
import { describeObservation, observationSubject } from '../model/observations/index.ts';
import { replayEvents } from '../steps/view.ts';

/** A trace as lines of text: the time in milliseconds, and what happened. */
export function traceLines(trace: Trace): string[] {
  const lines: string[] = [];
  for (const { event, bytes } of replayEvents(trace)) {
    const text = eventText(event, bytes);
    if (text !== undefined) lines.push(`${event.t.toFixed(1).padStart(9)}  ${text}`);
  }
  return lines;
}

type Of<Type extends TraceEvent['type']> = Extract<TraceEvent, { readonly type: Type }>;

/** Each kind of event in a line; nothing where it has none. `data` are its bytes. */
const TEXTS: {
  readonly [Type in TraceEvent['type']]: (event: Of<Type>, data: string) => string | undefined;
} = {
  step_begin: (event) =>
    `── step ${event.step + 1}${event.title === undefined ? '' : `, ${plainLine(event.title, 60)}`}`,
  step_end: stepEndText,
  note: (event) => `note: ${event.text}`,
  variable: () => undefined,
  process_start: (event) => `${event.program} started: ${plainLine(event.argv.join(' '))} (pid ${event.pid})`,
  process_error: (event) => `${event.program} could not be started: ${plainLine(event.message)}`,
  output: (event, data) => `${event.program} ${event.stream}: ${data}`,
  file: (event, data) => fileText(event, data),
  source: (event) => `source ${plainLine(event.name, 60)}, ${event.length} bytes`,
  checked: (event) => checkerText(event),
  signal: (event) => `${event.signal} to ${event.program} (${event.reason})`,
  refused: (event) =>
    `${event.program}: isolation refused ${event.call}() to ${plainLine(event.process, 20)} (process ${event.pid}): ${event.error}`,
  limit: (event) => `${event.program} used more than it may (${event.limit})`,
  process_exit: (event) =>
    `${event.program} ended: ${event.signal ?? `status ${event.code}`} (${event.reason})`,
  connect: (event) =>
    `${event.conn}: connecting to ${event.program === undefined ? '' : `${event.program} at `}${event.host}:${event.port}`,
  connected: (event) => `${event.conn}: connected from port ${event.localPort}`,
  connect_error: (event) => `${event.conn}: not connected: ${event.code}`,
  listening: (event) => `${event.listener}: listening on port ${event.port}`,
  listen_error: (event) => `${event.listener}: not listening on port ${event.port}: ${event.code}`,
  arrived: (event) => `${event.listener}: the program connected from port ${event.remotePort}`,
  accepted: (event) => `${event.conn}: accepted, connection ${event.number} on ${event.listener}`,
  input: (event, data) => `${event.program} stdin: ${data}`,
  input_end: (event) => `${event.program} stdin: closed`,
  sent: (event, data) => `${event.conn} → ${event.length} bytes: ${data}`,
  received: (event, data) => `${event.conn} ← ${event.length} bytes: ${data}`,
  eof: (event) =>
    `${event.conn} ← ${event.by === 'fin' ? 'FIN: the program closed' : event.by === 'rst' ? 'RST: the program aborted' : 'end'}`,
  secured: (event) =>
    `${event.conn}: encrypted by ${event.protocol}, ${event.cipher}${event.alpn === null ? '' : `, ${event.alpn}`}${event.problem === null ? '' : `; certificate: ${event.problem}`}`,
  tls_error: (event) => `${event.conn}: no TLS: ${event.code}`,
  rule: (event) => ruleText(event),
  linked: (event) => `${event.on}: goes through a bad link`,
  link: (event) =>
    `link of ${event.on}, ${event.direction.replace('_', ' ')}: ${event.did} number ${event.number} (${event.length} bytes)${event.ms === undefined ? '' : ` by ${event.ms} ms`}`,
  stray: (event, data) =>
    `${event.conn} ← ${event.length} bytes from elsewhere, ${event.address} port ${event.port}: ${data}`,
  unlistened: (event) => `${event.listener}: not listening any more`,
  conn_error: (event) => `${event.conn}: ${event.code}`,
  local_close: (event) =>
    `${event.conn} → ${{ half_close: 'FIN, still reading', close: closed(event), reset: 'RST' }[event.how]}`,
  observed: (event) => `kernel: ${observed(event.observation)}`,
  late: (event) => `the grader was kept from running for ${event.ms} ms`,
  trouble: (event) => `trouble: ${event.message}`,
};

function eventText<Type extends TraceEvent['type']>(event: Of<Type>, bytes?: Uint8Array): string | undefined {
  const { type }: { readonly type: Type } = event;
  return TEXTS[type](event, bytes ? escapeBytes(bytes, 60) : '');
}

function stepEndText({ granted, starved, rested, timedOut }: Of<'step_end'>): string | undefined {
  if (granted > 0)
    return `   (${granted} ms granted: the program had no processor${starved ? ', and that was not enough' : ''})`;
  if (rested) return '   the program is idle: waiting longer would be in vain';
  return timedOut ? '   time is up' : undefined;
}

function fileText(event: Extract<TraceEvent, { type: 'file' }>, data: string): string {
  const name = plainLine(event.name, 60);
  return event.found === 'file'
    ? `${event.program} wrote ${name}, ${event.length} bytes: ${data}`
    : `${event.program}: no file ${name} (${event.found.replace('_', ' ')})`;
}

function checkerText(event: Extract<TraceEvent, { type: 'checked' }>): string {
  if ('problem' in event) return `checker: no answer (${plainLine(event.problem, 200)})`;
  const why = event.message === undefined ? '' : `: ${plainLine(event.message, 200)}`;
  return event.pass ? 'checker: right' : `checker: wrong${why}`;
}

function ruleText({ conn, rule, name, problem }: Extract<TraceEvent, { type: 'rule' }>): string {
  if (rule !== null) return `${conn}: ${plainLine(name ?? '', 100)}`;
  return `${conn}: no rule fits${problem === undefined ? '' : ` (${plainLine(problem, 200)})`}`;
}

/** A client that leaves with bytes unread sends RST, as any program that closes so does. */
function closed({ unread }: Of<'local_close'>): string {
  return unread ? `RST: closed with ${unread} bytes unread` : 'FIN: closed';
}

function observed(seen: Observation): string {
  const [subject, text] = [observationSubject(seen), describeObservation(seen)];
  return subject === '' || text.includes(subject) ? text : `${subject}: ${text}`;
}
