import type {
  Credit,
  Finding,
  Plan,
  PlanStep,
  RunVerdict,
  ScenarioSpec,
  Status,
  StepRef,
  Trace,
} from '../model.ts';
import type { Found, Outcome } from '../steps/definition.ts';
import { replay, type StepOutcome } from '../steps/replay.ts';
import type { TraceView } from '../steps/view.ts';
import { describeThreads, percent } from '../steps/words.ts';
import { limitFinding } from './limits.ts';

/** Judges one run from its trace alone, so that a saved one can be judged again. */
export function judgeRun(scenario: ScenarioSpec, plan: Plan, trace: Trace, attempt: number): RunVerdict {
  const judged = replay(plan, trace);
  const done = judged.outcomes.filter(({ step }) => !step.cleanup);
  const outcomes: StepOutcome[] = [...done, ...judged.leftovers()];
  const failing = outcomes
    .filter(({ outcome }) => outcome.status !== 'pass')
    .sort((a, b) => a.step.index - b.step.index);
  const limit = limitFinding(trace, plan.row);
  const findings = [
    ...(limit === undefined ? [] : [limit]),
    ...failing.map((failed) => finding(failed, scenario, plan, judged.view)),
  ];
  const steps = plan.steps.filter(({ cleanup }) => !cleanup);
  const counting = failing.map(({ outcome }) => outcome).filter((outcome) => !isRemark(outcome));
  const status =
    limit !== undefined ? 'fail' : statusOf(counting, done.length < steps.length && counting.length === 0);
  const credits = steps.flatMap((step) => creditOf(step, outcomes));
  return {
    ...(plan.row === undefined ? {} : { row: plan.row }),
    attempt,
    status,
    findings,
    ...(credits.length === 0 ? {} : { credits }),
    trace,
  };
}

function isRemark(outcome: Outcome): boolean {
  return outcome.status === 'fail' && outcome.found.remark === true;
}

/** A step earns its points when it was done, and nothing is to be said against it. */
function creditOf(step: PlanStep, outcomes: readonly StepOutcome[]): Credit[] {
  if (step.points === undefined) return [];
  const own = outcomes.filter((one) => one.step.index === step.index);
  const earned = own.length > 0 && own.every(({ outcome }) => outcome.status === 'pass' || isRemark(outcome));
  return [{ line: step.at.line, column: step.at.column, points: step.points, earned }];
}

/** A failure outweighs what could not be told; what did not run to its end proves nothing. */
function statusOf(outcomes: readonly Outcome[], unfinished: boolean): Status {
  if (outcomes.some(({ status }) => status === 'fail')) return 'fail';
  return outcomes.length > 0 || unfinished ? 'inconclusive' : 'pass';
}

function finding(
  { step, outcome, event }: StepOutcome,
  scenario: ScenarioSpec,
  plan: Plan,
  view: TraceView,
): Finding {
  const found: Found = outcome.status === 'pass' ? { cause: 'unknown', summary: '' } : outcome.found;
  const ref: StepRef = {
    index: step.index,
    verb: step.verb,
    ...(step.name === undefined ? {} : { name: step.name }),
    ...step.at,
  };
  const usual =
    step.hint ??
    (found.hint || undefined) ??
    (outcome.status === 'fail' ? (HINTS[found.cause] ?? scenario.hint) : undefined);
  const hint = [found.diagnosis, usual].filter(Boolean).join(' ') || undefined;
  const evidence = [
    ...new Set([...(found.evidence ?? []), ...(outcome.status === 'fail' ? atThatMoment(view, event) : [])]),
  ];
  return {
    step: ref,
    ...(plan.row === undefined ? {} : { row: plan.row }),
    cause: found.cause,
    ...(found.because === undefined ? {} : { because: found.because }),
    summary: found.summary,
    ...(found.expected === undefined ? {} : { expected: found.expected }),
    ...(found.actual === undefined ? {} : { actual: found.actual }),
    evidence,
    ...(hint === undefined ? {} : { hint }),
    ...(isRemark(outcome) ? { remark: true } : {}),
    event,
  };
}

/** Causes that have nothing to do with what the scenario is about. */
const HINTS: Partial<Record<Finding['cause'], string>> = {
  exited: 'The last lines that the program printed tell where it gave up.',
  crashed:
    'Run the program in a debugger (gdb), or build it with -fsanitize=address -g, to see where it crashed.',
  start_failed: 'Start the program by hand with the same command.',
  trailing_nul: 'Send as many bytes as the message has: in C its strlen(), not the size of the buffer.',
  extra_newline: 'Send the bytes as they are; println, puts and print add a newline of their own.',
  missing_newline: 'The newline belongs to the message: do not strip it, or put it back.',
  decoded: 'Treat what comes as bytes; do not decode it into text and back.',
  duplicated: 'Send each message once.',
  crlf: 'Send the line endings as they are; text streams change them.',
};

/** A share of a processor above which a program does not just wait. */
const BUSY = 0.5;

/** What the program was seen to do right after the failed step. */
function atThatMoment(view: TraceView, event: number): string[] {
  const next = view.events
    .slice(event)
    .find((later) => later.type === 'observed' && later.observation.what === 'activity');
  if (next?.type !== 'observed' || next.observation.what !== 'activity' || !next.observation.alive) return [];
  const { share, threads } = next.observation;
  const busy = share > BUSY ? [`at that moment the program used ${percent(share)} of a processor`] : [];
  return [...busy, ...describeThreads(threads).map((words) => `at that moment the program was ${words}`)];
}
