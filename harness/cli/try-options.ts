import os from 'node:os';
import { candidatesIn } from '../authoring/try/candidates.ts';
import type { Candidate } from '../authoring/try/trial.ts';
import { UserError } from '../base/user-error.ts';
import type { IsolationWish } from '../worker/choose-isolation.ts';
import type { Job } from '../worker/grade-in-worker.ts';
import { readParams } from './grading-options.ts';
import { namesIn, numberFrom, oneOf, parseOptions } from './options.ts';
import { specFile } from './spec-file.ts';

const OPTIONS = {
  solution: { type: 'string', multiple: true },
  wrong: { type: 'string', multiple: true },
  rounds: { type: 'string' },
  only: { type: 'string', multiple: true },
  param: { type: 'string', multiple: true },
  isolation: { type: 'string' },
  jobs: { type: 'string' },
} as const;

const ROUNDS = '3';

export interface TryOptions {
  readonly job: Omit<Job, 'submission' | 'seed'>;
  readonly candidates: readonly Candidate[];
  readonly rounds: number;
  readonly jobs: number;
  readonly isolation: IsolationWish;
}

/** Reads the command line of `try`. */
export function readTryOptions(args: string[]): TryOptions {
  const { values, positionals } = parseOptions('try', oneByOne(args, ['--solution', '--wrong']), OPTIONS);
  const [spec, ...more] = positionals;
  const usage = 'Usage: socket-grader try SPEC --solution DIR… --wrong DIR…';
  if (spec === undefined)
    throw new UserError({ where: 'try', what: 'no specification is named', fix: usage });
  if (more.length > 0)
    throw new UserError({
      where: 'try',
      what: `one specification at a time, not also ${more.join(', ')}`,
      fix: usage,
    });
  const { solution = [], wrong = [], rounds = ROUNDS, jobs, isolation = 'auto' } = values;
  const candidates = [...candidatesIn(solution, '--solution'), ...candidatesIn(wrong, '--wrong')];
  if (candidates.length === 0) throw new UserError({ where: 'try', what: 'no program is named', fix: usage });
  return {
    job: {
      spec: specFile(spec, 'try'),
      only: namesIn(values.only),
      params: readParams(values.param ?? []),
      unsafe: true,
    },
    candidates,
    rounds: numberFrom('--rounds', rounds, { whole: true, least: 1, most: 1000 }),
    jobs:
      jobs === undefined
        ? Math.min(4, os.availableParallelism())
        : numberFrom('--jobs', jobs, { whole: true, least: 1, most: 64 }),
    isolation: oneOf('--isolation', isolation, ['auto', 'require', 'none']),
  };
}

/** Repeats an option before each of the values that follow it: `--wrong a b` is `--wrong a --wrong b`. */
function oneByOne(args: readonly string[], options: readonly string[]): string[] {
  let current: string | undefined;
  let given = false;
  return args.flatMap((arg) => {
    if (arg.startsWith('-')) {
      current = options.includes(arg) ? arg : undefined;
      given = false;
      return [arg];
    }
    if (current === undefined || !given) {
      given = true;
      return [arg];
    }
    return [current, arg];
  });
}
