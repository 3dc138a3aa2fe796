import { milliseconds } from '../base/units.ts';
import type { Json, JsonObject, Plan, PlanStep, ScenarioSpec } from '../model/index.ts';
import { STEPS } from '../steps/index.ts';
import { conversations, portsOf } from './by-hand.ts';
import { origin, placeOf, show, wrap } from './explain-text.ts';
import { type HandSetting, handSetting } from './hand-setting.ts';
import { LIBRARY } from './library-entry.ts';
import { rowLabel } from './matrix.ts';
import { allSteps } from './nested.ts';
import type { ReadStep, ScenarioPart } from './parts.ts';
import { namesIn, stepSentence } from './planned-args.ts';
import type { Assignment } from './read.ts';
import { entryOf, type Tree } from './tree.ts';
import { USE } from './use.ts';

/** Tells one scenario step by step. */
export class Explainer {
  readonly #assignment: Assignment;
  readonly #scenario: ScenarioSpec;
  readonly #part: ScenarioPart;
  readonly #root: Tree;
  readonly #steps: ReadonlyMap<string, ReadStep>;

  constructor(assignment: Assignment, scenario: ScenarioSpec, part: ScenarioPart) {
    const { shape } = assignment;
    this.#assignment = assignment;
    this.#scenario = scenario;
    this.#part = part;
    this.#root = shape.tree;
    const own = [...part.setup, ...part.steps, ...part.cleanup];
    const steps = [
      ...allSteps([...own, ...[...shape.templates.values()].flatMap((template) => template.steps)]),
    ];
    this.#steps = new Map(steps.map((step) => [JSON.stringify(step.spec.at), step]));
  }

