import * as v from 'valibot';
import type { Json, JsonObject, Plan, PlanStep, ScenarioSpec } from '../model.ts';
import type { Scope } from '../steps/definition.ts';
import { duration } from '../steps/fields.ts';
import { STEPS } from '../steps/index.ts';
import type { LoadFile } from './extend.ts';
import { checkConditions, fillIn, fillText, holds, type Names } from './fill.ts';
import { type Row, rowLabel } from './matrix.ts';
import { type Problems, positionOf } from './problems.ts';
import type { TemplatePart } from './shape.ts';
import type { ReadStep } from './steps.ts';
import { find, type Tree } from './tree.ts';
import { resolveUse, USE } from './use.ts';
import { validate } from './validate.ts';

/** What planning needs to know of the rest of the file. */
export interface Surroundings {
  readonly programs: readonly string[];
  readonly templates: ReadonlyMap<string, TemplatePart>;
  readonly params: ReadonlyMap<string, Json>;
  /** Parameters and templates that are not right, which has been told already. */
  readonly unsettled: ReadonlySet<string>;
  /** Takes note of all names that are used: parameters, `matrix.x`, and templates as `template x`. */
  readonly used: Set<string>;
  readonly problems: Problems;
  readonly seed: string;
  readonly loadFile: LoadFile;
}

/** How deep templates may use one another. */
const DEEPEST_USE = 8;
/** More steps than anybody writes: a template that uses itself twice doubles at each level. */
const MOST_STEPS = 1000;

/** Turns a scenario into its runnable rows; complains where a name, a value or a reference does not fit. */
export function planScenario(
  scenario: ScenarioSpec,
  steps: readonly ReadStep[],
  { tree, complete }: { readonly tree: Tree; readonly complete: boolean },
  around: Surroundings,
): Plan[] {
  checkConditions(scenario.onlyIf, tree, namesFor(around, new Map()), around.problems);
  const applies = holds(scenario.onlyIf, around.params);
  const plans = scenario.rows.map((row) =>
    new RowPlanner(scenario, row, around, { applies, complete }).plan(steps),
  );
  return applies ? plans : [];
}

function namesFor({ params, unsettled, used }: Surroundings, row: ReadonlyMap<string, Json>): Names {
  return { values: new Map([...params, ...row]), captured: new Set(), unsettled, used };
}

/** What steps see and inherit: more within a template than outside. */
interface Level {
  readonly names: Names;
  readonly depth: number;
  /** Whether the steps are run; those that are not are checked all the same, as far as that is possible. */
  readonly runs: boolean;
  /** What a step inherits from the `use` that it comes from. */
  readonly from?: ReadStep;
}

class RowPlanner {
  readonly #scenario: ScenarioSpec;
  readonly #row: Row;
  readonly #around: Surroundings;
  readonly #applies: boolean;
  readonly #complete: boolean;
  readonly #captured = new Set<string>();
  /** Names that only steps capture which are not run with these parameters. */
  readonly #maybe = new Set<string>();
  readonly #planned: PlanStep[] = [];
  #visited = 0;
  #scope: Scope;

  constructor(
    scenario: ScenarioSpec,
    row: Row,
    around: Surroundings,
    { applies, complete }: { applies: boolean; complete: boolean },
  ) {
    this.#scenario = scenario;
    this.#row = row;
    this.#around = around;
    this.#applies = applies;
    this.#complete = complete;
    this.#scope = { programs: around.programs, connections: [] };
  }

