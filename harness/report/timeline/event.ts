import { defined } from '../../base/defined.ts';
import type { Trace, TraceEvent } from '../../model/index.ts';
import { describeObservation, observationSubject } from '../../model/observations/index.ts';
import { count } from '../html/text.ts';
import { excerpt } from './bytes.ts';
import { exitLabel, signalLabel, stepEndLabel } from './labels.ts';
import type { Mark, Message, TimelineRow } from './rows.ts';
import type { Entry } from './select.ts';

/** Most characters of the bytes in a row. */
const DATA = 24;

type Of<Type extends TraceEvent['type']> = Extract<TraceEvent, { readonly type: Type }>;

/** What the row of an event is made with. */
interface Making {
  readonly entry: Entry;
  readonly trace: Trace;
  /** The event shown before it, so that `connect` and `connected` become one. */
  readonly previous: TraceEvent | undefined;
  mark(at: Mark['at'], sign: Mark['sign'], who: string, label: string, bytes?: string): Mark;
  message(way: Message['way'], sign: Message['sign'], label: string, bytes?: string): Message;
}

/** The row of each kind of event; nothing where it has none. */
const ROWS: {
  readonly [Type in TraceEvent['type']]: (event: Of<Type>, making: Making) => TimelineRow | undefined;
} = {
  process_start: (event, { mark }) => mark('program', 'start', event.program, event.argv.join(' ')),
  process_error: (event, { mark }) =>
    mark('program', 'error', event.program, `could not be started: ${event.message}`),
  output: (event, { mark, entry, trace }) => {
    const stream = trace.streams[`${event.program}#${event.instance}.${event.stream}`];
    return mark(
      'program',
      'print',
      event.program,
      event.stream,
      excerpt(stream, event.offset, entry.length, DATA),
    );
  },
  file: (event, { mark, trace }) => {
    if (event.found !== 'file')
      return mark('program', 'error', event.program, `${event.name}: ${event.found.replace('_', ' ')}`);
    const stream = trace.streams[`${event.program}#${event.instance}.file/${event.name}`];
    const bytes = excerpt(stream, event.offset, event.length, DATA);
    return mark('program', 'print', event.program, `${event.name}, ${count(event.length, 'byte')}`, bytes);
  },
  checked: (event, { mark }) =>
    'problem' in event
      ? mark('grader', 'error', 'grader', `the checker gave no answer: ${event.problem}`)
      : mark(
          'grader',
          event.pass ? 'note' : 'error',
          'grader',
          `the checker finds it ${event.pass ? 'right' : 'wrong'}`,
        ),
  signal: (event, { mark }) => mark('program', 'signal', event.program, signalLabel(event)),
  refused: (event, { mark }) =>
    mark('program', 'error', event.program, `is refused ${event.call}() (${event.error})`),
  limit: (event, { mark }) =>
    mark('program', 'signal', event.program, `used more than it may (${event.limit})`),
  process_exit: (event, { mark }) => mark('program', 'exit', event.program, exitLabel(event)),
  connect: (event, { message }) =>
    message(
      'out',
      'connect',
      `connects to ${event.host}:${event.port}${event.transport === 'udp' ? ' (UDP)' : ''}`,
    ),
  secured: (event, { message }) => message('out', 'data', `${event.protocol} from here on`),
  tls_error: (event, { mark }) => mark('client', 'error', event.conn, `no TLS: ${event.code}`),
  rule: (event, { mark }) =>
    mark(
      'grader',
      event.rule === null ? 'error' : 'note',
      'grader',
      event.rule === null ? `no rule fits on ${event.conn}` : `${event.conn}: ${event.name}`,
    ),
  linked: (event, { mark }) => mark('grader', 'note', 'grader', `${event.on} goes through a bad link`),
  link: (event, { mark }) =>
    mark(
      'grader',
      event.did === 'dropped' ? 'error' : 'note',
      'grader',
      `link of ${event.on}: ${event.did} number ${event.number} ${event.direction === 'to_program' ? '→' : '←'}${event.ms === undefined ? '' : ` by ${event.ms} ms`}`,
    ),
  stray: (event, { mark }) =>
    mark('client', 'error', event.conn, `${count(event.length, 'byte')} from elsewhere: port ${event.port}`),
  connected: (event, { mark, message, previous }) =>
    previous?.type === 'connect' && previous.conn === event.conn
      ? message('out', 'connect', `connects to port ${previous.port} from ${event.localPort}`)
      : mark('client', 'note', event.conn, `connected from port ${event.localPort}`),
  connect_error: (event, { message, previous }) =>
    message(
      'out',
      'refused',
      `can’t connect${previous?.type === 'connect' ? ` to ${previous.host}:${previous.port}` : ''}: ${event.code}`,
    ),
  sent: bytesRow,
  received: bytesRow,
  eof: (event, { message }) =>
    ({
      fin: message('in', 'fin', 'FIN: the program is done'),
      rst: message('in', 'rst', 'RST: the program aborted'),
      unknown: message('in', 'fin', 'the program ended the connection'),
    })[event.by],
  conn_error: (event, { mark }) => mark('client', 'error', event.conn, event.code),
  local_close: (event, { message }) =>
    ({
      half_close: message('out', 'fin', 'FIN: done sending, still reads'),
      close: event.unread
        ? message('out', 'rst', `RST: closes with ${event.unread} bytes unread`)
        : message('out', 'fin', 'FIN: closes'),
      reset: message('out', 'rst', 'RST: aborts'),
    })[event.how],
  observed: (event, { mark }) =>
    mark('kernel', 'seen', observationSubject(event.observation), describeObservation(event.observation)),
  late: (event, { mark }) => mark('grader', 'note', 'grader', `was kept from running for ${event.ms} ms`),
  trouble: (event, { mark }) => mark('grader', 'error', 'grader', event.message),
  step_end: (event, { mark }) => mark('grader', 'note', 'grader', stepEndLabel(event)),
  step_begin: () => undefined,
  note: () => undefined,
  variable: () => undefined,
  source: () => undefined,
  listening: () => undefined,
  listen_error: () => undefined,
  unlistened: () => undefined,
  arrived: () => undefined,
  accepted: () => undefined,
  input: () => undefined,
  input_end: () => undefined,
};

