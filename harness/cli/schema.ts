import { readFileSync } from 'node:fs';
import { packageRoot } from '../base/package-root.ts';
import { UserError } from '../base/user-error.ts';
import { EXIT } from './exit.ts';
import { parseOptions } from './options.ts';

const FILE = new URL('specs/assignment.schema.json', packageRoot());

/** `socket-grader schema`: prints the JSON Schema of specifications, for editors. */
export async function schemaCommand(args: string[]): Promise<number> {
  const { positionals } = parseOptions('schema', args, {});
  if (positionals.length > 0)
    throw new UserError({
      where: 'schema',
      what: `takes no arguments, not ${positionals.join(' ')}`,
      fix: 'Usage: socket-grader schema > FILE',
    });
  process.stdout.write(readFileSync(FILE, 'utf8'));
  return EXIT.passed;
}
