import type { Json, JsonObject, PlanStep, ScenarioSpec } from '../model/index.ts';
import { STEPS } from '../steps/index.ts';
import type { Scope } from '../steps/scope.ts';
import { checkConditions, fillIn, fillText, holds, isRunName, type Names } from './fill.ts';
import type { Nested, ReadStep } from './parts.ts';
import { positionOf } from './problems.ts';
import { checkArgs } from './step-args.ts';
import type { Surroundings } from './surroundings.ts';
import { find } from './tree.ts';
import { resolveUse, USE } from './use.ts';

/** How deep templates may use one another. */
const DEEPEST_USE = 8;
/** Steps of one row, rounds unrolled and templates put in. */
const MOST_STEPS = 5_000;

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
  /** The `use` that the step comes from. */
  readonly from?: ReadStep;
}

/** Unrolls the steps of one row: rounds one after another, branches marked as such, templates put in. */
export class RowPlanner {
  readonly steps: PlanStep[] = [];
  readonly captured = new Set<string>();
  readonly #scenario: ScenarioSpec;
  readonly #around: Surroundings;
  /** Whether it is known which connections are open: all steps so far could be read. */
  #certain: boolean;
  /** Names that only steps capture which are not run with these parameters. */
  readonly #maybe = new Set<string>();
  #visited = 0;
  #parallels = 0;
  #scope: Scope;

