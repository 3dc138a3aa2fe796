import { STEPS } from '../steps/index.ts';
import { nearest, suggest } from '../steps/scope.ts';
import { pieces } from '../steps/template.ts';
import { checkClosed, namePlace, unknownName } from './fill.ts';
import { allSteps } from './nested.ts';
import type { ReadStep, Shape, TemplatePart } from './parts.ts';
import type { Problems } from './problems.ts';
import type { ProgramFile } from './schema.ts';
import { entryOf, find, type Path, type Tree } from './tree.ts';
import { USE } from './use.ts';

/** Names that a program's command may use besides the parameters. */
const COMMAND_NAMES = ['port', 'host', 'file', 'stem', 'class'];

/** Checks scenarios against each other: their ids, what they require, and that each can fail. */
export function checkScenarios({ scenarios, templates, tree }: Shape, problems: Problems): void {
  const named = scenarios.filter(({ file, tree: part }) => writtenId(part) === file.id);
  const ids = checkIds(named, problems);
  for (const { file, tree: place, steps, complete } of scenarios) {
    if (complete && steps.length > 0 && !asserts(steps, templates))
      problems.add(
        place,
        ['steps'],
        `scenario "${file.id}" checks nothing, so every program would pass`,
        'add an expect or a check',
        { part: 'key' },
      );
    checkRequired(file, place, ids, problems);
  }
  checkCircles(named, problems);
  const programs = entryOf(tree, 'programs')?.value;
  if (programs?.kind === 'map' && programs.entries.length === 0)
    problems.add(tree, ['programs'], 'there is no program to start', 'add server: {}', { part: 'key' });
}

/** The ids of scenarios, none twice. */
function checkIds(named: Shape['scenarios'], problems: Problems): readonly string[] {
  const lines = new Map<string, number>();
  for (const { file, tree: place } of named) {
    const line = find(place, ['id']).place;
    const first = lines.get(file.id);
    if (first !== undefined)
      problems.add(
        place,
        ['id'],
        `two scenarios are called "${file.id}", the first on line ${first}`,
        'give each its own id',
      );
    else lines.set(file.id, line.source.at(line.start).line);
  }
  return [...lines.keys()];
}

/** What a scenario requires are others that there are. */
function checkRequired(
  { id: own, requires }: Shape['scenarios'][number]['file'],
  place: Tree,
  ids: readonly string[],
  problems: Problems,
): void {
  const others = ids.filter((other) => other !== own);
  for (const [index, id] of requires.entries()) {
    if (others.includes(id)) continue;
    const message = id === own ? "a scenario can't require itself" : `unknown scenario "${id}"`;
    problems.add(place, ['requires', index], message, suggest(id, others));
  }
}

/** How each program is started is said in one way. */
export function checkPrograms({ programs }: Shape, problems: Problems): void {
  for (const [name, { file, tree }] of programs) {
    const complain = (key: string, message: string, fix: string) =>
      problems.add(tree, [key], message, fix, { part: 'key' });
    if (file.run !== undefined && file.variants !== undefined)
      complain('run', `"${name}" has both run and variants`, 'keep one of them');
    for (const key of ['file', 'build', 'shell'] as const)
      if (file[key] !== undefined && file.run === undefined)
        complain(key, `"${key}" goes with "run"`, 'add run, or put it into a variant');
    checkShell(file, (path, message, fix) => problems.add(tree, path, message, fix, { part: 'key' }));
    if (!file.helper) continue;
    if (file.run === undefined && file.variants === undefined)
      complain(
        'helper',
        'the specification does not say how to start the helper',
        'add run, such as run: "python3 helper.py"',
      );
  }
}

