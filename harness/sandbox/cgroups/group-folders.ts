import type { Controller } from './hierarchies.ts';

/** A folder of ours in a hierarchy of control groups, below which each start of a program has a group. */
export interface GroupFolder {
  readonly version: 1 | 2;
  readonly folder: string;
  /** What its groups limit; nothing where they only hold processes together, so that all can be ended at once. */
  readonly controllers: readonly Controller[];
}

/** What groups count, each once. */
export function controllersOf(groups: ControlGroups): readonly Controller[] {
  return [...new Set(groups.flatMap(({ controllers }) => controllers))];
}

/** The groups that one command of the grader has, in all hierarchies; plain data. */
export type ControlGroups = readonly GroupFolder[];
