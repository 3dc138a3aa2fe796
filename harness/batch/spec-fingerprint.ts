import { createHash } from 'node:crypto';
import type { Assignment } from '../spec/read.ts';

/**
 * What an assignment comes to, with the files that it extends or includes and with its parameters; the late policy is
 * left out, since it is applied afterwards, and so is where things stand in the file.
 */
export function specFingerprint({ spec, plans, params }: Assignment): string {
  const { file, sha256, latePolicy, ...rest } = spec;
  const text = JSON.stringify([rest, [...plans], [...params]], withoutPlaces);
  return createHash('sha256').update(text).digest('hex');
}

function withoutPlaces(key: string, value: unknown): unknown {
  const isPlace = key === 'at' && typeof value === 'object' && value !== null && 'line' in value;
  return isPlace || key === 'positions' ? undefined : value;
}