/** What only a shell understands, outside of quotes: operators, redirections, substitutions and patterns of names. */
const FOR_A_SHELL =
  /(?:^|\s)(&&|\|\|?|;|&|\d?>>?(?:&\d)?|<)(?=\s|$)|(;)(?=\s|$)|(\$\(|`)|(?:^|\s)([^\s=]*\*[^\s]*)/;

/** Without a shell a command is one program and its arguments: the rest would be handed to it as they are. */
function checkShell(
  { build, run, shell, variants = [] }: ProgramFile,
  complain: (path: Path, message: string, fix: string) => void,
): void {
  const commands = [
    { path: ['build'], command: build, shell },
    { path: ['run'], command: run, shell },
    ...variants.flatMap((variant, index) =>
      (['build', 'run'] as const).map((key) => ({
        path: ['variants', index, key],
        command: variant[key],
        shell: variant.shell,
      })),
    ),
  ];
  for (const { path, command = '', shell: hasShell = false } of commands) {
    const bare = command.replace(/\$?\$\{\{[^{}]*\}\}/g, 'x').replace(/"[^"]*"|'[^']*'/g, 'x');
    const found = FOR_A_SHELL.exec(bare)?.slice(1).find(Boolean);
    if (found !== undefined && !hasShell)
      complain(path, `only a shell understands "${found}"`, 'add shell: true');
  }
}

function writtenId(tree: Tree): unknown {
  const id = entryOf(tree, 'id')?.value;
  return id?.kind === 'scalar' ? id.value : undefined;
}

/** A default is one of the choices, when there are any. */
export function checkParams({ params }: Shape, problems: Problems): void {
  for (const { file, tree } of params.values()) {
    if (typeof file !== 'object' || !file.choices || file.choices.includes(file.default)) continue;
    const near = nearest(String(file.default), file.choices.map(String));
    const fix = near === undefined ? undefined : `did you mean "${near}"?`;
    problems.add(tree, ['default'], `"default" must be one of ${file.choices.join(', ')}`, fix);
  }
}

function asserts(
  steps: readonly ReadStep[],
  templates: ReadonlyMap<string, TemplatePart>,
  depth = 0,
): boolean {
  return [...allSteps(steps)].some(({ spec }) => {
    if (STEPS.get(spec.verb)?.asserts) return true;
    const name = spec.args.template;
    if (spec.verb !== USE.verb || typeof name !== 'string' || depth > 8) return false;
    const template = templates.get(name);
    return !template?.complete || asserts(template.steps, templates, depth + 1);
  });
}

function checkCircles(scenarios: Shape['scenarios'], problems: Problems): void {
  const requires = new Map(scenarios.map(({ file }) => [file.id, file.requires]));
  for (const { file, tree } of scenarios) {
    const reached = new Set<string>();
    const queue = file.requires.filter((id) => id !== file.id);
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      if (reached.has(id)) continue;
      reached.add(id);
      queue.push(...(requires.get(id) ?? []));
    }
    if (reached.has(file.id))
      problems.add(
        tree,
        ['requires'],
        `scenario "${file.id}" requires itself by way of others`,
        'break the circle',
        { part: 'key' },
      );
  }
}

/** Names within commands, environment and standard input must be known. */
export function checkCommands(
  { programs }: Shape,
  params: readonly string[],
  used: Set<string>,
  problems: Problems,
): void {
  const known = [...new Set([...COMMAND_NAMES, ...params])];
  const check = (text: string | undefined, tree: Tree, path: Path) => {
    if (text === undefined) return;
    const found = find(tree, path).tree;
    checkClosed(text, found, problems);
    for (const piece of pieces(text)) {
      if (typeof piece === 'string') continue;
      used.add(piece.name);
      if (!known.includes(piece.name)) unknownName(piece.name, known, namePlace(found, piece.name), problems);
    }
  };
  for (const { file, tree } of programs.values()) {
    check(file.build, tree, ['build']);
    check(file.run, tree, ['run']);
    for (const [index, { run, build }] of (file.variants ?? []).entries()) {
      check(run, tree, ['variants', index, 'run']);
      check(build, tree, ['variants', index, 'build']);
    }
    for (const [key, value] of Object.entries(file.env ?? {})) check(value, tree, ['env', key]);
    if (typeof file.stdin === 'string') check(file.stdin, tree, ['stdin']);
  }
}
