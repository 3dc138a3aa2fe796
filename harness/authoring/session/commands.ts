import { unescapeText } from '../../spec/params.ts';
import { asText } from './derive.ts';

/** What a person who talks to a program can ask for. */
export type Command =
  | { readonly kind: 'send'; readonly bytes: Bytes }
  | { readonly kind: 'open' | 'use' | 'half_close' | 'close' | 'reset'; readonly conn?: string }
  | { readonly kind: 'pause' | 'resume' | 'start' | 'stop' | 'restart'; readonly signal?: string }
  | { readonly kind: 'wait'; readonly time?: string }
  | { readonly kind: 'type'; readonly text: string }
  | { readonly kind: 'check'; readonly what: string }
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

/** Reads one line of a session; a string says what is wrong with it. */
export function readCommand(line: string): Command | string {
  if (!line.startsWith(':')) return { kind: 'send', bytes: { line } };
  if (line.startsWith('::')) return { kind: 'send', bytes: { line: line.slice(1) } };
  const [, word = '', rest = ''] = /^:([\w-]*)(?: (.*))?$/s.exec(line.trimEnd()) ?? [];
  const given = rest.trim();
  switch (word) {
    case 'open':
    case 'use':
    case 'close':
    case 'reset':
    case 'half-close':
      if (given !== '' && !NAME.test(given)) return `"${given}" is no name`;
      if (word === 'use' && given === '') return ':use needs the name of a connection';
      return { kind: word === 'half-close' ? 'half_close' : word, ...(given === '' ? {} : { conn: given }) };
    case 'pause':
    case 'resume':
    case 'start':
    case 'stop':
    case 'restart':
      return { kind: word, ...(given === '' ? {} : { signal: given }) };
    case 'wait':
      if (given !== '' && !/^\d+(\.\d+)?(ms|s)$/.test(given))
        return `"${given}" is no time: write 200ms or 2s`;
      return { kind: 'wait', ...(given === '' ? {} : { time: given }) };
    case 'type':
      return { kind: 'type', text: rest };
    case 'text':
      return { kind: 'send', bytes: { text: unescapeText(rest) } };
    case 'hex':
      if (given === '' || !/^([0-9a-f]{2}\s*)+$/i.test(given))
        return ':hex takes pairs of digits, as in :hex 00 ff';
      return { kind: 'send', bytes: { hex: given } };
    case 'file':
      return given === '' ? ':file needs the name of a file' : { kind: 'send', bytes: { file: given } };
    case 'crlf':
    case 'lf':
      return { kind: 'newline', newline: word };
    case 'pieces': {
      const size = Number(given === '' ? '1' : given);
      return Number.isInteger(size) && size >= 0
        ? { kind: 'chunk', size }
        : ':pieces takes a number of bytes, or 0';
    }
    case 'check':
      return CHECKS.some((what) => what === given)
        ? { kind: 'check', what: given }
        : `:check takes one of ${CHECKS.join(', ')}`;
    case 'note':
      return { kind: 'note', text: given };
    case 'step':
      return { kind: 'step', yaml: given };
    case 'undo':
    case 'state':
    case 'steps':
    case 'eof':
    case 'help':
    case 'quit':
    case 'nothing':
      return { kind: word };
    case 'q':
    case 'exit':
      return { kind: 'quit' };
    default:
      return `there is no command ":${word}" (:help shows all; "::${word}" sends it)`;
  }
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
