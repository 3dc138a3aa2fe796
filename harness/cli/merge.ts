import { UserError } from '../base/user-error.ts';
import { merge } from '../batch/merge.ts';
import { GRADEBOOK_OPTIONS, readGradebookOptions } from './batch-options.ts';
import { batchStatus, batchSummary } from './batch-summary.ts';
import { EXIT } from './exit.ts';
import { parseOptions } from './options.ts';
import { withoutCommands } from './stop-commands.ts';

/** Most names that are told of a kind. */
const MOST = 20;

/** `socket-grader merge`: joins the parts of a batch. */
export function mergeCommand(args: string[]): Promise<number> {
  return withoutCommands(() => mergeParts(args));
}

async function mergeParts(args: string[]): Promise<number> {
  const { values, positionals: folders } = parseOptions('merge', args, GRADEBOOK_OPTIONS);
  const usage = (what: string) =>
    new UserError({ where: 'merge', what, fix: 'Usage: socket-grader merge FOLDER… --out FOLDER' });
  if (folders.length === 0) throw usage('no folder is named');
  if (values.out === undefined) throw usage('it is not said where to write');
  const merged = await merge({ ...readGradebookOptions(values), folders, out: values.out });
  process.stdout.write(named('Missing, in no part', merged.missing));
  process.stdout.write(named('In several parts, the first counts', merged.doubled));
  process.stdout.write(batchSummary(merged, values.out, process.stdout.columns ?? 80));
  return merged.missing.length > 0 ? EXIT.inconclusive : batchStatus(merged);
}

function named(what: string, ids: readonly string[]): string {
  if (ids.length === 0) return '';
  const rest = ids.length > MOST ? ` and ${ids.length - MOST} more` : '';
  return `${what}: ${ids.slice(0, MOST).join(', ')}${rest}\n`;
}
