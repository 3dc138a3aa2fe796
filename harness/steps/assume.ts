import { defineStep } from './definition.ts';
import { type Found, inconclusive } from './outcome.ts';
import { STATE, STATE_KEYS } from './state/index.ts';

/** A program that ended by itself, or that leaves a connection in the queue, is at fault whatever was to be proved. */
const PROVED: readonly Found['cause'][] = ['exited', 'crashed', 'not_accepted'];

/** Says what the scenario needs in order to prove anything; if it is not so, there is no verdict. */
export const assume = defineStep({
  ...STATE,
  verb: 'assume',
  summary:
    'Say what the scenario needs in order to prove anything; if it is not so, the scenario is inconclusive.',
  about: {
    group: 'state',
    keys: STATE_KEYS,
    sameKeysAs: 'check',
    examples: ['assume: { port: server, is: time_wait }', 'assume: { conn: a, unread: all }'],
  },
  asserts: false,
  sentence: (claim, seed) => `Only if this is so is there a verdict: ${claim.sentence(seed)}.`,
  judge: (claim, view, context) => {
    const outcome = claim.judge(view, context);
    if (outcome.status !== 'fail' || PROVED.includes(outcome.found.cause)) return outcome;
    return inconclusive('precondition', {
      ...outcome.found,
      summary: `The scenario needs something that was not so: ${outcome.found.summary}`,
    });
  },
});
