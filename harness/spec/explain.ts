import { milliseconds } from '../base/units.ts';
import { Explainer } from './explain-scenario.ts';
import { origin, show, wrap } from './explain-text.ts';
import type { Assignment } from './read.ts';
import { entryOf } from './tree.ts';
import { COMMON_VARIANTS } from './usual-variants.ts';

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

function header(assignment: Assignment): string[] {
  const { spec } = assignment;
  const params = Object.keys(spec.params).flatMap((name) => parameter(name, assignment));
  const programs = Object.keys(spec.programs).flatMap((name) => program(name, assignment));
  return [spec.title, ...wrap(spec.description ?? '', '  '), '', ...params, ...programs, ''];
}

function parameter(name: string, { spec, params, shape }: Assignment): string[] {
  const { about, choices, default: usual } = spec.params[name] ?? {};
  const given = params.get(name);
  const own = given === usual ? origin(shape.tree, shape.params.get(name)?.tree) : 'given';
  const oneOf = choices ? `, one of ${choices.map(show).join(', ')}` : '';
  return [`Parameter ${name}: ${show(given ?? null)} (${own})${oneOf}`, ...wrap(about ?? '', '  ')];
}

function program(name: string, { spec, shape }: Assignment): string[] {
  const program = spec.programs[name];
  if (!program) return [];
  const tree = shape.programs.get(name)?.tree;
  const text = (key: string) => origin(shape.tree, entryOf(tree, key)?.value);
  const lists = entryOf(tree, 'variants') !== undefined || program.usual;
  return [
    `Program ${name}:`,
    `  port ${program.port} (${text('port')}), ready when ${ready(program.ready)} (${text('ready')})`,
    lists
      ? `  built and started by the first of these whose file is there (${text('variants')}):`
      : `  built and started so (${text('run')}):`,
    ...variants(program),
    ...more(program),
  ];
}

function variants({ usual, variants }: Assignment['spec']['programs'][string]): string[] {
  const shown = usual ? variants.slice(0, COMMON_VARIANTS) : variants;
  const others = variants.slice(shown.length).flatMap(({ file }) => file ?? []);
  return [
    ...shown.map(
      ({ file, build, run }) =>
        `    ${(file ?? 'any').padEnd(14)} ${build === undefined ? '' : `${build} && `}${run}`,
    ),
    ...(others.length > 0 ? wrap(`and so on for ${others.join(', ')}`, '    ') : []),
  ];
}

/** What else is said of a program. */
function more({ helper, stdin, stdinEof, files = {} }: Assignment['spec']['programs'][string]): string[] {
  const named = Object.keys(files);
  const typed = stdin === undefined ? [] : [`typed at the start: ${show(stdin)}`];
  return [
    ...(helper ? ['comes with the assignment and is not judged'] : []),
    ...(named.length > 0 ? [`finds in its folder: ${named.join(', ')}`] : []),
    ...typed,
    ...(stdinEof ? ['its standard input is closed after that'] : []),
  ].flatMap((line) => wrap(line, '  '));
}

function ready(rule: Assignment['spec']['programs'][string]['ready']): string {
  if (rule === 'listening') return 'it listens';
  if (rule === 'none') return 'it has been started';
  return 'stdout' in rule ? `it has printed ${show(rule.stdout)}` : `${milliseconds(rule.after)} have passed`;
}
