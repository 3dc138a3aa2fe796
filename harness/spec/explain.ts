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
    const text = (key: string) => origin(shape.tree, entryOf(tree, key)?.value);
    lines.push(`Program ${name}:`);
    lines.push(
      `  port ${program.port} (${text('port')}), ready when ${ready(program.ready)} (${text('ready')})`,
    );
    const lists = entryOf(tree, 'variants') !== undefined || program.usual;
    lines.push(
      lists
        ? `  built and started by the first of these whose file is there (${text('variants')}):`
        : `  built and started so (${text('run')}):`,
    );
    const shown = program.usual ? program.variants.slice(0, COMMON_VARIANTS) : program.variants;
    for (const { file, build, run } of shown)
      lines.push(`    ${(file ?? 'any').padEnd(14)} ${build === undefined ? '' : `${build} && `}${run}`);
    const others = program.variants.slice(shown.length).flatMap(({ file }) => file ?? []);
    if (others.length > 0) lines.push(...wrap(`and so on for ${others.join(', ')}`, '    '));
    lines.push(...more(program));
  }
  return [...lines, ''];
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
