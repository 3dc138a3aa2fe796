import * as v from 'valibot';
import type { Json, JsonObject, Plan, PlanStep, ScenarioSpec, Spec } from '../model.ts';
import type { Scope } from '../steps/definition.ts';
import { duration } from '../steps/fields.ts';
import { STEPS } from '../steps/index.ts';
import { suggest } from '../steps/scope.ts';
import { type Lookup, substitute } from '../steps/template.ts';
import type { ReadStep } from './steps.ts';
import { type Problems, validate } from './validate.ts';

interface Surroundings {
  readonly spec: Spec;
  readonly params: ReadonlyMap<string, Json>;
  readonly problems: Problems;
  readonly seed: string;
  readonly loadFile: (path: string) => Uint8Array | string;
}

type Path = readonly (string | number)[];
/** Names that a step may use and that only the run knows. */
const RUN_NAMES = ['port', 'host'];
const MOST_ROWS = 200;

/** Turns a scenario into its runnable rows; complains where a name, a value or a reference does not fit. */
export function planScenario(
  scenario: ScenarioSpec,
  steps: readonly ReadStep[],
  around: Surroundings,
): Plan[] {
  if (!holds(scenario.onlyIf, around.params)) return [];
  const rows = rowsOf(scenario.matrix);
  if (rows.length > MOST_ROWS && steps[0])
    around.problems.add(
      steps[0].tree,
      [],
      `the matrix has ${rows.length} rows, more than ${MOST_ROWS}`,
      'leave some out',
    );
  return rows.slice(0, MOST_ROWS).map((row) => planRow(scenario, steps, row, around));
}

/** Every combination of the values of a matrix, the last name varying fastest. */
function rowsOf(matrix: ScenarioSpec['matrix']): ReadonlyMap<string, Json>[] {
  let rows: ReadonlyMap<string, Json>[] = [new Map()];
  for (const [name, values] of Object.entries(matrix)) {
    rows = rows.flatMap((row) => values.map((value) => new Map([...row, [name, value]])));
  }
  return rows;
}

function planRow(
  scenario: ScenarioSpec,
  steps: readonly ReadStep[],
  row: ReadonlyMap<string, Json>,
  around: Surroundings,
): Plan {
  const values = new Map<string, Json>([
    ...around.params,
    ...[...row].map(([name, value]) => [`matrix.${name}`, value] as const),
  ]);
  const captured = new Set<string>();
  let scope: Scope = { programs: Object.keys(around.spec.programs), connections: [], listeners: [] };
  const planned: PlanStep[] = [];
  for (const step of steps) {
    if (!holds(step.spec.onlyIf, values)) continue;
    const filled = fillIn(step, values, captured, around);
    const scoped = STEPS.get(step.spec.verb)?.scope(filled, scope);
    if (!scoped) continue;
    for (const { key, message, fix } of scoped.problems)
      around.problems.add(step.tree, step.at(key === undefined ? [] : [key]), message, fix);
    if (scoped.opens !== undefined)
      scope = {
        ...scope,
        connections: [...scope.connections.filter((name) => name !== scoped.opens), scoped.opens],
      };
    if (scoped.listens !== undefined) scope = { ...scope, listeners: [...scope.listeners, scoped.listens] };
    if (scoped.closes !== undefined)
      scope = { ...scope, connections: scope.connections.filter((name) => name !== scoped.closes) };
    const args = checkArgs(scoped.args, step, scenario, around);
    const capture = args.capture;
    if (typeof capture === 'string') captured.add(capture);
    const { verb, name, hint, soft, at } = step.spec;
    planned.push({
      index: planned.length,
      verb,
      args,
      soft,
      at,
      ...(name === undefined ? {} : { name }),
      ...(hint === undefined ? {} : { hint }),
    });
  }
  const label = [...row].map(([name, value]) => `${name}=${String(value)}`).join(', ');
  return {
    scenario: scenario.id,
    steps: planned,
    timeout: scenario.timeout,
    seed: `${around.seed}/${scenario.id}/${label}`,
    ...(label === '' ? {} : { row: label }),
  };
}

/** Whether every named value is as it is wanted, or is not, with `{not: value}`. */
function holds(conditions: JsonObject | undefined, values: ReadonlyMap<string, Json>): boolean {
  return Object.entries(conditions ?? {}).every(([name, wanted]) => {
    const value = String(values.get(name));
    const negated = typeof wanted === 'object' && wanted !== null && 'not' in wanted;
    return negated ? value !== String(wanted.not) : value === String(wanted);
  });
}

/** Puts in parameters, matrix values and the contents of files. */
function fillIn(
  step: ReadStep,
  values: ReadonlyMap<string, Json>,
  captured: ReadonlySet<string>,
  around: Surroundings,
): JsonObject {
  const known = [...values.keys(), ...RUN_NAMES, ...captured];
  const lookup: Lookup = (name) => {
    const value = values.get(name);
    if (value !== undefined) return { value };
    return RUN_NAMES.includes(name) || captured.has(name) ? 'later' : undefined;
  };
  const walk = (value: Json, path: Path): Json => {
    if (typeof value === 'string') {
      const unknown = (name: string) =>
        around.problems.add(step.tree, step.at(path), `unknown name "${name}"`, suggest(name, known));
      const filled = substitute(value, lookup, unknown, path.at(-1) === 'regex' ? 'regex' : 'plain');
      return path.at(-1) === 'file' && typeof filled === 'string' ? load(filled, step, path, around) : filled;
    }
    if (Array.isArray(value)) return value.map((item: Json, index) => walk(item, [...path, index]));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, walk(item as Json, [...path, key])]),
    );
  };
  for (const name of Object.keys(step.spec.onlyIf ?? {})) {
    if (!values.has(name))
      around.problems.add(
        step.tree,
        ['only_if', name],
        `unknown name "${name}"`,
        suggest(name, [...values.keys()]),
        { part: 'key' },
      );
  }
  return walk(step.spec.args, []) as JsonObject;
}

function load(path: string, step: ReadStep, at: Path, around: Surroundings): Json {
  const loaded = around.loadFile(path);
  if (typeof loaded !== 'string') return { path, base64: Buffer.from(loaded).toString('base64') };
  around.problems.add(
    step.tree,
    step.at(at),
    `the file "${path}" can't be read: ${loaded}`,
    'the name is relative to this specification',
  );
  return { path, base64: '' };
}

/** Checks the arguments and settles how long the step may wait. */
function checkArgs(
  args: JsonObject,
  step: ReadStep,
  scenario: ScenarioSpec,
  around: Surroundings,
): JsonObject {
  const definition = STEPS.get(step.spec.verb);
  if (!definition) return args;
  const { within, ...rest } = args;
  const problems = around.problems;
  const patient = definition.patience !== 'never';
  if (within !== undefined && !patient)
    problems.add(
      step.tree,
      step.at(['within']),
      `"${step.spec.verb}" does not wait, so it has no "within"`,
      'remove it',
      { part: 'key' },
    );
  const own =
    within === undefined || !patient
      ? undefined
      : validate(v.object({ within: duration }), { within }, step.tree, problems, { at: step.at })?.within;
  validate(definition.schema, rest, step.tree, problems, { what: `"${step.spec.verb}"`, at: step.at });
  if (!patient) return rest;
  const usual = definition.patience === 'default' ? scenario.defaults.within : definition.patience;
  return { ...rest, within: own ?? (typeof usual === 'number' ? usual : 0) };
}
