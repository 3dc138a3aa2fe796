import { readFileSync } from 'node:fs';
import { packageRoot } from '../base/package-root.ts';
import { UserError } from '../base/user-error.ts';
import { EXIT } from './exit.ts';

const FILE = new URL('specs/assignment.schema.json', packageRoot());

/** `socket-grader schema`: prints the JSON Schema of specifications, for editors. */
export async function schemaCommand(args: string[]): Promise<number> {
  if (args.length > 0)
    throw new UserError({
      where: 'schema',
      what: `takes nothing, not ${args[0]}`,
      fix: 'Usage: socket-grader schema > FILE',
    });
  process.stdout.write(readFileSync(FILE, 'utf8'));
  return EXIT.passed;
}
