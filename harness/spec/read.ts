import { createHash } from 'node:crypto';
import type { Json, JsonObject, Param, Plan, ProgramSpec, ScenarioSpec, Spec } from '../model.ts';
import { suggest } from '../steps/scope.ts';
import { pieces } from '../steps/template.ts';
import type { Diagnostic } from './diagnostic.ts';
import { find, type MapTree, parseSource, plain, type SourceFile, type Tree } from './document.ts';
import { allSteps } from './nested.ts';
import { settle } from './params.ts';
import { planScenario } from './plan.ts';
import { readProgramFiles } from './program-files.ts';
import { type AssignmentFile, assignmentSchema, type ScenarioFile } from './schema.ts';
import { type ReadStep, readStep } from './steps.ts';
import { isClient, usualVariants } from './usual-variants.ts';
import { Problems, validate } from './validate.ts';

export interface ReadOptions {
  /** Name of the file in messages. */
  readonly file: string;
  /** Settings from the command line, as text. */
  readonly params?: Readonly<Record<string, string>>;
  readonly seed: string;
  /** Reads a file beside the specification (`file:` payloads); a string is the reason why it can't be read. */
  readonly loadFile: (path: string) => Uint8Array | string;
}

/** A specification that is right, with the plans that it comes to. */
export interface Assignment {
  readonly spec: Spec;
  /** The rows to run, by scenario; none for a scenario that does not apply with these parameters. */
  readonly plans: ReadonlyMap<string, readonly Plan[]>;
  readonly params: ReadonlyMap<string, import('../model.ts').Json>;
  readonly warnings: readonly Diagnostic[];
}

/** Longest time for one run of a scenario unless it says otherwise. */
const TIMEOUT = 60_000;
/** What could not be told is tried once more. */
const RETRIES = { times: 1, on: 'inconclusive' } as const;
export const DEFAULT_WITHIN = 4_000;
/** Names that a program's command may use besides the parameters. */
const COMMAND_NAMES = ['port', 'host', 'file', 'stem'];

/** Reads an assignment: either it is right as a whole, or everything wrong with it is told at once. */
export function readAssignment(
  text: string,
  options: ReadOptions,
): Assignment | { readonly diagnostics: readonly Diagnostic[] } {
  const parsed = parseSource(text, options.file);
  if ('diagnostics' in parsed) return parsed;
  const { source } = parsed;
  const problems = new Problems(source);
  const { tree } = source;
  if (tree.kind !== 'map') {
    problems.add(tree, [], 'an assignment is a map', 'begin with title: …');
    return { diagnostics: problems.diagnostics };
  }
  const steps = new Map<number, ReadStep[]>();
  const cleanups = new Map<number, ReadStep[]>();
  const scenarios = find(tree, ['scenarios']).tree;
  const trees = scenarios !== tree && scenarios.kind === 'seq' ? scenarios.items : [];
  for (const [index, scenario] of trees.entries()) {
    steps.set(index, readSteps(scenario, 'steps', problems));
    cleanups.set(index, readSteps(scenario, 'cleanup', problems));
  }
  const file = validate(assignmentSchema, plain(tree), tree, problems, { what: 'the assignment' });
  if (!file) return { diagnostics: problems.diagnostics };

  checkScenarios(file, tree, steps, problems);
  const written = toSpec(file, source, steps, cleanups, problems);
  checkCommands(file, tree, problems);
  const settled = settle(written.params, options.params ?? {});
  for (const problem of settled.problems)
    problems.add(tree, ['params'], problem.message, problem.fix, { part: 'key' });

  const withFiles = {
    ...written,
    programs: programsWithFiles(file, written, settled.values, tree, problems, options),
  };
  const plans = new Map<string, readonly Plan[]>();
  for (const [index, scenario] of written.scenarios.entries()) {
    plans.set(
      scenario.id,
      planScenario(scenario, steps.get(index) ?? [], cleanups.get(index) ?? [], {
        spec: written,
        params: settled.values,
        problems,
        seed: options.seed,
        loadFile: options.loadFile,
      }),
    );
  }
  const spec = withStepPoints(withFiles, plans, tree, problems);
  if (problems.any) return { diagnostics: problems.diagnostics };
  return { spec, plans, params: settled.values, warnings: problems.diagnostics };
}

