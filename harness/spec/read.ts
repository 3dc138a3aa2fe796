import { createHash } from 'node:crypto';
import type { JsonObject, Param, Plan, ProgramSpec, ScenarioSpec, Spec } from '../model.ts';
import { suggest } from '../steps/scope.ts';
import { pieces } from '../steps/template.ts';
import type { Diagnostic } from './diagnostic.ts';
import { find, type MapTree, parseSource, plain, type SourceFile, type Tree } from './document.ts';
import { settle } from './params.ts';
import { planScenario } from './plan.ts';
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
  const scenarios = find(tree, ['scenarios']).tree;
  const trees = scenarios !== tree && scenarios.kind === 'seq' ? scenarios.items : [];
  for (const [index, scenario] of trees.entries()) steps.set(index, readSteps(scenario, problems));
  const file = validate(assignmentSchema, plain(tree), tree, problems, { what: 'the assignment' });
  if (!file) return { diagnostics: problems.diagnostics };

  checkScenarios(file, tree, steps, problems);
  const spec = toSpec(file, source, steps, problems);
  checkCommands(file, tree, problems);
  const settled = settle(spec.params, options.params ?? {});
  for (const problem of settled.problems)
    problems.add(tree, ['params'], problem.message, problem.fix, { part: 'key' });

  const plans = new Map<string, readonly Plan[]>();
  for (const [index, scenario] of spec.scenarios.entries()) {
    plans.set(
      scenario.id,
      planScenario(scenario, steps.get(index) ?? [], {
        spec,
        params: settled.values,
        problems,
        seed: options.seed,
        loadFile: options.loadFile,
      }),
    );
  }
  if (problems.any) return { diagnostics: problems.diagnostics };
  return { spec, plans, params: settled.values, warnings: problems.diagnostics };
}

function readSteps(scenario: Tree, problems: Problems): ReadStep[] {
  const steps = find(scenario, ['steps']).tree;
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
  for (const [index, { id }] of file.scenarios.entries()) {
    if (seen.has(id))
      problems.add(
        tree,
        ['scenarios', index, 'id'],
        `two scenarios are called "${id}"`,
        'give each its own id',
      );
    seen.add(id);
    const asserting = steps.get(index)?.some(({ spec }) => ASSERTING.has(spec.verb)) ?? false;
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
      toScenario(scenario, index, file, source.tree, steps.get(index) ?? [], problems),
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
    matrix,
    timeout,
  } = scenario;
  return {
    id,
    title,
    points,
    references,
    visibility,
    matrix,
    timeout: timeout ?? TIMEOUT,
    defaults: { within: DEFAULT_WITHIN, ...file.defaults, ...scenario.defaults } as JsonObject,
    steps: steps.map(({ spec }) => spec),
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
