import { unescapeText } from '../../spec/params.ts';
import { asText } from './derive.ts';

/** What a person who talks to a program can ask for. */
export type Command =
  | { readonly kind: 'send'; readonly bytes: Bytes }
  | { readonly kind: 'open' | 'use' | 'half_close' | 'close' | 'reset'; readonly conn?: string }
  | { readonly kind: 'pause' | 'resume' | 'start' | 'stop' | 'restart'; readonly signal?: string }
  | { readonly kind: 'wait'; readonly time?: string }
  | { readonly kind: 'type'; readonly text: string }
  | { readonly kind: 'check'; readonly what: (typeof CHECKS)[number] }
  | { readonly kind: 'newline'; readonly newline: 'lf' | 'crlf' }
  | { readonly kind: 'chunk'; readonly size: number }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'step'; readonly yaml: string }
  | { readonly kind: 'undo' | 'state' | 'steps' | 'eof' | 'help' | 'quit' | 'nothing' };

/** What is sent: a line, as it was typed, or a payload of another kind. */
export type Bytes =
  | { readonly line: string }
  | { readonly text: string }
  | { readonly hex: string }
  | { readonly file: string };

export const CHECKS = [
  'listening',
  'accepted',
  'unread',
  'blocked',
  'running',
  'exited',
  'time_wait',
] as const;

export const SESSION_HELP = `What is typed is sent as a line. What begins with a colon is a command:
  ::text            send ":text"
  :open [NAME]      open another connection     :use NAME     go on with that one
  :half-close       end this side only (FIN)    :close        close the connection
  :reset            abort it (RST)
  :pause, :resume   stop the program, let it go on (SIGSTOP, SIGCONT)
  :restart          kill it and start it again  :stop [SIGNAL], :start
  :wait [TIME]      wait for more, or for silence of that time (200ms)
  :type TEXT        type a line for the program's standard input; :eof ends it
  :text TEXT        send without a newline; \\n \\r \\t \\0 and \\xNN are understood
  :hex 00 ff        send bytes                  :file NAME    send a file
  :crlf, :lf        how lines end from now on   :pieces N     send in pieces of N
  :state            what the kernel sees        :check WHAT   the same, as a step:
                    listening, accepted, unread, blocked, running, exited,
                    time_wait
  :step YAML        any other step, as in :step check: { conn: a, is: closed }
  :note TEXT        a remark                    :steps        what is recorded
  :undo             forget the last step        :quit         end (or Ctrl-D)
`;

const NAME = /^[A-Za-z_][\w-]*$/;

/** What follows the word of a command: without blanks around it, and as it was typed. */
interface Rest {
  readonly given: string;
  readonly rest: string;
}

type Read = (rest: Rest) => Command | string;

const onConnection =
  (kind: 'open' | 'use' | 'half_close' | 'close' | 'reset'): Read =>
  ({ given }) => {
    if (given === '') return kind === 'use' ? ':use needs the name of a connection' : { kind };
    return NAME.test(given) ? { kind, conn: given } : `"${given}" is no name`;
  };

const withSignal =
  (kind: 'pause' | 'resume' | 'start' | 'stop' | 'restart'): Read =>
  ({ given }) => ({ kind, ...(given === '' ? {} : { signal: given }) });

/** How each command is read, by its word. */
const COMMANDS: Readonly<Record<string, Read>> = {
  open: onConnection('open'),
  use: onConnection('use'),
  close: onConnection('close'),
  reset: onConnection('reset'),
  'half-close': onConnection('half_close'),
  pause: withSignal('pause'),
  resume: withSignal('resume'),
  start: withSignal('start'),
  stop: withSignal('stop'),
  restart: withSignal('restart'),
  wait: ({ given }) => {
    if (given === '') return { kind: 'wait' };
    return /^\d+(\.\d+)?(ms|s)$/.test(given)
      ? { kind: 'wait', time: given }
      : `"${given}" is no time: write 200ms or 2s`;
  },
  type: ({ rest }) => ({ kind: 'type', text: rest }),
  text: ({ rest }) => ({ kind: 'send', bytes: { text: unescapeText(rest) } }),
  hex: ({ given }) =>
    /^([0-9a-f]{2}\s*)+$/i.test(given)
      ? { kind: 'send', bytes: { hex: given } }
      : ':hex takes pairs of digits, as in :hex 00 ff',
  file: ({ given }) =>
    given === '' ? ':file needs the name of a file' : { kind: 'send', bytes: { file: given } },
  crlf: () => ({ kind: 'newline', newline: 'crlf' }),
  lf: () => ({ kind: 'newline', newline: 'lf' }),
  pieces: ({ given }) => {
    const size = Number(given === '' ? '1' : given);
    return Number.isInteger(size) && size >= 0
      ? { kind: 'chunk', size }
      : ':pieces takes a number of bytes, or 0';
  },
  check: ({ given }) => {
    const what = CHECKS.find((known) => known === given);
    return what === undefined ? `:check takes one of ${CHECKS.join(', ')}` : { kind: 'check', what };
  },
  note: ({ given }) => ({ kind: 'note', text: given }),
  step: ({ given }) => ({ kind: 'step', yaml: given }),
  undo: () => ({ kind: 'undo' }),
  state: () => ({ kind: 'state' }),
  steps: () => ({ kind: 'steps' }),
  eof: () => ({ kind: 'eof' }),
  help: () => ({ kind: 'help' }),
  nothing: () => ({ kind: 'nothing' }),
  quit: () => ({ kind: 'quit' }),
  q: () => ({ kind: 'quit' }),
  exit: () => ({ kind: 'quit' }),
};

/** Reads one line of a session; a string says what is wrong with it. */
export function readCommand(line: string): Command | string {
  if (!line.startsWith(':')) return { kind: 'send', bytes: { line } };
  if (line.startsWith('::')) return { kind: 'send', bytes: { line: line.slice(1) } };
  const [, word = '', rest = ''] = /^:([\w-]*)(?: (.*))?$/s.exec(line.trimEnd()) ?? [];
  const read = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  if (read) return read({ given: rest.trim(), rest });
  return `there is no command ":${word}" (:help shows all; "::${word}" sends it)`;
}

/** The command that sends some bytes: what `readCommand` reads as just those. */
export function sendCommand(bytes: Uint8Array): string {
  const text = asText(bytes);
  if (text === undefined)
    return `:hex ${Buffer.from(bytes)
      .toString('hex')
      .replaceAll(/..(?=.)/g, '$& ')}`;
  const line = /^([^\r\n]*)\n$/.exec(text)?.[1];
  if (line !== undefined) return line.startsWith(':') ? `:${line}` : line;
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  // White space at the end of a command is not part of it.
  return `:text ${escaped.replace(/\s$/, (last) => `\\x${last.charCodeAt(0).toString(16).padStart(2, '0')}`)}`;
}
