import * as v from 'valibot';
import { cpuBound, duration } from '../../base/fields.ts';

/** Keys of claims about what a program does with its time. */
export const activityEntries = { cpu: v.exactOptional(cpuBound), for: v.exactOptional(duration) };

export const ACTIVITY_ABOUT = {
  cpu: 'With `is: blocked` or `is: running`: an upper bound for its share of one processor, such as `"<20%"`.',
  for: 'With `is: blocked` or `is: running`: how long it must stay so without a break.',
};
