import { explainDifference } from '../difference.ts';
import { type Decider, matched, mismatched, OPEN } from '../matcher.ts';
import { firstDifference } from '../search.ts';
import type { Difference } from '../types.ts';

/** Decides whether a stream begins with the wanted bytes; those before the first wrong one are used up. */
export function decideBeginning(wanted: Buffer): Decider {
  let right = 0;
  return ({ bytes, ended, over }) => {
    right = firstDifference(wanted, bytes, right);
    if (right === wanted.length) return matched(bytes, right);
    const final = ended || over;
    if (right === bytes.length && !final) return OPEN;
    return mismatched(bytes, explainBeginning(wanted, bytes, final), right);
  };
}

/** Why these bytes do not begin with those wanted; `ended` says that no more of them will come. */
export function explainBeginning(wanted: Buffer, actual: Buffer, ended: boolean): Difference {
  const strict = explainDifference(wanted, actual, ended);
  const mayGoOn = ended && strict.cause === 'different' && actual.length >= wanted.length;
  return mayGoOn ? explainDifference(wanted, actual, false) : strict;
}
