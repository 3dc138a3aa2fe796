import { defined } from '../base/defined.ts';
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
} from '../model/index.ts';
import type { Found, Outcome } from '../steps/outcome.ts';
import { replay, type StepOutcome } from '../steps/replay.ts';
import type { TraceView } from '../steps/view.ts';
import { type Explained, explainFailure, limitHint } from './hint.ts';
import { limitFinding } from './limits.ts';
import { atThatMoment, resetsByClosing } from './moment.ts';

/** Judges one run from its trace alone, so that a saved one can be judged again. */
export function judgeRun(scenario: ScenarioSpec, plan: Plan, trace: Trace, attempt: number): RunVerdict {
  const judged = replay(plan, trace);
  const done = judged.outcomes.filter(({ step }) => !step.cleanup);
  const outcomes: StepOutcome[] = [...done, ...judged.leftovers(), ...judged.remarks()];
  const failing = outcomes
    .filter(({ outcome }) => outcome.status !== 'pass')
    .sort((a, b) => a.step.index - b.step.index);
  const limit = hinted(limitFinding(trace, plan.row), { scenario, plan, view: judged.view });
  const others = failing.map((failed) => finding(failed, scenario, plan, judged.view));
  const findings = limit === undefined ? others : [limit, ...others.map((each) => without(each, limit))];
  const steps = plan.steps.filter(({ cleanup }) => !cleanup);
  const counting = failing.map(({ outcome }) => outcome).filter((outcome) => !isRemark(outcome));
  const status =
    limit !== undefined ? 'fail' : statusOf(counting, done.length < steps.length && counting.length === 0);
  const credits = steps.flatMap((step) => creditOf(step, outcomes));
  return {
    ...defined({ row: plan.row }),
    attempt,
    status,
    findings,
    ...(credits.length === 0 ? {} : { credits }),
    trace,
  };
}

/** The finding of a limit with its hint. */
function hinted(
  limit: Finding | undefined,
  around: { scenario: ScenarioSpec; plan: Plan; view: TraceView },
): Finding | undefined {
  const hint = limit && limitHint(limit, around);
  return limit && hint !== undefined ? { ...limit, hint, detail: limit.cause } : limit;
}

/** What happened once a program had been ended for a limit is no mistake of its own: the hint is for the limit. */
function without({ hint, ...found }: Finding, limit: Finding): Finding {
  const isLater = (found.event ?? 0) > (limit.event ?? 0);
  return isLater || hint === undefined ? found : { ...found, hint };
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

/** A failure outweighs what could not be decided; what did not run to its end proves nothing. */
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
  const judged: Found = outcome.status === 'pass' ? { cause: 'unknown', summary: '' } : outcome.found;
  const ref: StepRef = {
    index: step.index,
    verb: step.verb,
    ...defined({ name: step.name }),
    ...step.at,
  };
  const explained: Explained =
    outcome.status === 'fail' && !isRemark(outcome)
      ? explainFailure(judged, { step, scenario, plan, view, event })
      : { found: judged, ...defined({ hint: judged.hint }) };
  const { found, hint, authored, detail } = explained;
  const evidence = [
    ...new Set([
      ...(found.evidence ?? []),
      ...(outcome.status === 'fail' && !isRemark(outcome)
        ? [...resetsByClosing(view, event), ...atThatMoment(view, event, found.cause)]
        : []),
    ]),
  ];
  return {
    step: ref,
    ...defined({ row: plan.row }),
    cause: found.cause,
    ...defined({ because: found.because }),
    summary: found.summary,
    ...defined({ expected: found.expected, actual: found.actual }),
    evidence,
    ...defined({ hint, authored, detail }),
    ...(isRemark(outcome) ? { remark: true } : {}),
    ...defined({ staff: found.staff }),
    event,
  };
}
