import { defined } from '../base/defined.ts';
import type { Json, Plan, ScenarioSpec } from '../model/index.ts';
import { ANY_MATRIX, checkConditions, holds, type Names, PORTS } from './fill.ts';
import { type Row, rowLabel } from './matrix.ts';
import { portsOf } from './own-ports.ts';
import type { ScenarioPart } from './parts.ts';
import { RowPlanner } from './row-planner.ts';
import type { Surroundings } from './surroundings.ts';
import { entryOf } from './tree.ts';

/** Turns a scenario into its runnable rows; complains where a name, a value or a reference does not fit. */
export function planScenario(scenario: ScenarioSpec, part: ScenarioPart, around: Surroundings): Plan[] {
  checkConditions(scenario.onlyIf, part.tree, namesFor(around, {}, new Set()), around.problems);
  const applies = holds(scenario.onlyIf, around.params) && scenario.skip === undefined;
  const plans = scenario.rows.map((row) => planRow(scenario, part, row, { around, applies }));
  return applies ? plans : [];
}

/** How a port is looked up: as a number, or its two bytes, as FTP has them. */
function namesOfPort(name: string): readonly string[] {
  return [`${PORTS}${name}`, `${PORTS}${name}.high`, `${PORTS}${name}.low`];
}

/** Whose ports some names are. */
export function portNames(names: Iterable<string>): string[] {
  return [...names]
    .filter((name) => name.startsWith(PORTS))
    .map((name) => name.slice(PORTS.length).replace(/\.(high|low)$/, ''));
}

function namesFor(
  { params, unsettled, used, withPort }: Surroundings,
  row: Row,
  captured: ReadonlySet<string>,
): Names {
  const values = Object.entries(row).map(([name, value]): [string, Json] => [`matrix.${name}`, value]);
  return {
    values: new Map([...params, ...values]),
    captured,
    unsettled,
    used,
    ports: withPort.flatMap(namesOfPort),
  };
}

function planRow(
  scenario: ScenarioSpec,
  { setup, steps, cleanup, complete, file, tree }: ScenarioPart,
  row: Row,
  { around, applies }: { around: Surroundings; applies: boolean },
): Plan {
  const planner = new RowPlanner(scenario, around, complete);
  // Nothing is known of the names of a matrix that is not right.
  const isOpen = entryOf(tree, 'matrix') !== undefined && Object.keys(file.matrix).length === 0;
  const unsettled = isOpen ? new Set([...around.unsettled, ANY_MATRIX]) : around.unsettled;
  const names = namesFor({ ...around, unsettled }, row, planner.captured);
  for (const step of [...setup, ...steps]) planner.add(step, { names, depth: 0, runs: applies });
  for (const step of cleanup) planner.add(step, { names, depth: 0, runs: applies, cleanup: true });
  const label = rowLabel(row);
  const { leftover } = scenario.defaults;
  const lookedUp = new Set([...around.lookedUp, ...portNames(around.used)]);
  const ports = portsOf(planner.steps, around.programSpecs, lookedUp);
  return {
    scenario: scenario.id,
    steps: planner.steps,
    timeout: scenario.timeout,
    seed: `${around.seed}/${scenario.id}/${label}`,
    ...(label === '' ? {} : { row: label }),
    ...defined({ ports }),
    ...(leftover === 'warn' || leftover === 'ignore' ? { leftover } : {}),
  };
}
