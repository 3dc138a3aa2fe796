import { defineStep } from './definition.ts';
import { STATE, STATE_KEYS } from './state/index.ts';

/** Says how something must be; if it is not, the student's program is at fault. */
export const check = defineStep({
  ...STATE,
  verb: 'check',
  summary: 'Say how a program, a connection or a port must be; if it is not, the scenario fails.',
  about: {
    group: 'state',
    keys: STATE_KEYS,
    examples: [
      'check: { port: server, is: listening }',
      'check: { program: server, is: blocked, in: recv, cpu: "<20%", for: 200ms }',
      'check: { program: server, stdout: { contains: hello } }',
      'check: { conn: a, unread: 0 }',
      'check: { port: server, is: listening, address: any, owner: server }',
    ],
  },
  asserts: true,
  sentence: (claim, seed) => `It fails unless ${claim.sentence(seed)}.`,
});
