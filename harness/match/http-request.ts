import { valuesOf } from './http.ts';
import { readChunks } from './http-chunks.ts';
import { REQUEST_LINE, readHead } from './http-head.ts';
import type { Difference, HttpHeader } from './types.ts';

/** A request as RFC 9112 describes it. */
export interface HttpRequest {
  readonly method: string;
  readonly target: string;
  /** Names as they came; compare them without regard to case. */
  readonly headers: readonly HttpHeader[];
  /** Without its transfer coding. */
  readonly body: Buffer;
  readonly bodyAt: number;
  /** Bytes of the stream that the request takes up. */
  readonly length: number;
  /** What the standard forbids, the first one first, although the request could be read. */
  readonly problems: readonly Difference[];
}

export type RequestScan =
  | { readonly state: 'complete'; readonly request: HttpRequest }
  /** `lacking` is what to say when nothing more comes. */
  | { readonly state: 'open'; readonly lacking: Difference }
  | { readonly state: 'broken'; readonly difference: Difference };

/** Reads a request from the beginning of a stream; without a length it has no body. */
export function readRequest(bytes: Buffer, ended: boolean): RequestScan {
  const found = readHead(bytes, ended, REQUEST_LINE);
  if (found.state !== 'complete') return found;
  const { first, headers, bodyAt } = found.head;
  const { problems } = found;
  const complete = (body: Buffer, length: number): RequestScan => ({
    state: 'complete',
    request: { ...first, headers, body, bodyAt, length, problems },
  });
  const coding = valuesOf(headers, 'transfer-encoding').join(', ').toLowerCase();
  if (coding.split(/\s*,\s*/).at(-1) === 'chunked') {
    const chunks = readChunks(bytes, bodyAt, ended);
    return chunks.state === 'complete' ? complete(chunks.body, chunks.end) : chunks;
  }
  const [given = '0'] = valuesOf(headers, 'content-length');
  if (!/^\d{1,15}$/.test(given)) {
    const description = `the Content-Length "${given}" is no number`;
    return { state: 'broken', difference: { cause: 'http_length', at: bodyAt, description } };
  }
  const end = bodyAt + Number(given);
  if (bytes.length >= end) return complete(bytes.subarray(bodyAt, end), end);
  const description = `Content-Length says ${given} bytes, and only ${bytes.length - bodyAt} arrived after the header`;
  const lacking: Difference = {
    cause: 'http_length',
    at: bytes.length,
    description,
    missing: end - bytes.length,
  };
  return ended ? { state: 'broken', difference: lacking } : { state: 'open', lacking };
}
