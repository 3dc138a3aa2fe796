import { defined, whenGiven } from '../base/defined.ts';
import { UserError } from '../base/user-error.ts';
import type { GradebookOptions, LateOptions } from '../batch/options.ts';
import type { Surroundings } from '../report/formats/automatic.ts';
import type { Audience } from '../report/formats/index.ts';
import type { IsolationWish } from '../worker/choose-isolation.ts';
import { GRADEBOOK_OPTIONS, LATE_OPTIONS, readGradebookOptions, readLateOptions } from './batch-options.ts';
import { readIsolation, readParams } from './grading-options.ts';
import { namesIn, parseOptions } from './options.ts';
import type { WantedReport } from './report-files.ts';
import { readAudience, readReports } from './report-options.ts';

const { out: _, quiet: __, ...BATCH_ONLY } = GRADEBOOK_OPTIONS;
const OPTIONS = {
  ...BATCH_ONLY,
  ...LATE_OPTIONS,
  spec: { type: 'string' },
  param: { type: 'string', multiple: true },
  only: { type: 'string', multiple: true },
  isolation: { type: 'string' },
  report: { type: 'string', multiple: true },
  audience: { type: 'string' },
  out: { type: 'string' },
  trace: { type: 'boolean' },
  quiet: { type: 'boolean' },
} as const;

/** What `rejudge` was asked for. */
export interface RejudgeCommand {
  /** Folders or files. */
  readonly recordings: readonly string[];
  /** @default the one that was recorded by */
  readonly spec?: string;
  readonly params: Readonly<Record<string, string>>;
  readonly only: readonly string[];
  /** How checkers of the course are isolated. */
  readonly isolation: IsolationWish;
  readonly reports: readonly WantedReport[];
  readonly audience?: Audience;
  readonly out?: string;
  readonly trace: boolean;
  readonly quiet: boolean;
  /** Options that were given and are for the folders of batches, and those that are for recordings. */
  readonly forBatches: readonly string[];
  readonly forRecordings: readonly string[];
  readonly gradebook: GradebookOptions & LateOptions;
}

/** Reads the command line of `rejudge`; complains about the first thing that does not fit. */
export function readRejudgeOptions(args: string[], surroundings: Surroundings): RejudgeCommand {
  const { values, positionals } = parseOptions('rejudge', args, OPTIONS);
  const { spec, out, audience } = values;
  if (positionals.length === 0)
    throw usage('no recording is named', 'Usage: socket-grader rejudge FOLDER… --spec FILE [options]');
  const reports = readReports(values.report, surroundings);
  const named = values.report?.find((text) => text.includes('='));
  if (positionals.length > 1 && named !== undefined)
    throw usage(
      `--report ${named} names one file for several recordings`,
      'Leave the file out: each gets its own below --out DIR.',
    );
  return {
    recordings: positionals,
    params: readParams(values.param ?? []),
    only: namesIn(values.only),
    isolation: readIsolation(values.isolation ?? 'auto'),
    reports,
    trace: values.trace ?? false,
    quiet: values.quiet ?? false,
    forBatches: given(values, [...Object.keys(BATCH_ONLY), ...Object.keys(LATE_OPTIONS)]),
    forRecordings: given(values, ['report', 'audience', 'out', 'trace']),
    gradebook: { ...readGradebookOptions(values), ...readLateOptions('rejudge', values) },
    ...defined({ spec, audience: whenGiven(audience, readAudience), out }),
  };
}

function given(values: object, names: readonly string[]): readonly string[] {
  return names.filter((name) => name in values).map((name) => `--${name}`);
}

function usage(what: string, fix: string): UserError {
  return new UserError({ where: 'rejudge', what, fix });
}
