import type { Programs } from '../programs.ts';
import type { Recorder } from '../recorder.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Waiting } from '../waiting.ts';
import type { Held, Tap } from './held.ts';
import type { Patience } from './patience.ts';

/** What the modules of this folder share: the connections of one run, and whom they ask. */
export interface Shared {
  readonly surroundings: Surroundings;
  readonly recorder: Recorder;
  readonly programs: Programs;
  readonly waiting: () => Waiting;
  readonly patience: Patience;
  readonly held: Map<string, Held>;
  readonly taps: Map<string, Tap>;
}
