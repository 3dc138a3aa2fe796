import { plainLine } from '../base/plain.ts';
import { escapeBytes } from '../match/view.ts';
import type { Observation, Trace, TraceEvent } from '../model/index.ts';
import { replayEvents } from '../steps/view.ts';
import { describeObservation, observationSubject } from './observation.ts';

/** A trace as lines of text: the time in milliseconds, and what happened. */
export function traceLines(trace: Trace): string[] {
  const lines: string[] = [];
  for (const { event, bytes } of replayEvents(trace)) {
    const text = eventText(event, bytes);
    if (text !== undefined) lines.push(`${event.t.toFixed(1).padStart(9)}  ${text}`);
  }
  return lines;
}

function eventText(event: TraceEvent, bytes?: Uint8Array): string | undefined {
  const data = bytes ? escapeBytes(bytes, 60) : '';
  switch (event.type) {
    case 'step_begin':
      return `── step ${event.step + 1}${event.title === undefined ? '' : `, ${plainLine(event.title, 60)}`}`;
    case 'step_end':
      if (event.granted > 0)
        return `   (${event.granted} ms granted: the program had no processor${event.starved ? ', and that was not enough' : ''})`;
      if (event.rested) return '   the program is idle: waiting longer would be in vain';
      return event.timedOut ? '   time is up' : undefined;
    case 'note':
      return `note: ${event.text}`;
    case 'variable':
      return undefined;
    case 'process_start':
      return `${event.program} started: ${plainLine(event.argv.join(' '))} (pid ${event.pid})`;
    case 'process_error':
      return `${event.program} could not be started: ${plainLine(event.message)}`;
    case 'output':
      return `${event.program} ${event.stream}: ${data}`;
    case 'file':
      return fileText(event, data);
    case 'source':
      return `source ${plainLine(event.name, 60)}, ${event.length} bytes`;
    case 'checked':
      return checkerText(event);
    case 'signal':
      return `${event.signal} to ${event.program} (${event.reason})`;
    case 'refused':
      return `${event.program}: isolation refused ${event.call}() to ${plainLine(event.process, 20)} (process ${event.pid}): ${event.error}`;
    case 'limit':
      return `${event.program} used more than it may (${event.limit})`;
    case 'process_exit':
      return `${event.program} ended: ${event.signal ?? `status ${event.code}`} (${event.reason})`;
    case 'connect':
      return `${event.conn}: connecting to ${event.program === undefined ? '' : `${event.program} at `}${event.host}:${event.port}`;
    case 'connected':
      return `${event.conn}: connected from port ${event.localPort}`;
    case 'connect_error':
      return `${event.conn}: not connected: ${event.code}`;
    case 'listening':
      return `${event.listener}: listening on port ${event.port}`;
    case 'listen_error':
      return `${event.listener}: not listening on port ${event.port}: ${event.code}`;
    case 'arrived':
      return `${event.listener}: the program connected from port ${event.remotePort}`;
    case 'accepted':
      return `${event.conn}: accepted, connection ${event.number} on ${event.listener}`;
    case 'input':
      return `${event.program} stdin: ${data}`;
    case 'input_end':
      return `${event.program} stdin: closed`;
    case 'sent':
      return `${event.conn} → ${event.length} bytes: ${data}`;
    case 'received':
      return `${event.conn} ← ${event.length} bytes: ${data}`;
    case 'eof':
      return `${event.conn} ← ${event.by === 'fin' ? 'FIN: the program closed' : event.by === 'rst' ? 'RST: the program aborted' : 'end'}`;
    case 'secured':
      return `${event.conn}: encrypted by ${event.protocol}, ${event.cipher}${event.alpn === null ? '' : `, ${event.alpn}`}${event.problem === null ? '' : `; certificate: ${event.problem}`}`;
    case 'tls_error':
      return `${event.conn}: no TLS: ${event.code}`;
    case 'rule':
      return ruleText(event);
    case 'linked':
      return `${event.on}: goes through a bad link`;
    case 'link':
      return `link of ${event.on}, ${event.direction.replace('_', ' ')}: ${event.did} number ${event.number} (${event.length} bytes)${event.ms === undefined ? '' : ` by ${event.ms} ms`}`;
    case 'stray':
      return `${event.conn} ← ${event.length} bytes from elsewhere, ${event.address} port ${event.port}: ${data}`;
    case 'unlistened':
      return `${event.listener}: not listening any more`;
    case 'conn_error':
      return `${event.conn}: ${event.code}`;
    case 'local_close':
      return `${event.conn} → ${{ half_close: 'FIN, still reading', close: closed(event), reset: 'RST' }[event.how]}`;
    case 'observed':
      return `kernel: ${observed(event.observation)}`;
    case 'late':
      return `the grader was kept from running for ${event.ms} ms`;
    case 'trouble':
      return `trouble: ${event.message}`;
  }
}

function checkerText(event: Extract<TraceEvent, { type: 'checked' }>): string {
  if ('problem' in event) return `checker: no answer (${plainLine(event.problem, 200)})`;
  const why = event.message === undefined ? '' : `: ${plainLine(event.message, 200)}`;
  return event.pass ? 'checker: right' : `checker: wrong${why}`;
}

function fileText(event: Extract<TraceEvent, { type: 'file' }>, data: string): string {
  const name = plainLine(event.name, 60);
  return event.found === 'file'
    ? `${event.program} wrote ${name}, ${event.length} bytes: ${data}`
    : `${event.program}: no file ${name} (${event.found.replace('_', ' ')})`;
}

function ruleText({ conn, rule, name, problem }: Extract<TraceEvent, { type: 'rule' }>): string {
  if (rule !== null) return `${conn}: ${plainLine(name ?? '', 100)}`;
  return `${conn}: no rule fits${problem === undefined ? '' : ` (${plainLine(problem, 200)})`}`;
}

/** A client that leaves with bytes unread sends RST, as any program that closes so does. */
function closed({ unread }: Extract<TraceEvent, { type: 'local_close' }>): string {
  return unread ? `RST: closed with ${unread} bytes unread` : 'FIN: closed';
}

function observed(seen: Observation): string {
  const [subject, text] = [observationSubject(seen), describeObservation(seen)];
  return subject === '' || text.includes(subject) ? text : `${subject}: ${text}`;
}
