import type { Difference, HttpHeader } from './types.ts';
import { escapeBytes } from './view.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
/** A header longer than this is not read: no server of a course sends one. */
const LONGEST_HEAD = 64 * 1024;

/** The parts of the first line, and the header fields. */
export interface Head<First> {
  readonly first: First;
  readonly headers: readonly HttpHeader[];
  readonly bodyAt: number;
}

/** What a message must begin with. */
export interface FirstLine<First> {
  /** In words, with an example. */
  readonly form: string;
  readonly what: string;
  /** What is wrong with it is reported at once, before the header has come. */
  readonly eager?: true;
  /** Whether the first bytes may still become one. */
  begins(bytes: Buffer): boolean;
  read(line: string): First | undefined;
}

/** The first line of a response. */
export const STATUS_LINE: FirstLine<{ readonly status: number; readonly reason: string }> = {
  what: 'status line',
  form: 'HTTP/1.1 200 OK',
  begins: (bytes) => 'HTTP/'.startsWith(bytes.toString('latin1', 0, 5)),
  read: (line) => {
    const match = /^HTTP\/(\d)\.(\d) (\d{3})(?: (.*))?$/.exec(line);
    return match ? { status: Number(match[3]), reason: match[4] ?? '' } : undefined;
  },
};

/** The first line of a request. */
export const REQUEST_LINE: FirstLine<{ readonly method: string; readonly target: string }> = {
  what: 'request line',
  eager: true,
  form: 'GET /index.html HTTP/1.1',
  begins: (bytes) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]*( |$)/.test(bytes.toString('latin1', 0, 20)),
  read: (line) => {
    const match = /^(\S+) (\S+) HTTP\/\d\.\d$/.exec(line);
    return match ? { method: match[1] ?? '', target: match[2] ?? '' } : undefined;
  },
};

export type HeadScan<First> =
  | { readonly state: 'complete'; readonly head: Head<First>; readonly problems: readonly Difference[] }
  | { readonly state: 'open'; readonly lacking: Difference }
  | { readonly state: 'broken'; readonly difference: Difference };

interface Line {
  readonly text: string;
  readonly at: number;
  readonly crlf: boolean;
}

/** Reads up to the empty line; lines that end with \n alone are understood, and reported as a problem. */
export function readHead<First>(bytes: Buffer, ended: boolean, start: FirstLine<First>): HeadScan<First> {
  if (!start.begins(bytes)) {
    const description = `it begins with "${escapeBytes(bytes.subarray(0, 24), 24)}", not with a ${start.what} such as ${start.form}`;
    return broken('bad_http', 0, description);
  }
  const lines: Line[] = [];
  let at = 0;
  for (;;) {
    const newline = bytes.indexOf(NEWLINE, at);
    if (newline < 0 || newline > LONGEST_HEAD) return unfinished(bytes, lines, ended, start.what);
    const crlf = bytes[newline - 1] === RETURN && newline > at;
    const text = bytes.toString('latin1', at, crlf ? newline - 1 : newline);
    lines.push({ text, at, crlf });
    if (start.eager && lines.length === 1 && !start.read(text)) break;
    at = newline + 1;
    if (text === '') break;
  }
  const [first = { text: '', at: 0, crlf: true }, ...rest] = lines;
  const read = start.read(first.text);
  if (!read) {
    const description = `the ${start.what} "${shown(first.text)}" is not of the form ${start.form}`;
    return broken('bad_http', 0, description);
  }
  const problems: Difference[] = [];
  const bare = lines.findIndex(({ crlf }) => !crlf);
  if (bare >= 0) {
    const { text, at: where } = lines[bare] ?? first;
    const what = bare === lines.length - 1 ? 'the empty line after the header' : `"${shown(text)}"`;
    const description = `${what} ends with \\n instead of \\r\\n (CRLF)`;
    problems.push({ cause: 'lf', at: where + text.length, description });
  }
  const headers = rest.slice(0, -1).flatMap((line) => readField(line, problems));
  const head = { first: read, headers, bodyAt: at };
  return { state: 'complete', head, problems };
}

function readField({ text, at }: Line, problems: Difference[]): HttpHeader[] {
  const field = /^([^:]*):[ \t]*(.*?)[ \t]*$/.exec(text);
  if (field && /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(field[1] ?? ''))
    return [{ name: field[1] ?? '', value: field[2] ?? '' }];
  const why = field ? 'has a name that is none (a space before the colon?)' : 'has no colon';
  problems.push({ cause: 'bad_http', at, description: `the header line "${shown(text)}" ${why}` });
  return [];
}

function unfinished(bytes: Buffer, lines: readonly Line[], ended: boolean, what: string): HeadScan<never> {
  if (bytes.length > LONGEST_HEAD)
    return broken('bad_http', 0, `the header has no end within ${LONGEST_HEAD} bytes`);
  const description =
    bytes.length === 0
      ? 'nothing arrived'
      : lines.length === 0
        ? `the ${what} "${escapeBytes(bytes, 40)}" has no end (\\r\\n)`
        : 'the empty line (\\r\\n) that ends the header is missing';
  const lacking: Difference = {
    cause: bytes.length === 0 ? 'nothing_received' : 'bad_http',
    at: bytes.length,
    description,
  };
  return ended ? { state: 'broken', difference: lacking } : { state: 'open', lacking };
}

function broken(cause: Difference['cause'], at: number, description: string): HeadScan<never> {
  return { state: 'broken', difference: { cause, at, description } };
}

function shown(text: string): string {
  return escapeBytes(Buffer.from(text, 'latin1'), 60);
}
