import type { Cause } from '../model/index.ts';
import { readChunks } from './http-chunks.ts';
import { readHead, STATUS_LINE } from './http-head.ts';
import type { Difference, HttpHeader } from './types.ts';

/** A response as RFC 9112 describes it. */
export interface HttpResponse {
  readonly status: number;
  readonly reason: string;
  /** Names as they came; compare them without regard to case. */
  readonly headers: readonly HttpHeader[];
  /** Without its transfer coding. */
  readonly body: Buffer;
  /** Where the body begins. */
  readonly bodyAt: number;
  /** What tells where the body ends. */
  readonly framing: 'none' | 'length' | 'chunked' | 'close';
  /** Bytes of the stream that the response takes up. */
  readonly length: number;
  /** What the standard forbids, the first one first, although the response could be read. */
  readonly problems: readonly Difference[];
}

/** What has come of a response: all of it, not yet all, or what can't become one. */
export type HttpScan =
  | { readonly state: 'complete'; readonly response: HttpResponse }
  /** `lacking` is what to say when nothing more comes. */
  | { readonly state: 'open'; readonly lacking: Difference }
  | { readonly state: 'broken'; readonly difference: Difference };

export interface HttpOptions {
  /** The stream is over. */
  readonly ended: boolean;
  /** The response is to a HEAD request, so it has no body whatever its header says. */
  readonly head: boolean;
}

/** Reads a response from the beginning of a stream. */
export function readResponse(bytes: Buffer, { ended, head }: HttpOptions): HttpScan {
  const found = readHead(bytes, ended, STATUS_LINE);
  if (found.state !== 'complete') return found;
  const { first, headers, bodyAt } = found.head;
  const { status } = first;
  const problems = [...found.problems];
  const respond = (framing: HttpResponse['framing'], body: Buffer, length: number): HttpScan => ({
    state: 'complete',
    response: { ...first, headers, bodyAt, framing, body, length, problems },
  });
  const lengths = new Set(valuesOf(headers, 'content-length'));
  const [given] = lengths;
  const coding = valuesOf(headers, 'transfer-encoding').join(', ').toLowerCase();
  if (lengths.size > 1) problems.push(problem('http_length', bodyAt, 'there are several Content-Lengths'));
  if (given !== undefined && !/^\d{1,15}$/.test(given))
    problems.push(problem('http_length', bodyAt, `the Content-Length "${given}" is no number`));
  if (given !== undefined && coding !== '')
    problems.push(problem('bad_http', bodyAt, 'there is a Content-Length beside a Transfer-Encoding'));
  if (head || status < 200 || status === 204 || status === 304)
    return respond('none', Buffer.alloc(0), bodyAt);
  if (coding.split(/\s*,\s*/).at(-1) === 'chunked') {
    const chunks = readChunks(bytes, bodyAt, ended);
    if (chunks.state !== 'complete') return chunks;
    return respond('chunked', chunks.body, chunks.end);
  }
  if (given !== undefined && /^\d{1,15}$/.test(given)) {
    const end = bodyAt + Number(given);
    if (bytes.length >= end) return respond('length', bytes.subarray(bodyAt, end), end);
    return short(Number(given), bytes.length - bodyAt, bytes.length, ended);
  }
  if (ended) return respond('close', bytes.subarray(bodyAt), bytes.length);
  const description =
    'there is no Content-Length and the connection stays open, so a client cannot tell where the body ends';
  return { state: 'open', lacking: problem('http_length', bodyAt, description) };
}

function short(wanted: number, got: number, at: number, ended: boolean): HttpScan {
  const description = `Content-Length says ${wanted} bytes, and only ${got} arrived after the header`;
  const lacking = { ...problem('http_length', at, description), missing: wanted - got };
  return ended ? { state: 'broken', difference: lacking } : { state: 'open', lacking };
}

/** The values of a header, in order. */
export function valuesOf(headers: readonly HttpHeader[], name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return headers.filter((header) => header.name.toLowerCase() === wanted).map(({ value }) => value);
}

function problem(cause: Cause, at: number, description: string): Difference {
  return { cause, at, description };
}
