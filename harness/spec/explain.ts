import * as v from 'valibot';
import wrapAnsi from 'wrap-ansi';
import type { Payload } from '../match/payload.ts';
import { textToBytes } from '../match/text.ts';
import { escapeBytes } from '../match/view.ts';
import type { Json, Plan, PlanStep, ScenarioSpec } from '../model.ts';
import type { Expectation } from '../steps/expect.ts';
import { STEPS } from '../steps/index.ts';
import { fillTemplates, isTemplate, pieces } from '../steps/template.ts';
import { milliseconds } from '../steps/words.ts';
import { type Act, byHand } from './by-hand.ts';
import { rowLabel } from './matrix.ts';
import { positionOf } from './problems.ts';
import type { Assignment } from './read.ts';
import { sentence } from './sentences.ts';
import type { ScenarioPart } from './shape.ts';
import type { ReadStep } from './steps.ts';
import { entryOf, type Tree } from './tree.ts';

const WIDTH = 96;

/** Tells in plain words what an assignment does; only the given scenarios when there are any. */
export function explainAssignment(assignment: Assignment, only: readonly string[] = []): string {
  const { spec, shape } = assignment;
  const lines = only.length > 0 ? [] : header(assignment);
  for (const [index, scenario] of spec.scenarios.entries()) {
    const part = shape.scenarios[index];
    if (!part || (only.length > 0 && !only.includes(scenario.id))) continue;
    lines.push(...new Explainer(assignment, scenario, part).lines(), '');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function header({ spec, params, shape }: Assignment): string[] {
  const lines = [spec.title, ...wrap(spec.description ?? '', '  '), ''];
  for (const [name, { about, choices }] of Object.entries(spec.params)) {
    const tree = shape.params.get(name)?.tree;
    const value = show(params.get(name) ?? null);
    const own = params.get(name) === spec.params[name]?.default ? origin(shape.tree, tree) : 'given';
    lines.push(
      `Parameter ${name}: ${value} (${own})${choices ? `, one of ${choices.map(show).join(', ')}` : ''}`,
    );
    lines.push(...wrap(about ?? '', '  '));
  }
  for (const [name, program] of Object.entries(spec.programs)) {
    const tree = shape.programs.get(name)?.tree;
    const told = (key: string) => origin(shape.tree, entryOf(tree, key)?.value);
    lines.push(`Program ${name}:`);
    lines.push(
      `  port ${program.port} (${told('port')}), ready when ${ready(program.ready)} (${told('ready')})`,
    );
    lines.push(`  built and started by the first of these whose file is there (${told('variants')}):`);
    for (const { file, build, run } of program.variants)
      lines.push(`    ${(file ?? 'any').padEnd(14)} ${build === undefined ? '' : `${build} && `}${run}`);
  }
  return [...lines, ''];
}

function ready(rule: Assignment['spec']['programs'][string]['ready']): string {
  if (rule === 'listening') return 'it listens';
  if (rule === 'none') return 'it has been started';
  return 'stdout' in rule ? `it has printed ${show(rule.stdout)}` : `${milliseconds(rule.after)} have passed`;
}

function show(value: Json): string {
  return typeof value === 'string' ? `"${escapeBytes(textToBytes(value), 200)}"` : JSON.stringify(value);
}

function wrap(text: string, indent: string, first = indent): string[] {
  if (text.trim() === '') return [];
  const lines = wrapAnsi(text.trim(), WIDTH - indent.length).split('\n');
  return lines.map((line, index) => (index === 0 ? first : indent) + line.trimEnd());
}

/** `line 12`, with its file when that is not the explained one, or `built in`. */
function origin(root: Tree, tree: Tree | undefined): string {
  if (!tree) return 'built in';
  const { file, line } = positionOf(tree);
  return file === root.place.source.file ? `line ${line}` : `${file}:${line}`;
}

class Explainer {
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
    const steps = [...part.steps, ...[...shape.templates.values()].flatMap((template) => template.steps)];
    this.#steps = new Map(steps.map((step) => [JSON.stringify(step.spec.at), step]));
  }

  lines(): string[] {
    const { id, title, points, visibility, timeout, rows } = this.#scenario;
    const from = (key: string) => origin(this.#root, entryOf(this.#part.tree, key)?.value);
    const plans = this.#assignment.plans.get(id) ?? [];
    const lines = [
      `${id}: ${title} (${origin(this.#root, this.#part.tree)})`,
      `  ${points} point${points === 1 ? '' : 's'} (${from('points')}), ${visibility} (${from('visibility')}), at most ${milliseconds(timeout)} in all (${from('timeout')})`,
    ];
    if (rows.length > 1 || entryOf(this.#part.tree, 'matrix'))
      lines.push(`  once for each of ${rows.map(rowLabel).join(' | ')} (${from('matrix')})`);
    const [plan] = plans;
    if (!plan) return [...lines, `  It does not apply with these parameters (${from('only_if')}).`];
    if (plan.row !== undefined) lines.push(`  Here with ${plan.row}:`);
    for (const step of plan.steps) lines.push(...this.#step(step, plan));
    const left = this.#part.steps.length - plan.steps.length;
    if (left > 0 && !this.#part.steps.some(({ spec }) => spec.verb === 'use'))
      lines.push(`  (${left} step${left === 1 ? ' is' : 's are'} left out with these parameters.)`);
    return [...lines, ...this.#byHand(plan)];
  }

  #step(step: PlanStep, plan: Plan): string[] {
    const number = `${String(step.index + 1).padStart(4)}. `;
    const words = sentence(step.verb, checked(step), plan.seed) ?? generic(step);
    const facts = [this.#at(step), ...this.#within(step), ...this.#builtIn(step), ...this.#lookedUp(step)];
    if (step.soft) facts.push('it goes on after a failure');
    const name = step.name === undefined ? '' : `(${step.name}) `;
    return [...wrap(`${name}${words}`, '      ', number), ...wrap(facts.join(' · '), '        ')];
  }

  #at({ at }: PlanStep): string {
    return at.file === this.#root.place.source.file ? `line ${at.line}` : `${at.file}:${at.line}`;
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
  #lookedUp(step: PlanStep): string[] {
    const written = this.#steps.get(JSON.stringify(step.at));
    const names = new Set(namesIn(written?.spec.args ?? {}));
    return [...names].flatMap((name) => {
      const param = this.#assignment.shape.params.get(name);
      if (param)
        return [
          `${name} = ${show(this.#assignment.params.get(name) ?? null)} (${origin(this.#root, param.tree)})`,
        ];
      return name === 'port' || name === 'host' ? [`${name} is known when it runs`] : [];
    });
  }

  #byHand(plan: Plan): string[] {
    const acts = new Map<string, Act[]>();
    const add = (conn: string, act: Act) => acts.set(conn, [...(acts.get(conn) ?? []), act]);
    for (const step of plan.steps) {
      const args = checked(step) as { on: string; as: string; payload: Payload } | undefined;
      if (!args) continue;
      if (step.verb === 'connect') acts.set(args.as, []);
      else if (step.verb === 'send') add(args.on, { kind: 'send', payload: args.payload });
      else if (step.verb === 'half_close') add(args.on, { kind: 'half_close' });
      else if (step.verb === 'expect') add((args as Partial<Expectation>).on ?? '', { kind: 'wait' });
    }
    if (acts.size === 0) return [];
    const width = Math.max(...[...acts.keys()].map((conn) => conn.length));
    return [
      `  By hand, while the program listens on port $PORT${acts.size > 1 ? ' (each in a terminal of its own where they overlap)' : ''}:`,
      ...[...acts].map(([conn, list]) => `    ${`${conn}:`.padEnd(width + 1)} ${byHand(list, plan.seed)}`),
    ];
  }
}

/** The arguments as the step will get them, with stand-ins for what only the run knows; nothing if these do not fit. */
function checked(step: PlanStep): unknown {
  const definition = STEPS.get(step.verb);
  const names = namesOpen(step.args);
  const standIns = new Map(names.map((name) => [name, name === 'port' ? '$PORT' : `<${name}>`]));
  const { within, ...args } = fillTemplates(step.args, standIns) as Record<string, Json>;
  const waits = definition?.patience !== 'never' || within === undefined;
  const result = definition && v.safeParse(definition.schema, waits ? args : { ...args, within });
  return result?.success ? result.output : undefined;
}

function namesOpen(value: Json): string[] {
  if (isTemplate(value))
    return value.$template.flatMap((part) => (typeof part === 'string' ? [] : [part.name]));
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(namesOpen);
}

function generic({ verb, args }: PlanStep): string {
  const values = Object.entries(args).filter(([key]) => key !== 'within');
  return `${verb} ${values.map(([key, value]) => `${key}: ${show(readable(value))}`).join(', ')}`;
}

/** With names that only the run knows as the author wrote them. */
function readable(value: Json): Json {
  if (isTemplate(value))
    return value.$template.map((part) => (typeof part === 'string' ? part : `\${{ ${part.name} }}`)).join('');
  if (Array.isArray(value)) return value.map(readable);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readable(item as Json)]));
}

function namesIn(value: Json): string[] {
  if (typeof value === 'string')
    return pieces(value).flatMap((piece) => (typeof piece === 'string' ? [] : [piece.name]));
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(namesIn);
}
