import { type HttpResponse, readResponse } from './http.ts';
import {
  type Arrived,
  type Decider,
  type Decision,
  decideWhole,
  type Matcher,
  mismatched,
  OPEN,
} from './matcher.ts';
import { nothingCame } from './matchers/length.ts';
import { searchFor } from './search.ts';
import { escapeBytes } from './view.ts';

/** The message ends before the delimiter, which is used up with it. */
export function delimiterDecider(delimiter: Buffer, matcher: Matcher): Decider {
  const search = searchFor(delimiter);
  return ({ bytes, ended, over }) => {
    const at = search(bytes);
    if (at >= 0) {
      const decision = decideWhole(matcher, bytes.subarray(0, at));
      return decision.state === 'open' ? decision : { ...decision, consumed: at + delimiter.length };
    }
    if (!ended && !over) return OPEN;
    if (bytes.length === 0) return mismatched(bytes, nothingCame(0));
    const description = `"${escapeBytes(delimiter, 30)}", which ends the message, is missing`;
    return mismatched(bytes, { cause: 'truncated', at: bytes.length, description });
  };
}

/** More than any message of a course; a length beyond it is one that was written the wrong way round, or no length. */
const LONGEST = 64 * 1024 * 1024;

/** The message comes after its length. */
export function decidePrefixed(
  { size, endian }: { readonly size: number; readonly endian: 'big' | 'little' },
  matcher: Matcher,
  { bytes, ended, over }: Arrived,
): Decision {
  const final = ended || over;
  if (bytes.length < size) {
    if (!final) return OPEN;
    if (bytes.length === 0) return mismatched(bytes, nothingCame(0));
    const description = `only ${bytes.length} of the ${size} bytes arrived that tell the length of the message`;
    return mismatched(bytes, {
      cause: 'truncated',
      at: bytes.length,
      description,
      missing: size - bytes.length,
    });
  }
  const [length, swapped] = lengthsOf(bytes.subarray(0, size), endian);
  const rest = bytes.subarray(size);
  if (length > LONGEST) {
    const description = `the ${size} bytes before the message say that it has ${length} bytes`;
    const swap = swapped <= LONGEST ? wrongOrder(endian, swapped) : '';
    return {
      ...mismatched(bytes, { cause: 'bad_length', at: 0, description: `${description}${swap}` }),
      consumed: size,
    };
  }
  if (rest.length >= length) {
    const decision = decideWhole(matcher, rest.subarray(0, length));
    return decision.state === 'open' ? decision : { ...decision, consumed: size + length };
  }
  if (!final) return OPEN;
  const description = `the ${size} bytes before the message say that it has ${length} bytes, and only ${rest.length} arrived`;
  if (swapped <= rest.length)
    return mismatched(bytes, {
      cause: 'bad_length',
      at: 0,
      description: `${description}${wrongOrder(endian, swapped)}`,
    });
  return mismatched(bytes, {
    cause: 'truncated',
    at: bytes.length,
    description,
    missing: length - rest.length,
  });
}

function wrongOrder(endian: 'big' | 'little', swapped: number): string {
  const order = endian === 'big' ? 'network byte order (htonl)' : 'little-endian order';
  return `; it should be in ${order}, the other way round it says ${swapped}`;
}

/** The number that the bytes stand for, and the one that they stand for the other way round. */
function lengthsOf(prefix: Buffer, endian: 'big' | 'little'): [number, number] {
  const value = (bytes: Iterable<number>) => [...bytes].reduce((so, byte) => so * 256 + byte, 0);
  const big = value(prefix);
  const little = value(Buffer.from(prefix).reverse());
  return endian === 'big' ? [big, little] : [little, big];
}

/** The message is a whole HTTP response. */
export function httpDecider(head: boolean, matcher: Matcher): Decider {
  return ({ bytes, ended, over }) => {
    const scan = readResponse(bytes, { ended, head });
    switch (scan.state) {
      case 'complete':
        return withExcess(
          decideWhole(matcher, bytes.subarray(0, scan.response.length)),
          scan.response,
          bytes,
        );
      case 'broken':
        return mismatched(bytes, scan.difference, scan.difference.at);
      case 'open':
        return over ? mismatched(bytes, scan.lacking) : OPEN;
    }
  };
}

/** A body that is wrong because Content-Length cuts it off is better reported so. */
function withExcess(decision: Decision, { length, bodyAt, framing }: HttpResponse, bytes: Buffer): Decision {
  const extra = bytes.length - length;
  const cut = decision.state === 'mismatch' && framing === 'length' && decision.difference.at >= length;
  if (!cut || extra <= 0) return decision;
  const description = `Content-Length says ${length - bodyAt} bytes, and ${extra} more arrived after them`;
  return { ...decision, difference: { cause: 'http_length', at: length, description, extra } };
}
