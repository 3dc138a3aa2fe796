import * as v from 'valibot';
import type { Json, JsonObject, Plan, PlanStep, ScenarioSpec, Spec } from '../model.ts';
import type { Scope } from '../steps/definition.ts';
import { duration } from '../steps/fields.ts';
import { STEPS } from '../steps/index.ts';
import { suggest } from '../steps/scope.ts';
import { type Lookup, substitute } from '../steps/template.ts';
import type { Nested } from './nested.ts';
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
/** Steps of one row, rounds unrolled. */
const MOST_STEPS = 5_000;

/** Turns a scenario into its runnable rows; complains where a name, a value or a reference does not fit. */
export function planScenario(
  scenario: ScenarioSpec,
  steps: readonly ReadStep[],
  cleanup: readonly ReadStep[],
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
  return rows.slice(0, MOST_ROWS).map((row) => planRow(scenario, steps, cleanup, row, around));
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
  cleanup: readonly ReadStep[],
  row: ReadonlyMap<string, Json>,
  around: Surroundings,
): Plan {
  const values = new Map<string, Json>([
    ...around.params,
    ...[...row].map(([name, value]) => [`matrix.${name}`, value] as const),
  ]);
  const planner = new RowPlanner(scenario, around);
  for (const step of steps) planner.add(step, { values });
  for (const step of cleanup) planner.add(step, { values, cleanup: true });
  const label = [...row].map(([name, value]) => `${name}=${String(value)}`).join(', ');
  const { leftover } = scenario.defaults;
  return {
    scenario: scenario.id,
    steps: planner.steps,
    timeout: scenario.timeout,
    seed: `${around.seed}/${scenario.id}/${label}`,
    ...(label === '' ? {} : { row: label }),
    ...(leftover === 'warn' || leftover === 'ignore' ? { leftover } : {}),
  };
}

/** What a step inherits from where it stands. */
interface Place {
  readonly values: ReadonlyMap<string, Json>;
  readonly cleanup?: true;
  readonly parallel?: { readonly number: number; readonly branch: string };
  /** In words, for steps that are done several times. */
  readonly round?: string;
}

/** Unrolls the steps of one row: rounds one after another, branches marked as such. */
class RowPlanner {
  readonly steps: PlanStep[] = [];
  readonly #scenario: ScenarioSpec;
  readonly #around: Surroundings;
  readonly #captured = new Set<string>();
  #scope: Scope;
  #parallels = 0;

  constructor(scenario: ScenarioSpec, around: Surroundings) {
    this.#scenario = scenario;
    this.#around = around;
    this.#scope = { programs: Object.keys(around.spec.programs), connections: [], listeners: [] };
  }

  add(step: ReadStep, place: Place): void {
    if (!holds(step.spec.onlyIf, place.values)) return;
    const { problems } = this.#around;
    if (this.steps.length > MOST_STEPS) {
      problems.add(step.tree, [], `a scenario has at most ${MOST_STEPS} steps`, 'repeat less often');
      return;
    }
    if (step.nested) this.#unfold(step, step.nested, place);
    else this.#addOne(step, place);
  }

  #unfold(step: ReadStep, nested: readonly Nested[], place: Place): void {
    const { problems } = this.#around;
    if (nested[0]?.branch === undefined) {
      const { steps: _, ...rest } = step.spec.args;
      const args = fillIn(
        { ...step, spec: { ...step.spec, args: rest } },
        place.values,
        this.#captured,
        this.#around,
      );
      const { times } = checkArgs({ ...args, steps: [0] }, step, this.#scenario, this.#around);
      for (let round = 1; round <= (typeof times === 'number' ? times : 1); round++) {
        const values = new Map([...place.values, ['round', String(round)]]);
        const words = [place.round, `round ${round} of ${times}`].filter(Boolean).join(', ');
        for (const inner of nested.flatMap(({ steps }) => steps))
          this.add(inner, { ...place, values, round: words });
      }
      return;
    }
    if (place.parallel)
      problems.add(
        step.tree,
        [step.spec.verb],
        'branches can not be split again',
        'add more branches to the outer one',
        {
          part: 'key',
        },
      );
    checkArgs(step.spec.args, step, this.#scenario, this.#around);
    const number = ++this.#parallels;
    const before = this.#scope;
    const after: Scope[] = [];
    for (const { branch = '', steps } of nested) {
      this.#scope = before;
      for (const inner of steps) this.add(inner, { ...place, parallel: { number, branch } });
      for (const name of this.#scope.connections.filter((one) => !before.connections.includes(one))) {
        if (after.some(({ connections }) => connections.includes(name)))
          problems.add(
            step.tree,
            [step.spec.verb, branch],
            `connection "${name}" is open in another branch, too`,
            'give another name',
            {
              part: 'key',
            },
          );
      }
      after.push(this.#scope);
    }
    const joined = (names: (scope: Scope) => readonly string[]) => [
      ...names(before).filter((name) => after.every((scope) => names(scope).includes(name))),
      ...after.flatMap((scope) => names(scope).filter((name) => !names(before).includes(name))),
    ];
    this.#scope = {
      programs: before.programs,
      connections: joined(({ connections }) => connections),
      listeners: joined(({ listeners }) => listeners),
    };
  }

  #addOne(step: ReadStep, { values, cleanup, parallel, round }: Place): void {
    const around = this.#around;
    const filled = fillIn(step, values, this.#captured, around);
    const scoped = STEPS.get(step.spec.verb)?.scope(filled, this.#scope);
    if (!scoped) return;
    for (const { key, message, fix } of scoped.problems)
      around.problems.add(step.tree, step.at(key === undefined ? [] : [key]), message, fix);
    const { opens, closes, listens } = scoped;
    const others = this.#scope.connections.filter((name) => name !== opens && name !== closes);
    this.#scope = {
      ...this.#scope,
      connections: opens === undefined ? others : [...others, opens],
      listeners: listens === undefined ? this.#scope.listeners : [...this.#scope.listeners, listens],
    };
    const args = checkArgs(scoped.args, step, this.#scenario, around);
    for (const name of capturedBy(args.capture)) this.#captured.add(name).add(`${name}.length`);
    const { verb, hint, soft, at, points } = step.spec;
    const name = round === undefined ? step.spec.name : `${step.spec.name ?? verb} (${round})`;
    this.steps.push({
      index: this.steps.length,
      verb,
      args,
      soft,
      at,
      ...(name === undefined ? {} : { name }),
      ...(hint === undefined ? {} : { hint }),
      ...(points === undefined ? {} : { points }),
      ...(cleanup === undefined ? {} : { cleanup }),
      ...(parallel === undefined ? {} : { parallel }),
    });
  }
}

/** The names that an expectation keeps something under. */
function capturedBy(capture: Json | undefined): readonly string[] {
  if (typeof capture === 'string') return [capture];
  return typeof capture === 'object' && capture !== null ? Object.keys(capture) : [];
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
