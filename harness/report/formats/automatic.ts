import type { Audience } from './format.ts';
import { FORMATS } from './index.ts';

/** What the reports depend on of the place where the tool runs. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether the folder `/autograder` is there, as in Gradescope's container. */
  readonly gradescope: boolean;
}

export interface ChosenReport {
  readonly name: string;
  readonly file?: string;
}

/** The reports that are on when nobody asks for any. */
export function automaticReports({ env, gradescope }: Surroundings): readonly ChosenReport[] {
  if (gradescope)
    return [{ name: 'terminal' }, { name: 'gradescope', file: '/autograder/results/results.json' }];
  if (env.GITHUB_ACTIONS === 'true') {
    const summary = env.GITHUB_STEP_SUMMARY;
    return [
      // Not `terminal` too: outside of stop-commands a student's output could give commands to the runner.
      { name: 'github' },
      ...(summary ? [{ name: 'github-summary', file: summary }] : []),
      { name: 'json' },
    ];
  }
  return [{ name: 'terminal' }, { name: 'html' }, { name: 'json' }];
}

/** Who reads a format when nobody says so: on a shared machine the student, on one's own everything is shown. */
export function usualAudience(name: string, { env, gradescope }: Surroundings): Audience {
  const ci = env.CI !== undefined && env.CI !== '' && env.CI !== 'false';
  const shared = (ci || env.GITHUB_ACTIONS === 'true') && !gradescope;
  return FORMATS[name]?.audience ?? (shared ? 'student' : 'staff');
}
