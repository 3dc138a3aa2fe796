import { readFileSync } from 'node:fs';
import { defined, whenGiven } from '../base/defined.ts';
import { UserError } from '../base/user-error.ts';
import { type Contract, PLATFORMS } from '../platform/index.ts';
import type { Surroundings } from '../report/formats/automatic.ts';
import type { Audience } from '../report/formats/index.ts';
import { suggest } from '../steps/scope.ts';
import type { IsolationWish } from '../worker/choose-isolation.ts';
import type { Job } from '../worker/grade-in-worker.ts';
import { EXPOSE_OPTION, readFolder } from './expose-option.ts';
import { GRADING_OPTIONS, readGradingOptions } from './grading-options.ts';
import { numberFrom, oneOf, parseOptions } from './options.ts';
import type { WantedReport } from './report-files.ts';
import { readAudience, readReports } from './report-options.ts';
import { specFile } from './spec-file.ts';

const OPTIONS = {
  ...GRADING_OPTIONS,
  ...EXPOSE_OPTION,
  spec: { type: 'string' },
  report: { type: 'string', multiple: true },
  out: { type: 'string' },
  record: { type: 'string' },
  trace: { type: 'boolean' },
  quiet: { type: 'boolean' },
  watch: { type: 'boolean' },
  jobs: { type: 'string' },
  evidence: { type: 'string' },
  witness: { type: 'string' },
  audience: { type: 'string' },
  for: { type: 'string' },
  'time-limit': { type: 'string' },
} as const;

export interface RunOptions extends Job {
  readonly reports: readonly WantedReport[];
  readonly out?: string;
  /** Where everything that judging again needs is written. */
  readonly record?: string;
  readonly audience?: Audience;
  readonly isolation: IsolationWish;
  readonly trace: boolean;
  readonly quiet: boolean;
  /** Grade again at each change. */
  readonly watch: boolean;
  /** The platform that the run is for. */
  readonly platform?: Contract;
  /** Milliseconds after which what is not decided yet is left undecided. */
  readonly timeLimit?: number;
}

/** Milliseconds before a platform's own limit at which a run ends by itself, to write what is known. */
const AHEAD = 30_000;

function usage(what: string, fix: string): UserError {
  return new UserError({ where: 'run', what, fix });
}

/** Reads the command line of `run`; complains about the first thing that does not fit. */
export function readRunOptions(args: string[], surroundings: Surroundings): RunOptions {
  const { values, positionals } = parseOptions('run', args, OPTIONS);
  const [submission, ...more] = positionals;
  if (submission === undefined)
    throw usage('no submission is named', 'Usage: socket-grader run SUBMISSION [options]');
  if (more.length > 0)
    throw usage(
      `one submission at a time, not also ${more.join(', ')}`,
      'Quote names and commands that hold spaces.',
    );
  const { out, record, witness } = values;
  if (witness !== undefined && (values.isolation ?? 'none') !== 'none')
    throw usage(
      '--witness traces programs, which isolation prevents',
      'Give --isolation none, or leave it out.',
    );
  const platform = whenGiven(values.for, readPlatform);
  const grading = readGradingOptions('run', values, { isolation: witness === undefined ? 'auto' : 'none' });
  return {
    ...grading,
    submission,
    spec: specFile(values.spec ?? 'socket-basics', 'run'),
    reports: readReports(values.report, surroundings, platform),
    expose: (values.expose ?? []).map(readFolder),
    trace: values.trace ?? false,
    quiet: values.quiet ?? false,
    watch: values.watch ?? false,
    ...defined({
      platform,
      out,
      record,
      seed: grading.seed ?? seedOf(platform),
      timeLimit: timeLimitOf(values['time-limit'], platform),
      audience: whenGiven(values.audience, readAudience),
      jobs: whenGiven(values.jobs, (text) =>
        numberFrom('--jobs', text, { whole: true, least: 1, most: 256 }),
      ),
      evidence: whenGiven(values.evidence, (text) =>
        oneOf('--evidence', text, ['kernel', 'portable'] as const),
      ),
      witness: whenGiven(witness, (text) => oneOf('--witness', text, ['strace'] as const)),
    }),
  };
}

/** The time limit in milliseconds: the one that was asked for, else one just ahead of the platform's. */
function timeLimitOf(given: string | undefined, platform: Contract | undefined): number | undefined {
  if (given !== undefined)
    return numberFrom('--time-limit', given, { whole: false, least: 1, most: 86_400 }) * 1000;
  return whenGiven(platform?.seconds, (seconds) => seconds * 1000 - AHEAD);
}

function readPlatform(text: string): Contract {
  const platform = Object.hasOwn(PLATFORMS, text) ? PLATFORMS[text] : undefined;
  if (platform === undefined)
    throw usage(`unknown platform "${text}"`, suggest(text, Object.keys(PLATFORMS)));
  return platform.contract;
}

/** The seed of a student's variant, as far as the platform says one. */
function seedOf(platform: Contract | undefined): string | undefined {
  if (platform?.seed === undefined) return undefined;
  try {
    const data = JSON.parse(readFileSync(platform.seed.file, 'utf8')) as Readonly<Record<string, unknown>>;
    const seed = data[platform.seed.key];
    return typeof seed === 'number' || typeof seed === 'string' ? String(seed) : undefined;
  } catch {
    return undefined;
  }
}