  lines(): string[] {
    const { id, skip } = this.#scenario;
    const [plan, ...others] = this.#assignment.plans.get(id) ?? [];
    const lines = this.#settings();
    if (skip !== undefined)
      return [...lines, `  It is left out${skip === '' ? '' : `: ${skip}`} (${this.#from('skip')}).`];
    if (!plan) return [...lines, `  It does not apply with these parameters (${this.#from('only_if')}).`];
    if (plan.row !== undefined) lines.push(`  Here with ${plan.row}:`);
    for (const step of plan.steps) lines.push(...this.#step(step, plan));
    lines.push(...this.#leftOut(plan));
    for (const other of others) lines.push(...this.#otherRow(other, plan));
    return [...lines, ...conversations(plan, this.#setting(plan))];
  }

  /** Where a setting of the scenario was written, be it among the defaults. */
  #from(key: string): string {
    const usual = entryOf(this.#root, 'defaults')?.value;
    return origin(this.#root, (entryOf(this.#part.tree, key) ?? entryOf(usual, key))?.value);
  }

  /** What is said of the scenario besides its steps. */
  #settings(): string[] {
    const { id, title, points, visibility, timeout, rows, scoring, requires } = this.#scenario;
    const from = (key: string) => this.#from(key);
    const lines = [
      `${id}: ${title} (${[origin(this.#root, this.#part.tree), ...this.#library()].join(', ')})`,
      `  ${points} point${points === 1 ? '' : 's'} (${from('points')}), ${visibility} (${from('visibility')}), at most ${milliseconds(timeout)} in all (${from('timeout')})`,
    ];
    lines.push(...wrap(`${this.#again(from)}.`, '  '));
    if (rows.length > 1 || entryOf(this.#part.tree, 'matrix')) {
      const each = `Once for each of ${rows.map(rowLabel).join(' | ')} (${from('matrix')})`;
      lines.push(...wrap(`${each}; scoring: ${scoring} (${from('scoring')}).`, '  '));
    }
    const { failureDetails = 'full' } = this.#scenario;
    if (failureDetails !== 'full') {
      const seen =
        failureDetails === 'none' ? 'only that it failed' : 'what the program did, not what was expected';
      lines.push(...wrap(`A student sees of a failure ${seen} (${from('failure_details')}).`, '  '));
    }
    if (requires.length > 0)
      lines.push(`  Skipped when one of these has failed: ${requires.join(', ')} (${from('requires')}).`);
    return lines;
  }

  /** How many steps are left out here; nothing where templates and nested steps make counting idle. */
  #leftOut(plan: Plan): string[] {
    const plain = [...this.#part.setup, ...this.#part.steps, ...this.#part.cleanup];
    const left = plain.length - plan.steps.length;
    if (left <= 0 || plain.some(({ spec, nested }) => spec.verb === USE.verb || nested)) return [];
    return [`  (${left} step${left === 1 ? ' is' : 's are'} left out with these parameters.)`];
  }

  #setting(plan: Plan): HandSetting {
    return handSetting(this.#assignment.spec.programs, plan, this.#assignment.params);
  }

  /** A step in words, with the ports that the lines by hand have. */
  #sentence(step: PlanStep, plan: Plan): string {
    return stepSentence(step, plan, portsOf(this.#setting(plan)));
  }

  /** Of a ready-made scenario: the file of the library that it comes from. */
  #library(): string[] {
    const { file } = (entryOf(this.#part.tree, 'steps') ?? { keyPlace: this.#root.place }).keyPlace.source;
    return file.startsWith(LIBRARY) ? [`from ${file}`] : [];
  }

  /** What is done after the end of a run: whether it is tried again, and what bytes too many mean. */
  #again(from: (key: string) => string): string {
    const { retries, defaults } = this.#scenario;
    const { times, on } = retries;
    const usual = [this.#part.tree, this.#root].map((tree) =>
      entryOf(entryOf(tree, 'defaults')?.value, 'leftover'),
    );
    const leftover = `bytes left over: ${defaults.leftover ?? 'fail'} (${origin(this.#root, (usual[0] ?? usual[1])?.value)})`;
    const when = on === 'fail' ? 'it failed or was inconclusive' : 'it was inconclusive';
    return `Tried again ${times === 1 ? 'once' : `${times} times`} when ${when} (${from('retries')}); ${leftover}`;
  }

  /** The steps of a further row that are not those of the first. */
  #otherRow(plan: Plan, first: Plan): string[] {
    const text = (step: PlanStep, its: Plan) => this.#sentence(step, its);
    const known = first.steps.map((step) => text(step, first));
    const different = plan.steps.filter((step) => text(step, plan) !== known[step.index]);
    return [
      `  With ${plan.row}${different.length === 0 ? ' it does the same.' : ':'}`,
      ...different.flatMap((step) =>
        wrap(text(step, plan), '      ', `${String(step.index + 1).padStart(4)}. `),
      ),
    ];
  }

  #step(step: PlanStep, plan: Plan): string[] {
    const number = `${String(step.index + 1).padStart(4)}. `;
    const words = this.#sentence(step, plan);
    const facts = [
      placeOf(this.#root, step.at),
      ...this.#within(step),
      ...this.#newline(step),
      ...this.#builtIn(step),
      ...this.#lookedUp(step, plan),
    ];
    if (step.soft) facts.push('it continues after a failure');
    if (step.points !== undefined) facts.push(`${step.points} of the points`);
    if (step.cleanup) facts.push('in the end, whatever happened');
    if (step.parallel) facts.push(`in the branch ${step.parallel.branch}, at the same time as the others`);
    const name = step.name === undefined ? '' : `(${step.name}) `;
    return [...wrap(`${name}${words}`, '      ', number), ...wrap(facts.join(' · '), '        ')];
  }

  /** Where the time limit of a step comes from: the nearest place that says one. */
  #within(step: PlanStep): string[] {
    const within = step.args.within;
    if (typeof within !== 'number') return [];
    const definition = STEPS.get(step.verb);
    const written = this.#steps.get(JSON.stringify(step.at));
    const own = written && entryOf(entryOf(written.tree, step.verb)?.value, 'within')?.value;
    const inherited =
      definition?.patience === 'default'
        ? (entryOf(entryOf(this.#part.tree, 'defaults')?.value, 'within')?.value ??
          entryOf(entryOf(this.#root, 'defaults')?.value, 'within')?.value)
        : undefined;
    return [`within ${milliseconds(within)} (${origin(this.#root, own ?? inherited)})`];
  }

  /** Where the newline of its lines comes from, when not from the step itself. */
  #newline({ at, args }: PlanStep): string[] {
    const { newline } = this.#scenario.defaults;
    const written = this.#steps.get(JSON.stringify(at))?.spec.args ?? {};
    const says = (value: JsonObject) => JSON.stringify(value).includes('"newline":');
    if (typeof newline !== 'string' || !says(args) || says(written)) return [];
    const usual = [this.#part.tree, this.#root].map((tree) =>
      entryOf(entryOf(tree, 'defaults')?.value, 'newline'),
    );
    return [`newline ${newline} (${origin(this.#root, (usual[0] ?? usual[1])?.value)})`];
  }

  /** Values that the author left out. */
  #builtIn(step: PlanStep): string[] {
    const { entries = {} } = (STEPS.get(step.verb)?.schema ?? {}) as {
      readonly entries?: Readonly<Record<string, { readonly default?: Json }>>;
    };
    const written = this.#steps.get(JSON.stringify(step.at))?.spec.args ?? {};
    const usual = Object.entries(entries)
      .filter(
        ([key, entry]) => step.args[key] === undefined && entry.default !== undefined && entry.default !== '',
      )
      .map(([key, entry]) => `${key} ${String(entry.default)} (built in)`);
    const filled = ['on', 'conn', 'to']
      .filter((key) => step.args[key] !== undefined && written[key] === undefined)
      .map((key) => `${key} ${String(step.args[key])} (the only one)`);
    return [...usual, ...filled];
  }

  /** The names that the step looks up, with their values and where these stand. */
  #lookedUp(step: PlanStep, { row }: Plan): string[] {
    const written = this.#steps.get(JSON.stringify(step.at));
    const names = new Set(namesIn(written?.spec.args ?? {}));
    return [...names].flatMap((name) => {
      const param = this.#assignment.shape.params.get(name);
      if (param)
        return [
          `${name} = ${show(this.#assignment.params.get(name) ?? null)} (${origin(this.#root, param.tree)})`,
        ];
      const matrix = entryOf(this.#part.tree, 'matrix')?.value;
      if (name.startsWith('matrix.') && row !== undefined) {
        const value = this.#scenario.rows.find((one) => rowLabel(one) === row)?.[
          name.slice('matrix.'.length)
        ];
        const place = entryOf(matrix, name.slice('matrix.'.length))?.value ?? matrix;
        return [`${name} = ${show(value ?? null)} (${origin(this.#root, place)})`];
      }
      if (name.startsWith('env.'))
        return [`${name} = ${show(this.#assignment.params.get(name) ?? null)} (from the environment)`];
      return name === 'port' || name === 'host' ? [`${name} is known when it runs`] : [];
    });
  }
}
