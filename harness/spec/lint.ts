import type { Json, JsonObject } from '../model/index.ts';
import { STEPS } from '../steps/index.ts';
import { nearest } from '../steps/scope.ts';
import { lintTexts } from './lint-texts.ts';
import { allSteps } from './nested.ts';
import type { ScenarioPart, Shape } from './parts.ts';
import type { Problems } from './problems.ts';
import { entryOf, plain, type Tree } from './tree.ts';

/** Complains about what can be read, but is hardly meant. `used` are the names that anything looks up. */
export function lint(shape: Shape, used: ReadonlySet<string>, problems: Problems): void {
  // A name whose use could not be read is not unused.
  const certain = !problems.any;
  const unused = (key: string, name: string, what: string, looked: string) => {
    if (!certain || used.has(looked)) return;
    const holder = entryOf(shape.tree, key)?.value;
    const at = holder?.kind === 'seq' ? holder.items.findIndex((item) => plain(item) === name) : name;
    const others = holder?.kind === 'map' ? holder.entries.map((entry) => entry.key) : [];
    const meant = nearest(
      name,
      others.filter((other) => other !== name),
    );
    if (holder)
      problems.add(
        holder,
        [at],
        `${what} "${name}" is never used`,
        meant === undefined ? `remove it, or use it as ${asUsed(looked)}` : `did you mean "${meant}"?`,
        { part: 'key', severity: 'warning' },
      );
  };
  for (const name of shape.params.keys()) unused('params', name, 'parameter', name);
  for (const name of namesOf(shape.head?.env ?? {}))
    unused('env', name, 'environment variable', `env.${name}`);
  for (const name of shape.templates.keys()) unused('templates', name, 'template', `template ${name}`);
  lintTexts(shape.tree, problems);
  const templates = [...shape.templates.values()].flatMap(({ steps }) => steps);
  const own = shape.scenarios.flatMap(({ setup, steps, cleanup }) => [...setup, ...steps, ...cleanup]);
  for (const { spec, tree, short } of allSteps([...own, ...templates])) {
    lintConditions(spec.onlyIf, tree, shape, problems);
    const { verb, args } = spec;
    const definition = STEPS.get(verb);
    const word = short === undefined ? undefined : args[short];
    const hardly = typeof word === 'string' ? definition?.hardlyText?.[word] : undefined;
    if (hardly !== undefined)
      problems.add(
        tree,
        [verb],
        `this expects the text "${word}"`,
        `for ${hardly.meant} write ${verb}: { ${hardly.written} }; for the text write ${verb}: { ${short}: ${word} }`,
        { severity: 'warning' },
      );
    const warning = definition?.warning;
    if (warning)
      problems.add(tree, [verb], warning.message, warning.fix, { part: 'key', severity: 'warning' });
  }
  for (const { file, tree } of shape.scenarios) lintConditions(file.only_if, tree, shape, problems);
}

function namesOf(list: readonly string[] | object): readonly string[] {
  return Array.isArray(list) ? list : Object.keys(list);
}

function asUsed(looked: string): string {
  return looked.startsWith('template ') ? `use: ${looked.slice('template '.length)}` : `\${{ ${looked} }}`;
}

/** A name of a matrix that no step looks up makes rows that are all alike. */
export function lintMatrix(
  { file, tree, complete }: ScenarioPart,
  used: ReadonlySet<string>,
  problems: Problems,
): void {
  if (!complete || problems.any) return;
  for (const name of Object.keys(file.matrix)) {
    if (name === 'include' || name === 'exclude' || used.has(`matrix.${name}`)) continue;
    problems.add(
      tree,
      ['matrix', name],
      `no step uses "${name}", so all rows do the same`,
      `use it as \${{ matrix.${name} }}`,
      { part: 'key', severity: 'warning' },
    );
  }
}

/** A condition on a parameter must be about one of its choices. */
function lintConditions(
  conditions: JsonObject | undefined,
  tree: Tree,
  { params }: Shape,
  problems: Problems,
): void {
  for (const [name, wanted] of Object.entries(conditions ?? {})) {
    const param = params.get(name)?.file;
    if (param === undefined) continue;
    const { choices: own = undefined, default: usual = undefined } =
      typeof param === 'object' ? param : { default: param };
    const choices = own ?? (typeof usual === 'boolean' ? [true, false] : undefined);
    const value: Json =
      typeof wanted === 'object' && wanted !== null && 'not' in wanted ? (wanted.not ?? null) : wanted;
    if (!choices || choices.map(String).includes(String(value))) continue;
    const near = nearest(String(value), choices.map(String));
    problems.add(
      tree,
      ['only_if', name],
      `parameter "${name}" is never ${JSON.stringify(value)}`,
      near === undefined ? `it is one of ${choices.join(', ')}` : `did you mean "${near}"?`,
    );
  }
}
