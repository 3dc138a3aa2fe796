import * as v from 'valibot';
import { defined } from '../../base/defined.ts';
import { byteCount } from '../../base/fields.ts';
import { type Decider, decideAll, type Matcher, matched, mismatched, OPEN } from '../matcher.ts';
import type { Difference } from '../types.ts';
import { countBytes } from '../view.ts';
import { defineMatcher } from './definition.ts';

/** Bounds of a length; one that is absent does not limit it. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

const schema: v.GenericSchema<unknown, Bounds> = v.union(
  [
    v.pipe(
      byteCount,
      v.transform((exactly) => ({ min: exactly, max: exactly })),
    ),
    v.pipe(
      v.strictObject({ min: v.exactOptional(byteCount), max: v.exactOptional(byteCount) }),
      v.check((bound) => bound.min !== undefined || bound.max !== undefined, 'needs min or max'),
    ),
  ],
  'is a number of bytes, or {min, max}',
);

export const length = defineMatcher({
  kind: 'length',
  about: 'The message has so many bytes: a number, or `{min, max}`.',
  withoutIgnore: 'remove it',
  schema: () => schema,
  build: (written) => lengthMatcher(written),
  sentence: ({ min, max }) => {
    if (min !== undefined && min === max) return `have ${countBytes(min)}`;
    if (max === undefined) return `have at least ${countBytes(min ?? 0)}`;
    return `have ${min === undefined ? '' : `${min} to `}${countBytes(max)} at most`;
  },
});

export function lengthMatcher(bounds: Bounds): Matcher {
  const mismatch = (message: Buffer) => explainLength(bounds, message.length);
  return {
    kind: 'length',
    wantsNewline: false,
    emptyLine: 'too_short',
    mismatch,
    decider: () => decideLength(bounds),
    early: () => decideLength({ ...bounds, min: 0 }),
    describe: () => describeBounds(bounds),
    lenient: () => lengthMatcher(bounds),
  };
}

/** Satisfied by every message: for an author who wants one, and does not say what it must be like. */
export const ANY_MESSAGE: Matcher = lengthMatcher({ min: 0 });

function decideLength({ min = 0, max }: Bounds): Decider {
  const mismatch = (message: Buffer) => explainLength(defined({ min, max }), message.length);
  return ({ bytes, ended, over }) => {
    if (max === undefined && bytes.length >= min) return matched(bytes, min);
    const difference = max !== undefined && bytes.length > max ? mismatch(bytes) : undefined;
    if (difference) return mismatched(bytes, difference, max);
    return ended || over ? decideAll({ mismatch }, bytes) : OPEN;
  };
}

/** Why a length is not within the bounds, or nothing when it is. */
export function explainLength({ min = 0, max }: Bounds, size: number): Difference | undefined {
  if (size < min) {
    if (size === 0) return nothingCame(min);
    const description = `only ${size} of ${max === min ? '' : 'at least '}${min} bytes arrived`;
    return { cause: 'too_short', at: size, description, missing: min - size };
  }
  if (max === undefined || size <= max) return undefined;
  const description = `${size} bytes arrived, ${size - max} more than the ${max} allowed`;
  return { cause: 'too_long', at: max, description, extra: size - max };
}

/** Not one byte came; `missing` of them were wanted. */
export function nothingCame(missing: number): Difference {
  const found = { cause: 'nothing_received', at: 0, description: 'nothing arrived' } as const;
  return missing > 0 ? { ...found, missing } : found;
}

function describeBounds({ min, max }: Bounds): string {
  if (min !== undefined && min === max) return `${min} bytes`;
  if (max === 0) return 'no bytes';
  if (max === undefined) return `at least ${countBytes(min ?? 0)}`;
  return min === undefined ? `at most ${max} bytes` : `${min} to ${max} bytes`;
}
