import { UserError } from '../base/user-error.ts';
import { loadAssignment } from '../grading/load-assignment.ts';
import { explainAssignment } from '../spec/explain.ts';
import { suggest } from '../steps/scope.ts';
import { EXIT } from './exit.ts';
import { readParams } from './grading-options.ts';
import { parseOptions } from './options.ts';
import { expectShortLife } from './short-lived.ts';
import { specFile } from './spec-file.ts';

const OPTIONS = { param: { type: 'string', multiple: true }, seed: { type: 'string' } } as const;

/** `socket-grader explain`: tells in plain words what a specification does; runs nothing. */
export async function explainCommand(args: string[]): Promise<number> {
  expectShortLife();
  const usage = (what: string, fix: string) => new UserError({ where: 'explain', what, fix });
  const { values, positionals } = parseOptions('explain', args, OPTIONS);
  const [given, ...only] = positionals;
  if (given === undefined)
    throw usage('no specification is named', 'Usage: socket-grader explain SPEC [SCENARIO…]');
  const file = specFile(given, 'explain');
  const assignment = await loadAssignment(
    file,
    readParams(values.param ?? []),
    values.seed ?? '1',
    process.env,
  );
  const known = assignment.spec.scenarios.map(({ id }) => id);
  for (const id of only) {
    if (!known.includes(id)) throw usage(`${given} has no scenario "${id}"`, suggest(id, known));
  }
  process.stdout.write(explainAssignment(assignment, only));
  return EXIT.passed;
}
