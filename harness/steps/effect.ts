import type { Json, JsonObject } from '../model/index.ts';

/**
 * What a step does to the programs, listeners and connections of a scenario, for all that follows a list of steps
 * without running it. A step may do several of these, in this order.
 */
export type Effect =
  /** It needs a program that has been started; `key` is the argument that names it. */
  | { readonly kind: 'needs'; readonly program: string; readonly key: string }
  /** It launches a program; `again` where one that runs is ended first. */
  | { readonly kind: 'starts'; readonly program: string; readonly again: boolean }
  /** It goes to a program as a client; without a name to the one that there is. */
  | { readonly kind: 'dials'; readonly program?: string }
  /** It speaks of the port of a program, which may be free, or leads others to it. */
  | { readonly kind: 'asks_port'; readonly program: string }
  /** It ends a program, or sees that it has ended. */
  | { readonly kind: 'stops' | 'sees_end'; readonly program: string }
  | { readonly kind: 'pauses' | 'resumes'; readonly program: string }
  /** The grader listens; `fixed` on a port that the file names. `givenTo` is a program that is given the port of it. */
  | {
      readonly kind: 'listens';
      readonly listener: string;
      readonly fixed: boolean;
      readonly givenTo?: string;
    }
  | { readonly kind: 'unlistens'; readonly listener: string }
  /** It waits for a program that connects. */
  | { readonly kind: 'awaits_client' }
  /** A connection is there; to a program when the grader has opened it. */
  | { readonly kind: 'opens'; readonly conn: string; readonly program?: string }
  | { readonly kind: 'sends' | 'half_closes'; readonly conn: string }
  /** It wants bytes from the program on a connection, or with `silence` that none come. */
  | { readonly kind: 'reads'; readonly conn: string; readonly silence?: true }
  /** It claims how something is; `quiet` where a program fails it that is busy with nothing to do. */
  | { readonly kind: 'claims'; readonly quiet: boolean }
  /** It looks at the source files of the submission. */
  | { readonly kind: 'reads_sources' }
  /** The grader closes a connection, or sees that it ends: a client may be done after it. */
  | { readonly kind: 'closes' | 'sees_close'; readonly conn: string }
  /** What a program does shows in it, so that something may have come of it when the step is over. */
  | { readonly kind: 'observes' };

/** An effect on a thing that an argument names; none where the argument is missing or no name. */
export function onNamed<Made extends Effect>(value: Json | undefined, make: (name: string) => Made): Made[] {
  return typeof value === 'string' && value !== '' ? [make(value)] : [];
}

/** A program that must have been started, and what else the step does to it. */
export function toStarted(
  { program }: JsonObject,
  ...kinds: readonly ('stops' | 'pauses' | 'resumes')[]
): Effect[] {
  return onNamed(program, (name): Effect => ({ kind: 'needs', program: name, key: 'program' })).concat(
    kinds.flatMap((kind) => onNamed(program, (name) => ({ kind, program: name }))),
  );
}
