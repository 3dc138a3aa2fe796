import path from 'node:path';
import { defined, whenGiven } from '../base/defined.ts';
import { UserError } from '../base/user-error.ts';
import { withoutArchiveEnding } from '../batch/archive/kind.ts';
import { GRADEBOOKS, type GradebookKind } from '../batch/gradebook/index.ts';
import { SOURCES } from '../batch/intake/detect.ts';
import type { BatchOptions, GradebookOptions, LateOptions } from '../batch/options.ts';
import type { Shard } from '../batch/shard.ts';
import { isMoment } from '../spec/late-policy.ts';
import type { IsolationWish } from '../worker/choose-isolation.ts';
import { EXPOSE_OPTION, readFolder } from './expose-option.ts';
import { GRADING_OPTIONS, readGradingOptions } from './grading-options.ts';
import { namesIn, numberFrom, oneOf, parseOptions } from './options.ts';
import { QUEUE_OPTIONS, readStore } from './queue-options.ts';
import { readSimilarInBatch, SIMILAR_OPTIONS } from './similar-options.ts';
import { specFile } from './spec-file.ts';

/** Options that `batch` and `merge` share. */
export const GRADEBOOK_OPTIONS = {
  out: { type: 'string' },
  roster: { type: 'string' },
  gradebook: { type: 'string', multiple: true },
  column: { type: 'string' },
  'out-of': { type: 'string' },
  quiet: { type: 'boolean' },
  mapping: { type: 'string' },
  overrides: { type: 'string' },
  extensions: { type: 'string' },
  rubric: { type: 'string' },
} as const;

/** Options about being late. */
export const LATE_OPTIONS = {
  'late-policy': { type: 'string' },
  due: { type: 'string' },
} as const;

const OPTIONS = {
  ...GRADEBOOK_OPTIONS,
  ...LATE_OPTIONS,
  ...GRADING_OPTIONS,
  ...EXPOSE_OPTION,
  spec: { type: 'string' },
  jobs: { type: 'string' },
  from: { type: 'string' },
  shard: { type: 'string' },
  resume: { type: 'boolean' },
  fresh: { type: 'boolean' },
  rejudge: { type: 'boolean' },
  regrade: { type: 'string', multiple: true },
  similar: { type: 'boolean' },
  ...SIMILAR_OPTIONS,
  ...QUEUE_OPTIONS,
} as const;

/** Reads the command line of `batch`; complains about the first thing that does not fit. */
export function readBatchOptions(args: string[]): Omit<BatchOptions, 'level'> & {
  readonly isolation: IsolationWish;
  readonly quiet: boolean;
  /** The address of the queue whose workers grade. @default this machine grades */
  readonly queue?: string;
  readonly store?: string;
} {
  const { values, positionals } = parseOptions('batch', args, OPTIONS);
  const [input, ...more] = positionals;
  if (input === undefined)
    throw usage('no submissions are named', 'Usage: socket-grader batch ZIP|FOLDER --spec FILE [options]');
  if (more.length > 0)
    throw usage(
      `one archive or folder at a time, not also ${more.join(', ')}`,
      'Quote names that hold spaces.',
    );
  if (values.spec === undefined) throw usage('no specification is named', 'Name it with --spec FILE.');
  if (values.fresh && values.resume)
    throw usage('--fresh and --resume contradict each other', 'Give one of them.');
  const { from, jobs, shard, queue } = values;
  checkQueue(values);
  return {
    ...readGradebookOptions(values),
    ...readLateOptions('batch', values),
    ...readGradingOptions('batch', values, { isolation: 'require' }),
    input,
    out: values.out ?? path.join('reports', `batch-${folderName(input)}`),
    spec: specFile(values.spec, 'batch'),
    expose: (values.expose ?? []).map(readFolder),
    fresh: values.fresh ?? false,
    rejudge: values.rejudge ?? false,
    quiet: values.quiet ?? false,
    regrade: namesIn(values.regrade),
    ...readStore(values.store),
    ...readSimilarInBatch(values),
    ...defined({
      queue,
      from: from === undefined ? undefined : oneOf('--from', from, Object.keys(SOURCES)),
      jobs: whenGiven(jobs, readJobs),
      shard: whenGiven(shard, readShard),
    }),
  };
}

/** With a queue some things are for its workers to say, and without one there is no store. */
function checkQueue({
  queue,
  store,
  jobs,
  expose,
}: {
  readonly queue?: string | undefined;
  readonly store?: string | undefined;
  readonly jobs?: string | undefined;
  readonly expose?: readonly string[] | undefined;
}): void {
  if (queue === undefined && store !== undefined)
    throw usage('--store is for a queue', 'Give --queue URL as well, or leave it out.');
  if (queue !== undefined && jobs !== undefined)
    throw usage('with --queue each worker says how many it grades at a time', 'Give --jobs to the workers.');
  if (queue !== undefined && expose !== undefined)
    throw usage('with --queue each worker says which folders programs see', 'Give --expose to the workers.');
}

/** What is said about being late; `where` names the command. */
export function readLateOptions(
  where: string,
  {
    due,
    'late-policy': latePolicy,
  }: { readonly due?: string | undefined; readonly 'late-policy'?: string | undefined },
): LateOptions {
  if (due !== undefined && !isMoment(due))
    throw new UserError({
      where,
      what: `--due can't be "${due}"`,
      fix: 'Give a date and time such as 2026-11-20T23:59:00+01:00.',
    });
  return {
    ...defined({ due, latePolicy }),
  };
}

/** How many submissions at a time. */
export function readJobs(text: string): number | 'auto' {
  return text === 'auto' ? text : numberFrom('--jobs', text, { whole: true, least: 1, most: 256 });
}

/** What the options of `batch` and `merge` say about gradebooks. */
export function readGradebookOptions(values: {
  readonly roster?: string | undefined;
  readonly gradebook?: readonly string[] | undefined;
  readonly column?: string | undefined;
  readonly 'out-of'?: string | undefined;
  readonly mapping?: string | undefined;
  readonly overrides?: string | undefined;
  readonly extensions?: string | undefined;
  readonly rubric?: string | undefined;
}): GradebookOptions {
  const { roster, gradebook, column, 'out-of': outOf, mapping, overrides, extensions, rubric } = values;
  const kinds = Object.keys(GRADEBOOKS) as GradebookKind[];
  return {
    ...defined({
      ...{ roster, mapping, overrides, extensions, rubric, column },
      gradebooks:
        gradebook === undefined
          ? undefined
          : namesIn(gradebook).map((kind) => oneOf('--gradebook', kind, kinds)),
      outOf: whenGiven(outOf, (text) =>
        numberFrom('--out-of', text, { whole: false, least: 0.01, most: 1e6 }),
      ),
    }),
  };
}

function readShard(text: string): Shard {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (index === undefined || shard.index < 1 || shard.index > shard.count || shard.count > 10_000)
    throw usage(`--shard can't be "${text}"`, 'Give I/N, for instance 2/8 for the second of eight parts.');
  return shard;
}

function folderName(input: string): string {
  return withoutArchiveEnding(path.basename(path.resolve(input))).replace(/[^\w.-]+/g, '_') || 'submissions';
}

function usage(what: string, fix: string): UserError {
  return new UserError({ where: 'batch', what, fix });
}
