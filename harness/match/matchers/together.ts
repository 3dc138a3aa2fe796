import { type Decider, type Decision, type Matcher, matched, OPEN, WAITING } from '../matcher.ts';

/**
 * Any: as soon as one holds. All: once every one holds; the one that takes most decides where the message ends. However
 * the bytes were split, the shortest beginning that decides is what counts.
 */
export function decideTogether(rule: 'any' | 'all', matchers: readonly Matcher[]): Decider {
  const deciders = matchers.map((one) => one.decider());
  return (arrived) => {
    const { bytes } = arrived;
    const soFar = together(
      rule,
      deciders.map((decideOn) => decideOn({ bytes, ...WAITING })),
      bytes,
    );
    if (soFar.state !== 'open') return earliest(rule, matchers, bytes);
    if (!arrived.ended && !arrived.over && !arrived.idle) return OPEN;
    return together(
      rule,
      matchers.map((one) => one.decider()(arrived)),
      bytes,
    );
  };
}

function together(rule: 'any' | 'all', decisions: readonly Decision[], bytes: Buffer): Decision {
  const decisive = rule === 'any' ? 'match' : 'mismatch';
  const found = decisions.find(({ state }) => state === decisive);
  if (found) return found;
  if (decisions.some(({ state }) => state === 'open')) return OPEN;
  if (rule === 'any') {
    const [first] = [...decisions].sort((a, b) => reach(b) - reach(a));
    return first ?? OPEN;
  }
  return matched(bytes, Math.max(0, ...decisions.map(reach)));
}

function reach(decision: Decision): number {
  return decision.state === 'open' ? 0 : decision.consumed;
}

/** The decision of the shortest beginning that decides; a decision stays once it is made, so halving finds it. */
function earliest(rule: 'any' | 'all', matchers: readonly Matcher[], bytes: Buffer): Decision {
  const decideAt = (end: number) => {
    const beginning = { bytes: bytes.subarray(0, end), ...WAITING };
    return together(
      rule,
      matchers.map((one) => one.decider()(beginning)),
      bytes,
    );
  };
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (decideAt(middle).state === 'open') low = middle + 1;
    else high = middle;
  }
  const decision = decideAt(low);
  return decision.state === 'mismatch' ? { ...decision, message: bytes } : decision;
}
