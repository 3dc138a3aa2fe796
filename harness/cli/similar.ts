import path from 'node:path';
import { UserError } from '../base/user-error.ts';
import { compareBatch, SIMILAR_PAGE } from '../batch/similar.ts';
import { changeBatch } from '../batch/write-again.ts';
import { describeCompared } from './batch-progress.ts';
import { EXIT } from './exit.ts';
import { parseOptions } from './options.ts';
import { readSimilarOptions, SIMILAR_OPTIONS } from './similar-options.ts';

/** `socket-grader similar`: compares the submissions of a batch with each other. */
export async function similarCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseOptions('similar', args, {
    ...SIMILAR_OPTIONS,
    quiet: { type: 'boolean' },
  });
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0)
    throw new UserError({
      where: 'similar',
      what: folder === undefined ? 'no folder is named' : 'one batch at a time',
      fix: 'Name the folder that "socket-grader batch" or "merge" wrote. To compare several parts, merge them first.',
    });
  const options = readSimilarOptions(values);
  const compared = await changeBatch(folder, (manifest) => compareBatch(folder, manifest, options));
  if (!values.quiet)
    process.stdout.write(`${describeCompared(compared)}: ${path.join(folder, SIMILAR_PAGE)}\n`);
  return EXIT.passed;
}
