import type { Shape } from './parts.ts';
import type { Problems } from './problems.ts';
import { entryOf } from './tree.ts';

/**
 * The variables of the grader's environment that a file lists, as `env.NAME`; with their usual value where they are
 * not set. All others stay unseen, so that a specification from elsewhere can't read a secret without saying so.
 */
export function readEnvironment(
  { head, tree }: Shape,
  environment: Readonly<Record<string, string | undefined>>,
  problems: Problems,
): Map<string, string> {
  const { env = {} } = head ?? {};
  const listed = Array.isArray(env) ? env.map((name): [string, null] => [name, null]) : Object.entries(env);
  const values = new Map<string, string>();
  for (const [index, [name, usual]] of listed.entries()) {
    const value = environment[name] ?? usual;
    values.set(`env.${name}`, value ?? '');
    if (value !== null) continue;
    const isList = entryOf(tree, 'env')?.value.kind === 'seq';
    problems.add(
      tree,
      ['env', isList ? index : name],
      `the environment has no variable "${name}"`,
      `set it, or give its usual value: env: { ${name}: … }`,
      { part: isList ? 'value' : 'key' },
    );
  }
  return values;
}
