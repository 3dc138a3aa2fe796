import { defined } from '../../base/defined.ts';
import { type Ignore, lenientBytes, lenientOffset } from '../lenient.ts';
import { type Matcher, matched } from '../matcher.ts';
import type { WrittenMatcher } from './definition.ts';

/** A written matcher beside which stands what does not count. */
export function writtenIgnoring(inner: WrittenMatcher, ignore: readonly Ignore[]): WrittenMatcher {
  return {
    ...inner,
    ignore,
    build: (seed) => ignoringMatcher(ignore, inner.build(seed)),
    sentence: (seed) => `${inner.sentence(seed)} ${notCounting(ignore)}`,
  };
}

/** Compares without what does not count, and tells in terms of what came. */
export function ignoringMatcher(what: readonly Ignore[], strict: Matcher): Matcher {
  const inner = strict.lenient(what);
  return {
    kind: inner.kind,
    ignores: defined({ what, exact: inner.exact }),
    wantsNewline: inner.wantsNewline,
    emptyLine: 'no_match',
    ...(inner.label !== undefined && { label: inner.label }),
    mismatch: (message) => inner.mismatch(lenientBytes(message, what)),
    decider: () => (arrived) => {
      const { bytes } = arrived;
      const decision = inner.decider()({ ...arrived, bytes: lenientBytes(bytes, what) });
      if (decision.state === 'open') return decision;
      const consumed = lenientOffset(bytes, what, decision.consumed);
      if (decision.state === 'match') return matched(bytes, consumed);
      const at = lenientOffset(bytes, what, decision.difference.at);
      return { ...decision, consumed, message: bytes, difference: { ...decision.difference, at } };
    },
    describe: () => `${inner.describe()} ${notCounting(what)}`,
    lenient: () => ignoringMatcher(what, strict),
  };
}

function notCounting(what: readonly Ignore[]): string {
  return `(not counting ${what.map((one) => one.replace('_', ' ')).join(', ')})`;
}