/** The programs with the files that they find in their folder. */
function programsWithFiles(
  file: AssignmentFile,
  { programs }: Spec,
  params: ReadonlyMap<string, Json>,
  tree: MapTree,
  problems: Problems,
  { loadFile }: ReadOptions,
): Spec['programs'] {
  return Object.fromEntries(
    Object.entries(programs).map(([name, program]) => {
      const written = file.programs[name]?.files;
      if (written === undefined) return [name, program];
      const complain = (key: string, message: string, fix?: string) =>
        problems.add(tree, ['programs', name, 'files', key], message, fix);
      const files = readProgramFiles(written as JsonObject, { params, loadFile, complain });
      return [name, { ...program, files }];
    }),
  );
}

/** Where steps have points of their own, a scenario is worth their sum. */
function withStepPoints(
  spec: Spec,
  plans: ReadonlyMap<string, readonly Plan[]>,
  tree: MapTree,
  problems: Problems,
): Spec {
  const scenarios = spec.scenarios.map((scenario, index) => {
    const steps = (plans.get(scenario.id) ?? []).flatMap((plan) => plan.steps);
    const points = new Map(
      steps.flatMap(({ points, at }) => (points === undefined ? [] : [[`${at.line}:${at.column}`, points]])),
    );
    if (points.size === 0) return scenario;
    const sum = Math.round([...points.values()].reduce((so, one) => so + one, 0) * 100) / 100;
    const own = find(tree, ['scenarios', index]).tree;
    const said = own.kind === 'map' && own.entries.some(({ key }) => key === 'points');
    if (said && sum !== scenario.points)
      problems.add(
        own,
        ['points'],
        `the points of the steps add up to ${sum}, the scenario says ${scenario.points}`,
        'leave the points of the scenario out: they are the sum',
      );
    return { ...scenario, points: sum };
  });
  return { ...spec, scenarios };
}

function readSteps(scenario: Tree, key: 'steps' | 'cleanup', problems: Problems): ReadStep[] {
  const steps = find(scenario, [key]).tree;
  if (steps === scenario || steps.kind !== 'seq') return [];
  return steps.items.map((item) => readStep(item, problems)).filter((step) => step !== undefined);
}

function checkScenarios(
  file: AssignmentFile,
  tree: MapTree,
  steps: ReadonlyMap<number, readonly ReadStep[]>,
  problems: Problems,
): void {
  const seen = new Set<string>();
  const ids = file.scenarios.map(({ id }) => id);
  for (const [index, { id, requires }] of file.scenarios.entries()) {
    for (const [at, other] of requires.entries()) {
      if (other === id || !ids.includes(other))
        problems.add(
          tree,
          ['scenarios', index, 'requires', at],
          other === id ? 'a scenario can not require itself' : `unknown scenario "${other}"`,
          suggest(
            other,
            ids.filter((known) => known !== id),
          ),
        );
    }
    if (seen.has(id))
      problems.add(
        tree,
        ['scenarios', index, 'id'],
        `two scenarios are called "${id}"`,
        'give each its own id',
      );
    seen.add(id);
    const asserting = [...allSteps(steps.get(index) ?? [])].some(({ spec }) => ASSERTING.has(spec.verb));
    if (!asserting && !problems.any) {
      problems.add(
        tree,
        ['scenarios', index, 'steps'],
        `scenario "${id}" checks nothing, so everybody would pass`,
        'add an expect or a check',
        { part: 'key' },
      );
    }
  }
  if (Object.keys(file.programs).length === 0)
    problems.add(tree, ['programs'], 'there is no program to start', 'add server: { variants: […] }', {
      part: 'key',
    });
}

