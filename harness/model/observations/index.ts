import { activity } from './activity.ts';
import { bindTrial } from './bind-trial.ts';
import { blocked } from './blocked.ts';
import { busyTrial } from './busy-trial.ts';
import { controlStart } from './control-start.ts';
import { datagrams } from './datagrams.ts';
import type { ObservationDefinition } from './definition.ts';
import { leftRunning } from './left-running.ts';
import { listening } from './listening.ts';
import { noBan } from './no-ban.ts';
import { owner } from './owner.ts';
import { port } from './port.ts';
import { reuse } from './reuse.ts';
import { signals } from './signals.ts';
import { stopTrial } from './stop-trial.ts';
import { stopped } from './stopped.ts';
import { timeWaitOver } from './time-wait-over.ts';
import { unread } from './unread.ts';

export type { BlockedState } from './blocked.ts';
export type { Listener, ThreadState } from './kernel-facts.ts';
export type { ReadyState } from './listening.ts';
export type { PortState } from './port.ts';

/** All observations, by what a trace calls them. */
export const OBSERVATIONS = {
  listening,
  blocked,
  unread,
  port,
  activity,
  owner,
  datagrams,
  signals,
  left_running: leftRunning,
  bind_trial: bindTrial,
  no_ban: noBan,
  reuse,
  time_wait_over: timeWaitOver,
  control_start: controlStart,
  stop_trial: stopTrial,
  busy_trial: busyTrial,
  stopped,
};

type Definitions = typeof OBSERVATIONS;
type SeenBy<Definition> = Definition extends ObservationDefinition<infer Seen> ? Seen : never;

/** A question put to the operating system with its answer. */
export type Observation = SeenBy<Definitions[keyof Definitions]>;

type Seen<What extends Observation['what']> = Extract<Observation, { readonly what: What }>;

const BY_WHAT: { readonly [What in Observation['what']]: ObservationDefinition<Seen<What>> } = OBSERVATIONS;

/** What the operating system said, in a few words: for the trace, and for the timeline. */
export function describeObservation<What extends Observation['what']>(seen: Seen<What>): string {
  const { what }: { readonly what: What } = seen;
  return BY_WHAT[what].describe(seen);
}

/** The program or the connection that an observation is about; empty where it is about neither. */
export function observationSubject(seen: Observation): string {
  return ('program' in seen ? seen.program : 'conn' in seen ? seen.conn : undefined) ?? '';
}