  constructor(scenario: ScenarioSpec, around: Surroundings, complete: boolean) {
    this.#scenario = scenario;
    this.#around = around;
    this.#certain = complete;
    const specs = Object.entries(around.programSpecs);
    this.#scope = {
      programs: around.programs,
      connections: [],
      listeners: [],
      helpers: specs.filter(([, { helper }]) => helper).map(([program]) => program),
      transports: {
        programs: Object.fromEntries(specs.map(([program, { transport = 'tcp' }]) => [program, transport])),
        connections: {},
        listeners: {},
      },
    };
  }

  add(step: ReadStep, outer: Level): void {
    const { problems } = this.#around;
    if (this.#visited > MOST_STEPS) return;
    if (++this.#visited > MOST_STEPS) {
      problems.add(step.tree, [], `a scenario has at most ${MOST_STEPS} steps`, 'repeat less often');
      return;
    }
    checkConditions(step.spec.onlyIf, step.tree, outer.names, problems);
    const level = { ...outer, runs: outer.runs && holds(step.spec.onlyIf, outer.names.values) };
    if (step.nested?.[0]?.branch !== undefined) this.#split(step, step.nested, level);
    else if (step.nested) this.#repeat(step, step.nested, level);
    else if (step.spec.verb === USE.verb) this.#use(step, level);
    else this.#one(step, level);
  }

  #fill(step: ReadStep, { names, runs }: Level): JsonObject {
    const captured = runs ? this.captured : new Set([...this.captured, ...this.#maybe]);
    return fillIn(step, { ...names, captured }, this.#around);
  }

  #repeat(step: ReadStep, nested: readonly Nested[], level: Level): void {
    const { steps: _, ...rest } = step.spec.args;
    const args = this.#fill({ ...step, spec: { ...step.spec, args: rest } }, level);
    const { times } = checkArgs(
      { ...args, steps: [''] },
      step,
      this.#scenario,
      this.#around.problems,
      this.#options(level),
    );
    for (let round = 1; round <= (typeof times === 'number' ? times : 1); round++) {
      const values = new Map([...level.names.values, ['round', String(round)] as [string, Json]]);
      const words = [level.round, `round ${round} of ${times}`].filter(Boolean).join(', ');
      for (const inner of nested.flatMap(({ steps }) => steps))
        this.add(inner, { ...level, names: { ...level.names, values }, round: words });
    }
  }

  #split(step: ReadStep, nested: readonly Nested[], level: Level): void {
    const { problems } = this.#around;
    const complain = (path: string[], message: string, fix: string) =>
      problems.add(step.tree, [step.spec.verb, ...path], message, fix, { part: 'key' });
    if (level.parallel) complain([], 'branches can not be split again', 'add more branches to the outer one');
    checkArgs(step.spec.args, step, this.#scenario, problems);
    const number = ++this.#parallels;
    const before = this.#scope;
    const after: Scope[] = [];
    for (const { branch = '', steps } of nested) {
      this.#scope = before;
      for (const inner of steps) this.add(inner, { ...level, parallel: { number, branch } });
      for (const name of this.#scope.connections.filter((one) => !before.connections.includes(one))) {
        if (after.some(({ connections }) => connections.includes(name)))
          complain([branch], `connection "${name}" is open in another branch, too`, 'give another name');
      }
      after.push(this.#scope);
    }
    const joined = (names: (scope: Scope) => readonly string[]) => [
      ...names(before).filter((name) => after.every((scope) => names(scope).includes(name))),
      ...after.flatMap((scope) => names(scope).filter((name) => !names(before).includes(name))),
    ];
    const transports = after.map((scope) => scope.transports);
    this.#scope = {
      ...before,
      transports: {
        programs: before.transports.programs,
        connections: Object.assign({}, ...transports.map(({ connections }) => connections)),
        listeners: Object.assign({}, ...transports.map(({ listeners }) => listeners)),
      },
      connections: joined(({ connections }) => connections),
      listeners: joined(({ listeners }) => listeners),
    };
  }

  #use(step: ReadStep, level: Level): void {
    const { templates, problems, used, unsettled } = this.#around;
    const args = this.#fill(step, level);
    used.add(`template ${String(args.template)}`);
    const known = !unsettled.has(`template ${String(args.template)}`);
    const found = known ? resolveUse(step, args, templates, problems) : undefined;
    if (!found?.template.complete) this.#certain = false;
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
      this.add(inner, { ...level, names, depth: level.depth + 1, from: level.from ?? step });
  }

  #one(step: ReadStep, level: Level): void {
    const { problems } = this.#around;
    const filled = this.#fill(step, level);
    if (!level.runs) {
      for (const name of STEPS.get(step.spec.verb)?.captures?.(filled) ?? []) this.#maybe.add(name);
      checkArgs(filled, step, this.#scenario, problems, this.#options(level));
      return;
    }
    const args = checkArgs(
      this.#inScope(step, filled, level),
      step,
      this.#scenario,
      problems,
      this.#options(level),
    );
    for (const name of STEPS.get(step.spec.verb)?.captures?.(args) ?? []) this.captured.add(name);
    this.steps.push(this.#planned(step, args, level));
  }

  #options(level: Level) {
    const isLate = (name: string) => isRunName(name) || this.captured.has(name);
    return { note: usedOn(level), isLate };
  }

  /** Fills in the names that were left out, and takes note of what the step opens and closes. */
  #inScope(step: ReadStep, filled: JsonObject, level: Level): JsonObject {
    const scoped = STEPS.get(step.spec.verb)?.scope(filled, this.#scope);
    if (!scoped) return filled;
    const used = usedOn(level);
    for (const { key, message, fix, certain } of scoped.problems) {
      // A step that could not be read may have opened what seems to be missing.
      if (!this.#certain && !certain) continue;
      const path = step.at(key === undefined ? [] : [key]);
      this.#around.problems.add(step.tree, path, `${message}${used}`, inLongForm(fix, step));
    }
    const { opens, closes, listens, unlistens, transport = 'tcp' } = scoped;
    if (STEPS.get(step.spec.verb)?.shorthand === 'as' && typeof filled.as !== 'string') this.#certain = false;
    const others = this.#scope.connections.filter((name) => name !== opens && name !== closes);
    const listening = this.#scope.listeners.filter((name) => name !== unlistens);
    if (listens !== undefined) listening.push(listens);
    this.#scope = {
      ...this.#scope,
      connections: opens === undefined ? others : [...others, opens],
      listeners: listening,
      transports: {
        ...this.#scope.transports,
        ...(opens === undefined
          ? {}
          : { connections: { ...this.#scope.transports.connections, [opens]: transport } }),
        ...(listens === undefined
          ? {}
          : { listeners: { ...this.#scope.transports.listeners, [listens]: transport } }),
      },
    };
    return scoped.args;
  }

  #planned({ spec }: ReadStep, args: JsonObject, { from, round, cleanup, parallel }: Level): PlanStep {
    const { verb, at, points } = spec;
    const own = spec.name ?? from?.spec.name;
    const name = round === undefined ? own : `${own ?? verb} (${round})`;
    const hint = spec.hint ?? from?.spec.hint;
    return {
      index: this.steps.length,
      verb,
      args,
      soft: spec.soft || (from?.spec.soft ?? false),
      at,
      ...(name === undefined ? {} : { name }),
      ...(hint === undefined ? {} : { hint }),
      ...(points === undefined ? {} : { points }),
      ...(cleanup === undefined ? {} : { cleanup }),
      ...(parallel === undefined ? {} : { parallel }),
    };
  }
}

/** Of a step of a template: where it is used. */
function usedOn({ from }: Level): string {
  return from ? ` (used on line ${positionOf(from.tree).line})` : '';
}

/** For a step in its short form, which has no keys, the long form that can take the mend. */
function inLongForm(fix: string | undefined, { spec, short }: ReadStep): string | undefined {
  const key = /^say which(?: one)?: (\w+: [\w-]+)/.exec(fix ?? '')?.[1];
  if (key === undefined || short === undefined) return fix;
  return `write ${spec.verb}: { ${short}: …, ${key} }`;
}