/** Verbs that say what must be so; starting or connecting alone is not what a scenario is about. */
const ASSERTING = new Set(['expect', 'check', 'accept']);

function toSpec(
  file: AssignmentFile,
  source: SourceFile,
  steps: ReadonlyMap<number, readonly ReadStep[]>,
  cleanups: ReadonlyMap<number, readonly ReadStep[]>,
  problems: Problems,
): Spec {
  const params = Object.entries(file.params).map(([name, param]): [string, Param] => [
    name,
    typeof param === 'object' ? param : { default: param },
  ]);
  return {
    title: file.title,
    ...(file.description === undefined ? {} : { description: file.description }),
    file: source.file,
    sha256: createHash('sha256').update(source.text).digest('hex'),
    params: Object.fromEntries(params),
    programs: Object.fromEntries(
      Object.entries(file.programs).map(([name, program]) => [
        name,
        toProgram(name, program, source.tree, problems),
      ]),
    ),
    scenarios: file.scenarios.map((scenario, index) =>
      toScenario(
        scenario,
        index,
        file,
        source.tree,
        steps.get(index) ?? [],
        cleanups.get(index) ?? [],
        problems,
      ),
    ),
  };
}

function toProgram(
  name: string,
  program: AssignmentFile['programs'][string],
  tree: Tree,
  problems: Problems,
): ProgramSpec {
  return {
    variants: program.variants ?? usualVariants(name),
    port: program.port ?? 'auto',
    ready: program.ready ?? (isClient(name) ? 'none' : 'listening'),
    env: program.env ?? {},
    stdinEof: program.stdin_eof ?? false,
    ...(program.stdin === undefined ? {} : { stdin: program.stdin }),
    at: problems.position(find(tree, ['programs', name]).tree),
  };
}

function toScenario(
  scenario: ScenarioFile,
  index: number,
  file: AssignmentFile,
  tree: Tree,
  steps: readonly ReadStep[],
  cleanup: readonly ReadStep[],
  problems: Problems,
): ScenarioSpec {
  const {
    id,
    title,
    points,
    explain,
    hint,
    references,
    visibility,
    only_if: onlyIf,
    requires,
    retries = RETRIES,
    scoring,
    matrix,
    timeout,
  } = scenario;
  return {
    id,
    title,
    points,
    references,
    visibility,
    requires,
    retries,
    scoring,
    matrix,
    timeout: timeout ?? TIMEOUT,
    defaults: { within: DEFAULT_WITHIN, ...file.defaults, ...scenario.defaults } as JsonObject,
    steps: steps.map(({ spec }) => spec),
    cleanup: cleanup.map(({ spec }) => spec),
    at: problems.position(find(tree, ['scenarios', index]).tree),
    ...(explain === undefined ? {} : { explain: explain.trim() }),
    ...(hint === undefined ? {} : { hint: hint.trim() }),
    ...(onlyIf === undefined ? {} : { onlyIf }),
  };
}

/** Names within commands, environment and standard input must be known. */
function checkCommands(file: AssignmentFile, tree: Tree, problems: Problems): void {
  const known = [...COMMAND_NAMES, ...Object.keys(file.params)];
  const check = (text: string | undefined, path: readonly (string | number)[]) => {
    for (const piece of pieces(text ?? '')) {
      if (typeof piece !== 'string' && !known.includes(piece.name))
        problems.add(tree, path, `unknown name "${piece.name}"`, suggest(piece.name, known));
    }
  };
  for (const [name, program] of Object.entries(file.programs)) {
    for (const [index, { run, build }] of (program.variants ?? []).entries()) {
      check(run, ['programs', name, 'variants', index, 'run']);
      check(build, ['programs', name, 'variants', index, 'build']);
    }
    for (const [key, value] of Object.entries(program.env ?? {}))
      check(value, ['programs', name, 'env', key]);
    check(program.stdin, ['programs', name, 'stdin']);
  }
}
