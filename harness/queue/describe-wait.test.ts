import type { QueueState } from '../batch/progress.ts';
import { describeWait } from './describe-wait.ts';

const state = (...workers: QueueState['workers'][number][]): QueueState => ({
  workers,
  level: 'full',
  version: '1.0.0',
  running: 0,
  waiting: 9,
  all: 0,
  batches: 0,
});
const right = { host: 'a', level: 'full', version: '1.0.0' } as const;
const weak = { ...right, level: 'uid' } as const;
const old = { ...right, version: '0.9.0' } as const;

test.each([
  ['there is one', state(weak, old, right), undefined],
  ['there is none', state(), /^No worker serves the queue\. Start one .*worker --queue redis:\/\/host$/],
  [
    'another version',
    state(old),
    /^None of the workers \(1\) .*: 1 is of version 0\.9\.0 \(this batch needs 1\.0\.0\)\.$/,
  ],
  [
    'too little isolation',
    state(weak, weak),
    /^None of the 2 workers .*: 2 keep programs apart at level uid only/,
  ],
  ['both', state(weak, old), /1 is of version 0\.9\.0 .*; 1 keeps programs apart at level uid only/],
])('why nothing is graded, where %s', (_, given, text) => {
  const described = describeWait(given, 'redis://host');
  if (text === undefined) expect(described).toBeUndefined();
  else expect(described).toMatch(text);
});
