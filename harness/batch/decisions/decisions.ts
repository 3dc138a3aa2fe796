import path from 'node:path';
import { UserError } from '../../base/user-error.ts';
import type { Concern } from '../attention.ts';
import { type Matches, matchRoster } from '../gradebook/match.ts';
import type { Roster } from '../gradebook/roster.ts';
import type { ManifestScenario } from '../manifest.ts';
import type { Submission } from '../types.ts';
import type { DecisionLine } from './decision-table.ts';
import { EXTENSIONS, type ExtensionLine, readExtensions } from './extensions.ts';
import { MAPPING, readMapping, resolveMapping } from './mapping.ts';
import { OVERRIDES, type OverrideLine, readOverrides } from './overrides.ts';
import { RUBRIC, type RubricItem, readRubric } from './rubric.ts';

/** Files in which people write what they decide. @default those in the folder of the results */
export interface DecisionOptions {
  readonly mapping?: string;
  readonly overrides?: string;
  readonly extensions?: string;
  readonly rubric?: string;
}

/** What people have decided, as it is written. */
export interface Decisions {
  readonly files: Required<DecisionOptions>;
  readonly mapping: readonly DecisionLine[];
  readonly overrides: readonly OverrideLine[];
  readonly extensions: readonly ExtensionLine[];
  readonly rubric: readonly RubricItem[];
  /** They were gathered from several folders, so that the files of this one do not have them yet. */
  readonly joined?: true;
  /** Why a later reading failed: the files stay as people have left them. */
  readonly unread?: string;
}

/** Names of the files in the folder of the results that are people's and stay whatever is graded again. */
export const DECISION_FILES = [MAPPING, OVERRIDES, EXTENSIONS, RUBRIC].map(({ name }) => name);

/** Reads what people have decided; throws a UserError for what can't be, before anything is run. */
export function readDecisions(
  out: string,
  { mapping, overrides, extensions, rubric }: DecisionOptions,
  scenarios: readonly ManifestScenario[],
): Decisions {
  const files = {
    mapping: mapping ?? path.join(out, MAPPING.name),
    overrides: overrides ?? path.join(out, OVERRIDES.name),
    extensions: extensions ?? path.join(out, EXTENSIONS.name),
    rubric: rubric ?? path.join(out, RUBRIC.name),
  };
  const items = readRubric(files.rubric, scenarios);
  return {
    files,
    mapping: readMapping(files.mapping),
    overrides: readOverrides(files.overrides, [...scenarios, ...items]),
    extensions: readExtensions(files.extensions),
    rubric: items,
  };
}

/**
 * What people have decided by now: they go on while a batch runs. Where that can't be read, what was read before counts, and
 * the files are left alone.
 */
export function readDecisionsAgain(
  out: string,
  before: Decisions,
  options: DecisionOptions,
  scenarios: readonly ManifestScenario[],
): Decisions {
  try {
    return readDecisions(out, options, scenarios);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...before, unread: `${error.where}: ${error.what}` };
  }
}

/** Who handed in what, by the roster and by what people have assigned. */
export interface Placement {
  /** Absent without a roster. */
  readonly matches: Matches | undefined;
  readonly concerns: readonly Concern[];
}

/** Finds the row of the roster for every student. */
export function placeStudents(
  submissions: readonly Submission[],
  roster: Roster | undefined,
  { mapping }: Pick<Decisions, 'mapping'>,
): Placement {
  const { assigned, concerns } = resolveMapping(mapping, submissions, roster);
  return { matches: roster === undefined ? undefined : matchRoster(submissions, roster, assigned), concerns };
}

/** What was decided for the folder of a merge, and for each of its parts; the folder's own decisions go before. */
export function joinDecisions(
  out: string,
  parts: readonly string[],
  options: DecisionOptions,
  scenarios: readonly ManifestScenario[],
): Decisions {
  const own = readDecisions(out, options, scenarios);
  const others = parts.map((part) => readDecisions(part, {}, scenarios));
  const all = [own, ...others];
  return {
    joined: true,
    files: own.files,
    mapping: firstOf(
      all.map(({ mapping }) => mapping.filter(({ cells }) => cells.row !== '')),
      ({ cells }) => cells.submission,
    ),
    overrides: firstOf(
      all.map(({ overrides }) => overrides),
      ({ student, scenario }) => JSON.stringify([student, scenario]),
    ),
    extensions: firstOf(
      all.map(({ extensions }) => extensions),
      ({ student }) => student,
    ),
    rubric: firstOf(
      all.map(({ rubric }) => rubric),
      ({ id }) => id,
    ),
  };
}

/** All lines, but of those about the same thing only what the first table says of it. */
function firstOf<T>(tables: readonly (readonly T[])[], keyOf: (one: T) => unknown): readonly T[] {
  const known = new Set<unknown>();
  return tables.flatMap((table) => {
    const fresh = table.filter((one) => !known.has(keyOf(one)));
    for (const one of fresh) known.add(keyOf(one));
    return fresh;
  });
}
