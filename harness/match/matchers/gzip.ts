import { gunzipSync } from 'node:zlib';
import { decideAtEnd, type Matcher } from '../matcher.ts';
import type { Difference } from '../types.ts';
import { defineMatcher, type MatcherSchema } from './definition.ts';
import { nothingCame } from './length.ts';

/** Most bytes that are unpacked: what unpacks to more is no answer of a course. */
const LARGEST = 64 * 1024 * 1024;

export const gzip = defineMatcher({
  kind: 'gzip',
  about:
    'The message is compressed by gzip, and this matcher holds for what it unpacks to. In `body` of `http` for instance.',
  withoutIgnore: 'put it into the matcher within',
  schema: (inner: MatcherSchema) => inner,
  captures: (written) => written.captures ?? [],
  build: (written, seed) => gzipMatcher(written.build(seed)),
  sentence: (written, seed) => `be gzip of what must ${written.sentence(seed)}`,
});

function gzipMatcher(inner: Matcher): Matcher {
  const mismatch = (message: Buffer): Difference | undefined => {
    if (message.length === 0) return nothingCame(0);
    const unpacked = unpack(message);
    if (!Buffer.isBuffer(unpacked)) return unpacked;
    const found = inner.mismatch(unpacked);
    return found && { ...found, at: 0, description: `unpacked, ${found.description}` };
  };
  return {
    kind: 'gzip',
    wantsNewline: false,
    emptyLine: 'no_match',
    mismatch,
    captured: (message) => {
      const unpacked = unpack(message);
      return (Buffer.isBuffer(unpacked) ? inner.captured?.(unpacked) : undefined) ?? new Map();
    },
    decider: () => decideAtEnd({ mismatch }),
    describe: () => `gzip of ${inner.describe()}`,
    lenient: (what) => gzipMatcher(inner.lenient(what)),
  };
}

function unpack(message: Buffer): Buffer | Difference {
  try {
    return gunzipSync(message, { maxOutputLength: LARGEST });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { cause: 'different', at: 0, description: `the received bytes are not gzip (${why})` };
  }
}
