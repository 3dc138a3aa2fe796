import { defined } from '../base/defined.ts';
import { hundredths } from '../base/units.ts';
import type { Json, JsonObject, Plan, Planned, ProgramSpec, ScenarioSpec, Spec } from '../model/index.ts';
import { effectsOf } from '../steps/index.ts';
import { checkCommands, checkParams, checkPrograms, checkScenarios } from './checks.ts';
import { type Diagnostic, inFileOrder } from './diagnostic.ts';
import { readEnvironment } from './environment.ts';
import { extendSpec, type LoadFile } from './extend.ts';
import { filledText, PORTS } from './fill.ts';
import type { Library } from './library-entry.ts';
import { lint, lintMatrix } from './lint.ts';
import { allSteps } from './nested.ts';
import { openSpec } from './open.ts';
import { resolveParams } from './params.ts';
import type { Shape } from './parts.ts';
import { planScenario, portNames } from './plan.ts';
import { Problems } from './problems.ts';
import { type FilesOptions, readProgramFiles, readProgramInput } from './program-files.ts';
import { withQuietCheck } from './quiet-check.ts';
import { readShape } from './shape.ts';
import type { Surroundings } from './surroundings.ts';
import { toSpec } from './to-spec.ts';
import { entryOf, type MapTree, type Path } from './tree.ts';

export interface ReadOptions {
  /** Name of the file in messages. */
  readonly file: string;
  /** Settings from the command line, as text. */
  readonly params?: Readonly<Record<string, string>>;
  readonly seed: string;
  /** The environment of the grader, of which a file may look up what it lists. @default empty */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Reads a file beside a specification; a string is the reason why it can't be read. */
  readonly loadFile: LoadFile;
  /**
   * Ids or tags of the scenarios that will run: what is wrong with the steps of others is a warning then, and these are
   * left out. @default all
   */
  readonly only?: readonly string[];
  /** The ready-made scenarios. @default none */
  readonly library?: Library;
}

const NO_LIBRARY: Library = { names: () => [], load: () => undefined };

/** What was read of a specification that is right. */
export interface Assignment extends Planned {
  readonly warnings: readonly Diagnostic[];
  /** What it was read from, the files that it extends merged in. */
  readonly shape: Shape;
}

/** Reads an assignment: either it is right as a whole, or everything wrong with it is reported at once. */
export function readAssignment(
  content: Uint8Array | string,
  options: ReadOptions,
): Assignment | { readonly diagnostics: readonly Diagnostic[] } {
  const problems = new Problems();
  const tree = openSpec(content, options.file, problems);
  const read = tree && readTree(tree, options, problems);
  const diagnostics = inFileOrder(problems.diagnostics, options.file);
  return !read || problems.any ? { diagnostics } : { ...read, warnings: diagnostics };
}

function readTree(
  own: MapTree,
  options: ReadOptions,
  problems: Problems,
): Omit<Assignment, 'warnings'> | undefined {
  const { tree, texts, complete } = extendSpec(own, { library: NO_LIBRARY, ...options }, problems);
  if (!complete) return undefined;
  const shape = readShape(tree, problems);
  const written = toSpec(shape, texts, problems);
  checkScenarios(shape, problems);
  checkParams(shape, problems);
  checkPrograms(shape, problems);
  const resolved = resolveParams(written.params, options.params ?? {});
  for (const problem of resolved.problems)
    problems.add(tree, ['params'], problem.message, problem.fix, { part: 'key' });
  const params = new Map([...resolved.values, ...readEnvironment(shape, options.env ?? {}, problems)]);
  const having = [...new Set([...keysOf(tree, 'programs'), ...listenersIn(shape)])];
  // Where there is one, `port` is all that is needed.
  const withPort = having.length > 1 ? having : [];
  const used = new Set<string>();
  const names = [...keysOf(tree, 'params'), ...params.keys(), ...withPort.map((name) => `${PORTS}${name}`)];
  checkCommands(shape, names, used, problems);
  const around: Surroundings = {
    programs: keysOf(tree, 'programs'),
    programSpecs: written.programs,
    withPort,
    lookedUp: new Set(portNames(used)),
    templates: shape.templates,
    params,
    unsettled: unsettled(shape),
    used,
    problems,
    seed: options.seed,
    loadFile: options.loadFile,
  };
  const programs = withFiles(written.programs, shape, around);
  const plans = new Map<string, readonly Plan[]>();
  for (const [index, scenario] of written.scenarios.entries()) {
    const part = shape.scenarios[index];
    if (!part) continue;
    const used = new Set<string>();
    const runs = isChosen(scenario, options.only ?? []);
    const own = runs ? problems : new Problems();
    const planned = planScenario(scenario, part, { ...around, used, problems: own });
    plans.set(scenario.id, own.any && !runs ? [] : planned);
    if (!runs) problems.push(...own.diagnostics.map((each) => ({ ...each, severity: 'warning' as const })));
    lintMatrix(part, used, problems);
    for (const name of used) around.used.add(name);
  }
  const worded = written.scenarios.map((scenario) => withTexts(scenario, params, around.used));
  lint(shape, around.used, problems);
  const scenarios = withStepPoints(worded, plans, shape, problems);
  const chosen = scenarios.filter((scenario) => isChosen(scenario, options.only ?? []));
  return { spec: { ...written, programs, scenarios }, plans: withQuietCheck(plans, chosen), params, shape };
}

