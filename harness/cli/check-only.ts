import { UserError } from '../base/user-error.ts';
import { suggest } from '../steps/scope.ts';

interface Chosen {
  readonly spec: string;
  readonly only?: readonly string[];
  readonly params?: Readonly<Record<string, string>>;
  readonly seed?: string;
}

/** Unknown names of scenarios and tags are reported before anything is built or run. */
export async function checkOnly({ spec, only = [], params, seed = '' }: Chosen): Promise<void> {
  if (only.length === 0) return;
  const { loadAssignment } = await import('../grading/load-assignment.ts');
  const { scenarios } = (await loadAssignment(spec, params ?? {}, seed, process.env, undefined, only)).spec;
  const known = [...new Set(scenarios.flatMap(({ id, tags }) => [id, ...tags]))];
  for (const id of only) {
    if (!known.includes(id))
      throw new UserError({
        where: '--only',
        what: `${spec} has no scenario "${id}"`,
        fix: suggest(id, known),
      });
  }
}
