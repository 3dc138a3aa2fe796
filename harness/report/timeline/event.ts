import { defined } from '../../base/defined.ts';
import type { Trace, TraceEvent } from '../../model/index.ts';
import { count } from '../html/text.ts';
import { describeObservation, observationSubject } from '../observation.ts';
import { excerpt } from './bytes.ts';
import { exitLabel, signalLabel, stepEndLabel } from './labels.ts';
import type { Mark, Message, TimelineRow } from './rows.ts';
import type { Entry } from './select.ts';

/** Most characters of the bytes in a row. */
const DATA = 24;

/** The row for an event; `previous` is the event shown before it, so that `connect` and `connected` become one. */
export function rowOf(
  entry: Entry,
  trace: Trace,
  previous: TraceEvent | undefined,
  partners: ReadonlyMap<string, string> = new Map(),
): TimelineRow | undefined {
  const { event } = entry;
  const { t } = event;
  const conn = 'conn' in event ? event.conn : '';
  const partner = partners.get(conn);
  const mark = (at: Mark['at'], sign: Mark['sign'], who: string, label: string, bytes = ''): Mark => ({
    kind: 'mark',
    t,
    at,
    sign,
    who,
    label,
    bytes,
  });
  const message = (way: Message['way'], sign: Message['sign'], label: string, bytes = ''): Message => ({
    kind: 'message',
    t,
    way,
    sign,
    conn,
    ...defined({ program: partner }),
    label,
    bytes,
  });
  switch (event.type) {
    case 'process_start':
      return mark('program', 'start', event.program, event.argv.join(' '));
    case 'process_error':
      return mark('program', 'error', event.program, `could not be started: ${event.message}`);
    case 'output': {
      const stream = trace.streams[`${event.program}#${event.instance}.${event.stream}`];
      return mark(
        'program',
        'print',
        event.program,
        event.stream,
        excerpt(stream, event.offset, entry.length, DATA),
      );
    }
    case 'file': {
      if (event.found !== 'file')
        return mark('program', 'error', event.program, `${event.name}: ${event.found.replace('_', ' ')}`);
      const stream = trace.streams[`${event.program}#${event.instance}.file/${event.name}`];
      const bytes = excerpt(stream, event.offset, event.length, DATA);
      return mark('program', 'print', event.program, `${event.name}, ${count(event.length, 'byte')}`, bytes);
    }
    case 'checked':
      return 'problem' in event
        ? mark('grader', 'error', 'grader', `the checker gave no answer: ${event.problem}`)
        : mark(
            'grader',
            event.pass ? 'note' : 'error',
            'grader',
            `the checker finds it ${event.pass ? 'right' : 'wrong'}`,
          );
    case 'signal':
      return mark('program', 'signal', event.program, signalLabel(event));
    case 'refused':
      return mark('program', 'error', event.program, `is refused ${event.call}() (${event.error})`);
    case 'limit':
      return mark('program', 'signal', event.program, `used more than it may (${event.limit})`);
    case 'process_exit':
      return mark('program', 'exit', event.program, exitLabel(event));
    case 'connect':
      return message(
        'out',
        'connect',
        `connects to ${event.host}:${event.port}${event.transport === 'udp' ? ' (UDP)' : ''}`,
      );
    case 'secured':
      return message('out', 'data', `${event.protocol} from here on`);
    case 'tls_error':
      return mark('client', 'error', event.conn, `no TLS: ${event.code}`);
    case 'rule':
      return mark(
        'grader',
        event.rule === null ? 'error' : 'note',
        'grader',
        event.rule === null ? `no rule fits on ${event.conn}` : `${event.conn}: ${event.name}`,
      );
    case 'linked':
      return mark('grader', 'note', 'grader', `${event.on} goes through a bad link`);
    case 'link':
      return mark(
        'grader',
        event.did === 'dropped' ? 'error' : 'note',
        'grader',
        `link of ${event.on}: ${event.did} number ${event.number} ${event.direction === 'to_program' ? '→' : '←'}${event.ms === undefined ? '' : ` by ${event.ms} ms`}`,
      );
    case 'stray':
      return mark(
        'client',
        'error',
        event.conn,
        `${count(event.length, 'byte')} from elsewhere: port ${event.port}`,
      );
    case 'connected':
      return previous?.type === 'connect' && previous.conn === event.conn
        ? message('out', 'connect', `connects to port ${previous.port} from ${event.localPort}`)
        : mark('client', 'note', event.conn, `connected from port ${event.localPort}`);
    case 'connect_error':
      return message(
        'out',
        'refused',
        `can’t connect${previous?.type === 'connect' ? ` to ${previous.host}:${previous.port}` : ''}: ${event.code}`,
      );
    case 'sent':
    case 'received': {
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
    case 'eof':
      return {
        fin: message('in', 'fin', 'FIN: the program is done'),
        rst: message('in', 'rst', 'RST: the program aborted'),
        unknown: message('in', 'fin', 'the program ended the connection'),
      }[event.by];
    case 'conn_error':
      return mark('client', 'error', event.conn, event.code);
    case 'local_close':
      return {
        half_close: message('out', 'fin', 'FIN: done sending, still reads'),
        close: event.unread
          ? message('out', 'rst', `RST: closes with ${event.unread} bytes unread`)
          : message('out', 'fin', 'FIN: closes'),
        reset: message('out', 'rst', 'RST: aborts'),
      }[event.how];
    case 'observed':
      return mark(
        'kernel',
        'seen',
        observationSubject(event.observation),
        describeObservation(event.observation),
      );
    case 'late':
      return mark('grader', 'note', 'grader', `was kept from running for ${event.ms} ms`);
    case 'trouble':
      return mark('grader', 'error', 'grader', event.message);
    case 'step_end':
      return mark('grader', 'note', 'grader', stepEndLabel(event));
    default:
      return undefined;
  }
}
