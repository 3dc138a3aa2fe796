import { setFlagsFromString } from 'node:v8';

/** The newest major of Node whose engine is known to have the flag; an unknown flag would be complained of. */
const NEWEST = 24;

/**
 * Tells the engine that this process ends in a moment, so that functions are worth optimising only after thirty times
 * as much work as usual: reading a specification of fifty scenarios takes less than half of the processor time then.
 */
export function expectShortLife(): void {
  if (Number.parseInt(process.versions.node, 10) <= NEWEST) setFlagsFromString('--interrupt-budget=2000000');
}
