import { defined } from '../base/defined.ts';
import { milliseconds } from '../base/units.ts';
import type { Json, JsonObject, PlanStep, ScenarioSpec } from '../model/index.ts';
import { effectsOf, STEPS } from '../steps/index.ts';
import type { Scope } from '../steps/scope.ts';
import { namesOpen } from '../steps/template.ts';
import { withCheckerFiles } from './checker-files.ts';
import { checkConditions, filledText, fillIn, fillText, holds, isRunName, type Names } from './fill.ts';
import { FlowCheck } from './flow-check.ts';
import { withNewline } from './newline.ts';
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
  /** The connection of a round that runs beside others: its name in the file, and its own. */
  readonly rename?: readonly [string, string];
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
  readonly #flow: FlowCheck;
  #scope: Scope;

  constructor(scenario: ScenarioSpec, around: Surroundings, complete: boolean) {
    this.#scenario = scenario;
    this.#around = around;
    this.#certain = complete;
    this.#flow = new FlowCheck(around.programSpecs);
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

  #fill(step: ReadStep, { names, runs, rename }: Level): JsonObject {
    const definition = STEPS.get(step.spec.verb);
    const kept = definition?.fillsItself ? (definition.captures?.(step.spec.args) ?? []) : [];
    const captured = new Set([...this.captured, ...kept, ...(runs ? [] : this.#maybe)]);
    const { verb } = step.spec;
    const { newline } = this.#scenario.defaults;
    const filled = withNewline(verb, fillIn(step, { ...names, captured }, this.#around), newline);
    if (!rename) return filled;
    const [written, own] = rename;
    const named = Object.entries(filled).map(([key, value]) => [
      key,
      CONNECTION_KEYS.includes(key) && value === written ? own : value,
    ]);
    return Object.fromEntries(named);
  }

  #repeat(step: ReadStep, nested: readonly Nested[], level: Level): void {
    const { steps: _, ...rest } = step.spec.args;
    const args = this.#fill({ ...step, spec: { ...step.spec, args: rest } }, level);
    const checked = checkArgs(
      { ...args, steps: [''] },
      step,
      this.#scenario,
      this.#around.problems,
      this.#options(level),
    );
    const { at_once: atOnce, as, barrier } = args;
    // More than that is refused at the first step too many: nothing is laid out for the rest.
    const times = Math.min(typeof checked.times === 'number' ? checked.times : 1, MOST_STEPS + 1);
    if (atOnce === true && typeof as === 'string') {
      this.#atOnce(step, nested, level, { times, as, barrier: barrier === 'open' });
      return;
    }
    for (let round = 1; round <= times; round++) {
      const values = new Map([...level.names.values, ['round', String(round)] as [string, Json]]);
      const words = [level.round, `round ${round} of ${times}`].filter(Boolean).join(', ');
      for (const inner of nested.flatMap(({ steps }) => steps))
        this.add(inner, { ...level, names: { ...level.names, values }, round: words });
    }
  }

  /** Rounds beside each other, each a branch with a connection of its own; a barrier cuts them in two. */
  #atOnce(
    step: ReadStep,
    nested: readonly Nested[],
    level: Level,
    { times, as, barrier }: { readonly times: number; readonly as: string; readonly barrier: boolean },
  ): void {
    const complain = (path: string[], message: string, fix: string) =>
      this.#around.problems.add(step.tree, [step.spec.verb, ...path], message, fix, { part: 'key' });
    if (level.parallel) complain([], 'branches cannot be split again', 'do it outside of the branch');
    const inner = nested.flatMap(({ steps }) => steps);
    const connected = inner.findLastIndex(({ spec }) => opens(spec)) + 1;
    if (barrier && connected === 0)
      complain(['barrier'], 'no step of the rounds connects, so there is nothing to wait for', 'remove it');
    const before = this.#scope;
    const scopes = Array.from({ length: times }, () => before);
    const parts = barrier ? [inner.slice(0, connected), inner.slice(connected)] : [inner];
    for (const steps of parts.filter((part) => part.length > 0)) {
      const number = ++this.#parallels;
      for (let round = 1; round <= times; round++) {
        this.#scope = scopes[round - 1] ?? before;
        const values = new Map([...level.names.values, ['round', String(round)] as [string, Json]]);
        const words = [level.round, `round ${round} of ${times}`].filter(Boolean).join(', ');
        for (const one of steps)
          this.add(one, {
            ...level,
            names: { ...level.names, values },
            round: words,
            parallel: { number, branch: `round ${round}` },
            rename: [as, `${as}[${round}]`],
          });
        scopes[round - 1] = this.#scope;
      }
    }
    const opened = scopes.map(({ connections }) =>
      connections.filter((name) => !before.connections.includes(name)),
    );
    const twice = opened.flat().find((name, at, all) => all.indexOf(name) !== at);
    if (twice !== undefined)
      complain(
        [],
        `connection "${twice}" is open in every round`,
        `call it "${as}", or close it in the round`,
      );
    this.#scope = {
      ...before,
      connections: [...before.connections, ...new Set(opened.flat())],
      transports: {
        ...before.transports,
        connections: Object.assign(
          {},
          before.transports.connections,
          ...scopes.map(({ transports }) => transports.connections),
        ),
      },
    };
  }

  #split(step: ReadStep, nested: readonly Nested[], level: Level): void {
    const { problems } = this.#around;
    const complain = (path: string[], message: string, fix: string) =>
      problems.add(step.tree, [step.spec.verb, ...path], message, fix, { part: 'key' });
    if (level.parallel) complain([], 'branches cannot be split again', 'add more branches to the outer one');
    checkArgs(step.spec.args, step, this.#scenario, problems);
    const number = ++this.#parallels;
    const before = this.#scope;
    const after: Scope[] = [];
    for (const { branch = '', steps } of nested) {
      this.#scope = before;
      // What stands in another branch may come first.
      this.#flow.forget();
      for (const inner of steps) this.add(inner, { ...level, parallel: { number, branch } });
      for (const name of this.#scope.connections.filter((one) => !before.connections.includes(one))) {
        if (after.some(({ connections }) => connections.includes(name)))
          complain([branch], `connection "${name}" is open in another branch, too`, 'give another name');
      }
      after.push(this.#scope);
    }
    this.#flow.forget();
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
      problems.add(step.tree, [], 'templates use one another endlessly', 'let no template use itself');
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

  #one(step: ReadStep, outer: Level, given?: JsonObject): void {
    const { problems } = this.#around;
    const filled = given ?? this.#fill(step, outer);
    const { on } = filled;
    if (Array.isArray(on) && STEPS.get(step.spec.verb)?.onEach && on.length > 0) {
      for (const one of on)
        this.#one(
          step,
          { ...outer, round: [outer.round, `on ${one}`].filter(Boolean).join(', ') },
          { ...filled, on: one },
        );
      return;
    }
    const level = outer;
    if (!level.runs) {
      for (const name of STEPS.get(step.spec.verb)?.captures?.(filled) ?? []) this.#maybe.add(name);
      checkArgs(filled, step, this.#scenario, problems, this.#options(level));
      return;
    }
    const scoped = this.#withFiles(step, this.#inScope(step, filled, level));
    const args = checkArgs(scoped, step, this.#scenario, problems, this.#options(level));
    this.#follow(step, scoped, level);
    this.#checkPatience(step, scoped, args);
    for (const name of STEPS.get(step.spec.verb)?.captures?.(args) ?? []) this.captured.add(name);
    this.steps.push(this.#planned(step, keptOpen(args, STEPS.get(step.spec.verb)?.fillsItself), level));
  }

  /** With the files of a checker, where the step is a check by one. */
  #withFiles(step: ReadStep, args: JsonObject): JsonObject {
    const { problems, loadFile } = this.#around;
    const { tree } = find(step.tree, step.at(['command']));
    return withCheckerFiles(args, {
      load: (name) => loadFile(name, tree.place.source.file),
      complain: (message, fix) => problems.add(step.tree, step.at(['command']), message, fix),
    });
  }

  /** Complains about a step that can't work after those before it, where these are known for certain. */
  #follow(step: ReadStep, args: JsonObject, level: Level): void {
    if (level.cleanup) return;
    const effects = effectsOf({ verb: step.spec.verb, args });
    for (const { key, severity, message, fix } of this.#flow.take(effects)) {
      // What stands in another branch may come first.
      if (!this.#certain || level.parallel) continue;
      const path = step.at(key === undefined ? [] : [key]);
      this.#around.problems.add(step.tree, path, `${message}${usedOn(level)}`, fix, defined({ severity }));
    }
  }

  /** A step that may wait for longer than the scenario as a whole is ended before its time. */
  #checkPatience(step: ReadStep, written: JsonObject, { within }: JsonObject): void {
    const { timeout } = this.#scenario;
    if (written.within === undefined || typeof within !== 'number' || within <= timeout) return;
    const message = `the step may wait for ${milliseconds(within)}, and the whole scenario for ${milliseconds(timeout)}`;
    const fix = 'give the scenario a longer timeout, or the step a shorter within';
    this.#around.problems.add(step.tree, step.at(['within']), message, fix, { severity: 'warning' });
  }

  #options(level: Level) {
    const isLate = (name: string) => isRunName(name) || this.captured.has(name);
    return { note: usedOn(level), isLate };
  }

  /** In a round beside others its own connection is what is meant when none is named. */
  #scopeOf({ as, on, conn }: JsonObject, { rename }: Level): Scope {
    const own = rename?.[1];
    const isOpen = own !== undefined && this.#scope.connections.includes(own);
    const isNamed = [as, on, conn].some((name) => name !== undefined);
    return isOpen && !isNamed ? { ...this.#scope, connections: [own] } : this.#scope;
  }

  /** Fills in the names that were left out, and takes note of what the step opens and closes. */
  #inScope(step: ReadStep, filled: JsonObject, level: Level): JsonObject {
    const scoped = STEPS.get(step.spec.verb)?.scope(filled, this.#scopeOf(filled, level));
    if (!scoped) return filled;
    const used = usedOn(level);
    for (const { key, severity, message, fix, certain } of scoped.problems) {
      // A step that could not be read may have opened what seems to be missing.
      if (!this.#certain && !certain) continue;
      const path = step.at(key === undefined ? [] : [key]);
      this.#around.problems.add(
        step.tree,
        path,
        `${message}${used}`,
        inLongForm(fix, step),
        defined({ severity }),
      );
    }
    const { opens, closes, listens, unlistens, transport = 'tcp' } = scoped;
    if (STEPS.get(step.spec.verb)?.shorthand === 'as' && typeof filled.as !== 'string') this.#certain = false;
    const opened = [opens ?? []].flat();
    const others = this.#scope.connections.filter((name) => !opened.includes(name) && name !== closes);
    const listening = this.#scope.listeners.filter((name) => name !== unlistens);
    if (listens !== undefined) listening.push(listens);
    this.#scope = {
      ...this.#scope,
      connections: [...others, ...opened],
      listeners: listening,
      transports: {
        ...this.#scope.transports,
        connections: {
          ...this.#scope.transports.connections,
          ...Object.fromEntries(opened.map((name) => [name, transport])),
        },
        ...(listens === undefined
          ? {}
          : { listeners: { ...this.#scope.transports.listeners, [listens]: transport } }),
      },
    };
    return scoped.args;
  }

  #planned({ spec }: ReadStep, args: JsonObject, { names, from, round, cleanup, parallel }: Level): PlanStep {
    const { verb, at, points } = spec;
    const words = (text: string | undefined) => text && filledText(text, names.values, names.used);
    const own = words(spec.name ?? from?.spec.name);
    const name = round === undefined ? own : `${own ?? verb} (${round})`;
    const hint = words(spec.hint ?? from?.spec.hint);
    return {
      index: this.steps.length,
      verb,
      args,
      soft: spec.soft || (from?.spec.soft ?? false),
      at,
      ...defined({ name, hint, points, cleanup, parallel }),
    };
  }
}

/** Keys that name a connection. */
const CONNECTION_KEYS = ['as', 'on', 'conn'];

/** Whether a connection is there after a step. */
function opens({ verb, args }: ReadStep['spec']): boolean {
  return (
    STEPS.get(verb)
      ?.effects?.(args)
      .some(({ kind }) => kind === 'opens') === true
  );
}

/** Values that a step fills in itself, from what it keeps, kept from being filled in before. */
function keptOpen(args: JsonObject, keys: readonly string[] = []): JsonObject {
  if (keys.length === 0) return args;
  const walk = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        keys.includes(key) && namesOpen(item as Json).length > 0
          ? { $late: item as Json }
          : walk(item as Json),
      ]),
    );
  };
  return walk(args) as JsonObject;
}

/** Of a step of a template: where it is used. */
function usedOn({ from }: Level): string {
  return from ? ` (used on line ${positionOf(from.tree).line})` : '';
}

/** For a step in its short form, which has no keys, the long form that can take the fix. */
function inLongForm(fix: string | undefined, { spec, short }: ReadStep): string | undefined {
  const key = /^say which(?: one)?: (\w+: [\w-]+)/.exec(fix ?? '')?.[1];
  if (key === undefined || short === undefined) return fix;
  return `write ${spec.verb}: { ${short}: …, ${key} }`;
}