/** The row for an event; `previous` is the event shown before it. */
export function rowOf(
  entry: Entry,
  trace: Trace,
  previous: TraceEvent | undefined,
  partners: ReadonlyMap<string, string> = new Map(),
): TimelineRow | undefined {
  const { event } = entry;
  const { t } = event;
  const conn = 'conn' in event ? event.conn : '';
  const program = partners.get(conn);
  return madeOf(event, {
    entry,
    trace,
    previous,
    mark: (at, sign, who, label, bytes = '') => ({ kind: 'mark', t, at, sign, who, label, bytes }),
    message: (way, sign, label, bytes = '') => ({
      kind: 'message',
      t,
      way,
      sign,
      conn,
      ...defined({ program }),
      label,
      bytes,
    }),
  });
}

function madeOf<Type extends TraceEvent['type']>(event: Of<Type>, making: Making): TimelineRow | undefined {
  const { type }: { readonly type: Type } = event;
  return ROWS[type](event, making);
}

function bytesRow(event: Of<'sent' | 'received'>, { message, entry, trace }: Making): TimelineRow {
  const stream = trace.streams[`${event.conn}.${event.type}`];
  const pieces = entry.count > 1 ? ` in ${entry.count} pieces` : '';
  const bytes = excerpt(stream, event.offset, entry.length, DATA);
  return message(
    event.type === 'sent' ? 'out' : 'in',
    'data',
    `${count(entry.length, 'byte')}${pieces}`,
    bytes,
  );
}
