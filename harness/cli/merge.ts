import { UserError } from '../base/user-error.ts';
import { merge } from '../batch/merge.ts';
import { GRADEBOOK_OPTIONS, readGradebookOptions } from './batch-options.ts';
import { batchStatus, batchSummary } from './batch-summary.ts';
import { EXIT } from './exit.ts';
import { parseOptions } from './options.ts';
import { withoutCommands } from './stop-commands.ts';

/** Most names that are listed of a kind. */
const MOST = 20;

/** `socket-grader merge`: joins the parts of a batch. */
export async function mergeCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseOptions('merge', args, GRADEBOOK_OPTIONS);
  const merging = () => mergeParts(values, positionals);
  return values.quiet ? merging() : withoutCommands(merging);
}

type Values = ReturnType<typeof parseOptions<typeof GRADEBOOK_OPTIONS>>['values'];

async function mergeParts(values: Values, folders: readonly string[]): Promise<number> {
  const usage = (what: string) =>
    new UserError({ where: 'merge', what, fix: 'Usage: socket-grader merge FOLDER… --out FOLDER' });
  if (folders.length === 0) throw usage('no folder is named');
  if (values.out === undefined) throw usage('no output folder is named');
  const merged = await merge({ ...readGradebookOptions(values), folders, out: values.out });
  const say = (text: string) => void (values.quiet || process.stdout.write(text));
  say(named('Missing, in no part', merged.missing));
  say(named('In several parts, the first counts', merged.doubled));
  say(batchSummary(merged, values.out, process.stdout.columns ?? 80));
  return merged.missing.length > 0 ? EXIT.inconclusive : batchStatus(merged);
}

function named(what: string, ids: readonly string[]): string {
  if (ids.length === 0) return '';
  const rest = ids.length > MOST ? ` and ${ids.length - MOST} more` : '';
  return `${what}: ${ids.slice(0, MOST).join(', ')}${rest}\n`;
}
