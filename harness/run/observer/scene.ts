import type { Observation } from '../../model/index.ts';
import type { Connections } from '../connections/index.ts';
import type { Programs } from '../programs.ts';
import type { Recorder } from '../recorder.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Waiting } from '../waiting.ts';

/** Whom the questions of one run are put to, and where the answers go. */
export interface ObserverScene {
  readonly surroundings: Surroundings;
  readonly recorder: Recorder;
  readonly programs: Programs;
  readonly connections: Connections;
  readonly waiting: () => Waiting;
  /** Records an answer. */
  readonly observe: (observation: Observation) => void;
}

/** What an answer says where the system does not show it. */
export const UNSEEN = -1;
