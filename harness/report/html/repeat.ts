import { escapeBytes } from '../../match/view.ts';
import type { Report, Stream, Trace, TraceEvent, Verdict } from '../../model/index.ts';
import { streamBytes } from '../timeline/bytes.ts';
import { html, join, type Markup } from './text.ts';

const MOST_LINES = 8;
const MOST_PARAMS = 20;
const MOST_PIECES = 6;
const MOST_BYTES = 160;
/** How far into a very long trace the lines are read from. */
const MOST_EVENTS = 5_000;

/** How to run the scenario again, and how to do the same by hand. */
export function repeatHtml(report: Report, verdict: Verdict): Markup {
  const run = verdict.runs.find(({ status }) => status !== 'pass') ?? verdict.runs[0];
  const lines = [
    `socket-grader run ${quote(report.submission.path)} --spec ${quote(report.spec.file)} --only ${quote(verdict.id)}${Object.entries(
      report.params ?? {},
    )
      .slice(0, MOST_PARAMS)
      .map(([name, value]) => ` --param ${quote(`${name}=${escapeBytes(Buffer.from(value), 200)}`)}`)
      .join('')} --seed ${quote(report.seed)}`,
    ...(run ? byHand(run.trace) : []),
  ];
  return html`<div class="part"><h4>How to repeat it</h4>
<pre class="shell" role="group" aria-label="Commands">${join(lines.map((line) => html`<span class="line">${line}\n</span>`))}</pre></div>`;
}

/** Shell lines that start the programs and do with `nc` what each client did, as far as `nc` can. */
export function byHand(trace: Trace): string[] {
  const starts = new Set<string>();
  const clients = new Map<string, Client>();
  const notes = new Set<string>();
  for (const event of trace.events.slice(0, MOST_EVENTS)) {
    if (event.type === 'process_start') starts.add(event.argv.map(quote).join(' '));
    else if (event.type === 'signal' && event.reason === 'step') notes.add(`${event.signal} to the program`);
    else if ('conn' in event) note(event, clients, notes);
  }
  if (clients.size === 0 && starts.size === 0) return [];
  const all = [
    ...[...starts].map((line) => `${line} &`),
    ...[...clients].map(([name, client]) => clientLine(client, trace.streams[`${name}.sent`])),
  ];
  return [
    '',
    `# by hand, in the folder of the program${clients.size > 1 ? ', each nc in a terminal of its own' : ''}`,
    ...all.slice(0, MOST_LINES),
    ...(all.length > MOST_LINES ? [`# and ${all.length - MOST_LINES} more of these`] : []),
    ...(notes.size > 0 ? [`# not in these lines: ${[...notes].slice(0, 4).join(', ')}`] : []),
  ];
}

interface Client {
  readonly host: string;
  readonly port: number;
  readonly pieces: { offset: number; length: number }[];
  halfClosed: boolean;
}

function note(
  event: Extract<TraceEvent, { conn: string }>,
  clients: Map<string, Client>,
  notes: Set<string>,
): void {
  const client = clients.get(event.conn);
  if (event.type === 'connect' && !client)
    clients.set(event.conn, { host: event.host, port: event.port, pieces: [], halfClosed: false });
  if (!client) return;
  if (event.type === 'sent') client.pieces.push({ offset: event.offset, length: event.length });
  if (event.type === 'local_close' && event.how === 'reset') notes.add('the RST, which nc can’t send');
  if (event.type === 'local_close' && event.how !== 'reset') client.halfClosed = true;
}

function clientLine({ host, port, pieces, halfClosed }: Client, sent: Stream | undefined): string {
  // Without -N, nc goes on waiting for replies when its own input is at an end.
  const nc = `nc ${halfClosed ? '-N ' : ''}${quote(host)} ${port}`;
  const total = pieces.reduce((sum, { length }) => sum + length, 0);
  if (total === 0) return nc;
  if (total > MOST_BYTES || pieces.length > MOST_PIECES)
    return `head -c ${total} /dev/urandom | ${nc} | wc -c`;
  const printed = pieces.map(
    ({ offset, length }) => `printf ${printfText(streamBytes(sent, offset, length))}`,
  );
  return printed.length === 1 ? `${printed[0]} | ${nc}` : `{ ${printed.join('; sleep 0.2; ')}; } | ${nc}`;
}

/** An argument for printf(1) in a POSIX shell that prints exactly these bytes. */
function printfText(bytes: Buffer): string {
  const text = [...bytes].map((byte) => {
    if (byte === 10) return '\\n';
    if (byte === 37) return '%%';
    const plain = byte >= 32 && byte < 127 && byte !== 39 && byte !== 92;
    return plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `'${text.join('')}'`;
}

/** A word for a POSIX shell. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