/** A scenario's texts with the values of their names; of a matrix with all values of its rows. */
function withTexts(
  scenario: ScenarioSpec,
  params: ReadonlyMap<string, Json>,
  used: Set<string>,
): ScenarioSpec {
  const columns = new Set(scenario.rows.flatMap((row) => Object.keys(row)));
  const ofRows = [...columns].map((name): [string, Json] => {
    const values = scenario.rows.flatMap((row) => (row[name] === undefined ? [] : [String(row[name])]));
    return [`matrix.${name}`, [...new Set(values)].join(', ')];
  });
  const values = new Map([...params, ...ofRows]);
  const words = (text: string | undefined) => text && filledText(text, values, used);
  return {
    ...scenario,
    title: filledText(scenario.title, values, used),
    ...defined({ hint: words(scenario.hint), explain: words(scenario.explain) }),
  };
}

function isChosen({ id, tags }: ScenarioSpec, only: readonly string[]): boolean {
  return only.length === 0 || [id, ...tags].some((name) => only.includes(name));
}

/** The names under which the grader listens somewhere. */
function listenersIn({ scenarios, templates }: Shape): string[] {
  const lists = [
    ...scenarios.flatMap(({ setup, steps }) => [setup, steps]),
    ...[...templates.values()].map(({ steps }) => steps),
  ];
  const all = lists.flatMap((steps) => [...allSteps(steps)]);
  return all
    .flatMap(({ spec }) => effectsOf(spec))
    .flatMap((effect) => (effect.kind === 'listens' ? [effect.listener] : []));
}

function keysOf(tree: MapTree, key: string): string[] {
  const found = entryOf(tree, key)?.value;
  return found?.kind === 'map' ? found.entries.map((entry) => entry.key) : [];
}

/** The programs with the files that they find in their folder. */
function withFiles(
  programs: Spec['programs'],
  shape: Shape,
  { params, used, unsettled: open, loadFile, problems }: Surroundings,
): Spec['programs'] {
  const filled = Object.entries(programs).map(([name, program]): [string, ProgramSpec] => {
    const part = shape.programs.get(name);
    if (!part) return [name, program];
    const { files: written, stdin: typed } = part.file;
    const options = (at: (key: string) => Path): FilesOptions => ({
      params,
      used,
      unsettled: open,
      loadFile: (path) => loadFile(path, part.tree.place.source.file),
      complain: (key, message, fix) => problems.add(part.tree, at(key), message, fix),
    });
    const files =
      written &&
      readProgramFiles(
        written as JsonObject,
        options((key) => ['files', key]),
      );
    const stdin =
      typeof typed === 'object'
        ? readProgramInput(
            typed as JsonObject,
            options(() => ['stdin']),
          )
        : program.stdin;
    return [name, { ...program, ...defined({ files, stdin }) }];
  });
  return Object.fromEntries(filled);
}

/** Where steps have points of their own, a scenario is worth their sum. */
function withStepPoints(
  scenarios: readonly ScenarioSpec[],
  plans: ReadonlyMap<string, readonly Plan[]>,
  { scenarios: parts }: Shape,
  problems: Problems,
): ScenarioSpec[] {
  return scenarios.map((scenario, index) => {
    const steps = (plans.get(scenario.id) ?? []).flatMap((plan) => plan.steps);
    const points = new Map(
      steps.flatMap(({ points: worth, at }) => (worth === undefined ? [] : [[JSON.stringify(at), worth]])),
    );
    const tree = parts[index]?.tree;
    if (points.size === 0 || !tree) return scenario;
    const sum = hundredths([...points.values()].reduce((so, one) => so + one, 0));
    if (entryOf(tree, 'points') && sum !== scenario.points)
      problems.add(
        tree,
        ['points'],
        `the points of the steps add up to ${sum}, the scenario says ${scenario.points}`,
        'leave the points of the scenario out: they are the sum',
      );
    return { ...scenario, points: sum };
  });
}

/** Names that stand in the file and are not right. */
function unsettled({ tree, params, templates }: Shape): Set<string> {
  return new Set([
    ...keysOf(tree, 'params').filter((name) => !params.has(name)),
    ...keysOf(tree, 'templates')
      .filter((name) => !templates.has(name))
      .map((name) => `template ${name}`),
  ]);
}
