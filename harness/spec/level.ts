import type { Json } from '../model/index.ts';
import type { Names } from './fill.ts';
import type { ReadStep } from './parts.ts';
import { positionOf } from './problems.ts';

/** What a step inherits from where it stands. */
export interface Level {
  readonly names: Names;
  /** Templates within templates. */
  readonly depth: number;
  /** Whether the steps are run; those that are not are checked all the same, as far as that is possible. */
  readonly runs: boolean;
  readonly cleanup?: true;
  readonly parallel?: { readonly number: number; readonly branch: string };
  /** In words, for steps that are done several times. */
  readonly round?: string;
  /** The connection of a round that runs beside others: its name in the file, and its own. */
  readonly rename?: readonly [string, string];
  /** The `use` that the step comes from. */
  readonly from?: ReadStep;
}

/** Of a step of a template: where it is used. */
export function usedOn({ from }: Level): string {
  return from ? ` (used on line ${positionOf(from.tree).line})` : '';
}

/** The same for one of several rounds: its number is filled in, and stands in its title. */
export function inRound(level: Level, round: number, times: number): Level {
  const values = new Map([...level.names.values, ['round', String(round)] as [string, Json]]);
  const words = [level.round, `round ${round} of ${times}`].filter(Boolean).join(', ');
  return { ...level, names: { ...level.names, values }, round: words };
}
