import { defined } from '../base/defined.ts';
import type { JsonObject, PlanStep, ScenarioSpec } from '../model/index.ts';
import { effectsOf, STEPS } from '../steps/index.ts';
import type { Scope } from '../steps/scope.ts';
import { withCheckerFiles } from './checker-files.ts';
import { checkConditions, fillIn, holds, isRunName } from './fill.ts';
import { FlowCheck } from './flow-check.ts';
import { keptOpen } from './kept-open.ts';
import { inRound, type Level, usedOn } from './level.ts';
import { withNewline } from './newline.ts';
import type { Nested, ReadStep } from './parts.ts';
import { checkPatience, inLongForm, plannedStep } from './planned-step.ts';
import { afterBranches, afterRounds, afterStep, scopeAtStart } from './scopes.ts';
import { checkArgs } from './step-args.ts';
import type { Surroundings } from './surroundings.ts';
import { find } from './tree.ts';
import { namesWithin, resolveUse, USE } from './use.ts';

/** How deep templates may use one another. */
const DEEPEST_USE = 8;
/** Steps of one row, rounds unrolled and templates put in. */
const MOST_STEPS = 5_000;

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
    this.#scope = scopeAtStart(around);
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
      for (const inner of nested.flatMap(({ steps }) => steps)) this.add(inner, inRound(level, round, times));
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
        const own: Level = {
          ...inRound(level, round, times),
          parallel: { number, branch: `round ${round}` },
          rename: [as, `${as}[${round}]`],
        };
        for (const one of steps) this.add(one, own);
        scopes[round - 1] = this.#scope;
      }
    }
    const { scope, twice } = afterRounds(before, scopes);
    this.#scope = scope;
    if (twice !== undefined)
      complain(
        [],
        `connection "${twice}" is open in every round`,
        `call it "${as}", or close it in the round`,
      );
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
    this.#scope = afterBranches(before, after);
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
    const names = namesWithin(found, level.names, problems);
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
    checkPatience(step, scoped, args, this.#scenario, problems);
    for (const name of STEPS.get(step.spec.verb)?.captures?.(args) ?? []) this.captured.add(name);
    this.steps.push(
      plannedStep(this.steps.length, step, keptOpen(args, STEPS.get(step.spec.verb)?.fillsItself), level),
    );
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
    if (STEPS.get(step.spec.verb)?.shorthand === 'as' && typeof filled.as !== 'string') this.#certain = false;
    this.#scope = afterStep(this.#scope, scoped);
    return scoped.args;
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
