import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../base/user-error.ts';
import type { Candidate } from './trial.ts';

/**
 * The programs that are named on the command line. A folder that holds nothing but folders stands for those.
 * Throws a UserError for a path that is not there.
 */
export function candidatesIn(
  paths: readonly string[],
  option: '--solution' | '--wrong',
): readonly Candidate[] {
  const right = option === '--solution';
  return paths.flatMap((given) => {
    if (!existsSync(given))
      throw new UserError({ where: option, what: `there is no ${given}`, fix: 'Give a folder or a file.' });
    return programsBelow(given).map((submission) => ({
      name: path.normalize(submission).replace(/\/$/, ''),
      submission,
      right,
    }));
  });
}

function programsBelow(given: string): readonly string[] {
  if (!statSync(given).isDirectory()) return [given];
  const entries = readdirSync(given, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
  const isCollection = entries.length > 0 && entries.every((entry) => entry.isDirectory());
  return isCollection ? entries.map(({ name }) => path.join(given, name)).sort() : [given];
}