  plan(steps: readonly ReadStep[]): Plan {
    const row = new Map(Object.entries(this.#row).map(([name, value]) => [`matrix.${name}`, value]));
    const names = { ...namesFor(this.#around, row), captured: this.#captured };
    for (const step of steps) this.#visit(step, { names, depth: 0, runs: this.#applies });
    const label = rowLabel(this.#row);
    return {
      scenario: this.#scenario.id,
      steps: this.#planned,
      timeout: this.#scenario.timeout,
      seed: `${this.#around.seed}/${this.#scenario.id}/${label}`,
      ...(label === '' ? {} : { row: label }),
    };
  }

  #visit(step: ReadStep, level: Level): void {
    const { problems } = this.#around;
    checkConditions(step.spec.onlyIf, step.tree, level.names, problems);
    const runs = level.runs && holds(step.spec.onlyIf, level.names.values);
    if (++this.#visited > MOST_STEPS) {
      problems.add(
        step.tree,
        [],
        `the scenario has more than ${MOST_STEPS} steps`,
        'make several scenarios of it',
      );
      return;
    }
    const captured = runs ? this.#captured : new Set([...this.#captured, ...this.#maybe]);
    const filled = fillIn(step, { ...level.names, captured }, this.#around);
    if (step.spec.verb === USE.verb) this.#use(step, filled, { ...level, runs });
    else if (runs) this.#run(step, filled, level);
    else {
      if (typeof filled.capture === 'string') this.#maybe.add(filled.capture).add(`${filled.capture}.length`);
      checkArgs(filled, step, this.#scenario, problems);
    }
  }

  #use(step: ReadStep, args: JsonObject, level: Level): void {
    const { templates, problems, used, unsettled } = this.#around;
    used.add(`template ${String(args.template)}`);
    if (unsettled.has(`template ${String(args.template)}`)) return;
    const found = resolveUse(step, args, templates, problems);
    if (!found) return;
    if (level.depth >= DEEPEST_USE) {
      problems.add(step.tree, [], 'templates use one another without end', 'let no template use itself');
      return;
    }
    const usual = [...found.usual].map(([name, value]) => {
      const { tree } = find(found.template.tree, ['with', name]);
      return [
        name,
        typeof value === 'string' ? fillText(value, tree, level.names, problems) : value,
      ] as const;
    });
    const given = [...usual, ...found.given].map(([name, value]) => [`with.${name}`, value] as const);
    const outer = [...level.names.values].filter(([name]) => !name.startsWith('with.'));
    const names = { ...level.names, values: new Map([...outer, ...given]) };
    for (const inner of found.template.steps)
      this.#visit(inner, { names, depth: level.depth + 1, runs: level.runs, from: level.from ?? step });
  }

  #run(step: ReadStep, filled: JsonObject, { from }: Level): void {
    const { problems } = this.#around;
    const scoped = STEPS.get(step.spec.verb)?.scope(filled, this.#scope);
    if (!scoped) return;
    const used = from ? ` (used on line ${positionOf(from.tree).line})` : '';
    for (const { key, message, fix } of scoped.problems) {
      // A step that could not be read may have opened what seems to be missing.
      if (!this.#complete && key !== 'program') continue;
      problems.add(step.tree, step.at(key === undefined ? [] : [key]), `${message}${used}`, mend(fix, step));
    }
    const { opens, closes } = scoped;
    const others = this.#scope.connections.filter((name) => name !== opens && name !== closes);
    this.#scope = { ...this.#scope, connections: opens === undefined ? others : [...others, opens] };
    const args = checkArgs(scoped.args, step, this.#scenario, problems);
    if (typeof args.capture === 'string') this.#captured.add(args.capture).add(`${args.capture}.length`);
    const { verb, at } = step.spec;
    const name = step.spec.name ?? from?.spec.name;
    const hint = step.spec.hint ?? from?.spec.hint;
    this.#planned.push({
      index: this.#planned.length,
      verb,
      args,
      soft: step.spec.soft || (from?.spec.soft ?? false),
      at,
      ...(name === undefined ? {} : { name }),
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** Checks the arguments and settles how long the step may wait. */
function checkArgs(args: JsonObject, step: ReadStep, scenario: ScenarioSpec, problems: Problems): JsonObject {
  const definition = STEPS.get(step.spec.verb);
  if (!definition) return args;
  const { within, ...rest } = args;
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
  const named = withName(rest, definition.schema);
  validate(definition.schema, named, step.tree, problems, { what: `"${step.spec.verb}"`, at: step.at });
  if (!patient) return rest;
  const usual = definition.patience === 'default' ? scenario.defaults.within : definition.patience;
  return { ...rest, within: own ?? (typeof usual === 'number' ? usual : 0) };
}

/** With a name for a connection that is left out and could not be filled in, which has been told already. */
function withName(args: JsonObject, schema: v.GenericSchema<unknown, unknown>): JsonObject {
  if (args.on !== undefined) return args;
  const { entries = {} } = schema as {
    readonly entries?: Readonly<Record<string, { readonly default?: unknown }>>;
  };
  return entries.on?.default === '' ? { ...args, on: 'a' } : args;
}

/** For a step in its short form, which has no keys, the long form that can take the mend. */
function mend(fix: string | undefined, { spec, short }: ReadStep): string | undefined {
  const key = /^say which(?: one)?: (.+)$/.exec(fix ?? '')?.[1];
  if (key === undefined || short === undefined) return fix;
  return `write ${spec.verb}: { ${short}: …, ${key} }`;
}
