import { defined } from '../base/defined.ts';
import { milliseconds } from '../base/units.ts';
import type { Finding, Plan, PlanStep, RunVerdict, ScenarioSpec, Trace } from '../model/index.ts';
import { STEPS } from '../steps/index.ts';
import { Replay, type StepOutcome } from '../steps/replay.ts';
import { fillTemplates } from '../steps/template.ts';
import { replayEvents } from '../steps/view.ts';
import { judgeRun } from './judge-run.ts';

/** A recorded run: what was planned then, and what happened. */
export interface Recorded {
  readonly plan: Plan;
  readonly attempt: number;
  readonly trace: Trace;
}

/**
 * Judges a recorded run by a plan that has changed since. What the recording can't show, because the run did something
 * else or ended earlier, is inconclusive and never guessed.
 */
export function judgeAgain(scenario: ScenarioSpec, plan: Plan, recorded: Recorded): RunVerdict {
  const { trace, attempt } = recorded;
  const { events, gap } = upToGap(plan, recorded);
  const verdict = judgeRun(scenario, plan, { ...trace, events }, attempt);
  if (gap === undefined) return { ...verdict, trace };
  const { credits, ...rest } = verdict;
  // Without points of single steps a proven failure stays one, whatever the rest would have come to.
  const status = verdict.status === 'fail' && credits === undefined ? 'fail' : 'inconclusive';
  return { ...rest, status, findings: [...verdict.findings, notRecorded(gap, plan)], trace };
}

interface Gap {
  /** Absent where a step of the plan is not at fault. */
  readonly step?: PlanStep;
  readonly why: string;
}

/** The events that the changed plan would have led to as well, and what is missing after them. */
function upToGap(plan: Plan, recorded: Recorded): { events: Trace['events']; gap?: Gap } {
  const { trace, plan: old } = recorded;
  const judged = new Replay(plan);
  const begun = new Map<number, number>();
  let stopped: StepOutcome | undefined;
  let length = 0;
  for (const { event, bytes } of replayEvents(trace)) {
    const upTo = () => trace.events.slice(0, length);
    if (event.type === 'step_begin') {
      const gap = differentStep(plan, old, event.step);
      const over = stopped !== undefined && !beside(stopped.step, plan.steps[event.step]);
      if (over || gap === 'end') return { events: upTo() };
      if (gap !== undefined) return { events: upTo(), gap };
      begun.set(event.step, event.t);
    }
    const ended = judged.feed(event, bytes);
    length += 1;
    if (event.type !== 'step_end' || ended === undefined) continue;
    const took = event.t - (begun.get(event.step) ?? event.t) - event.granted;
    const waited = event.timedOut || event.rested;
    const gap = uncovered(old.steps[event.step], ended, judged, { took, waited, rested: event.rested });
    if (gap !== undefined) {
      const begin = trace.events.findIndex((one) => one.type === 'step_begin' && one.step === event.step);
      return { events: trace.events.slice(0, begin), gap };
    }
    const { status } = ended.outcome;
    if (status !== 'pass' && (!ended.step.soft || status === 'inconclusive') && !ended.step.cleanup)
      stopped ??= ended;
  }
  const next = plan.steps.find((step) => !step.cleanup && !begun.has(step.index));
  if (stopped !== undefined || next === undefined) return { events: trace.events };
  const last = [...begun.keys()].at(-1);
  const why =
    last === undefined
      ? 'the run ended before its first step'
      : `the run ended at step ${last + 1}, which failed then`;
  return { events: trace.events, gap: { step: next, why } };
}

/** Steps side by side run to their end, whatever becomes of the others. */
function beside(stopped: PlanStep, next: PlanStep | undefined): boolean {
  return stopped.parallel !== undefined && next?.parallel?.number === stopped.parallel.number;
}

/** Steps that do something else than those recorded; `end` where the steps of the plan are over. */
function differentStep(plan: Plan, old: Plan, index: number): Gap | 'end' | undefined {
  const step = plan.steps[index];
  const before = old.steps[index];
  if (step === undefined || (step.cleanup && !before?.cleanup)) return 'end';
  if (step.cleanup) return undefined;
  if (before === undefined || before.cleanup) return { step, why: 'it is new' };
  if (step.verb !== before.verb) return { step, why: `at its place was "${before.verb}"` };
  if (JSON.stringify(step.parallel) !== JSON.stringify(before.parallel))
    return { step, why: 'other steps ran beside it' };
  return undefined;
}

interface Ended {
  /** Milliseconds, without those for which the deadline stood still. */
  readonly took: number;
  readonly waited: boolean;
  readonly rested: boolean;
}

function uncovered(
  before: PlanStep | undefined,
  { step, outcome }: StepOutcome,
  { view }: Replay,
  { took, waited, rested }: Ended,
): Gap | undefined {
  if (before === undefined || step.cleanup) return undefined;
  const [was, is] = [before, step].map(({ args: { within, ...rest } }) => ({ within, rest }));
  if (!was || !is) return undefined;
  const fulfilled = outcome.status === 'pass';
  if (typeof was.within === 'number' && typeof is.within === 'number') {
    if (is.within > was.within && waited && !rested && !fulfilled)
      return {
        step,
        why: `the run waited ${milliseconds(was.within)}, and it may now take ${milliseconds(is.within)}`,
      };
    if (is.within < was.within && took > is.within && fulfilled)
      return { step, why: `it took ${milliseconds(took)}, and may now take only ${milliseconds(is.within)}` };
  }
  const undecided = outcome.status === 'inconclusive' && outcome.found.because === 'harness';
  // A step before may have used up other bytes than it did then.
  if (undecided && view.trouble() === undefined && !view.inStep('step_end')?.starved)
    return { step, why: 'the run did not wait for what it now asks' };
  if (JSON.stringify(was.rest) === JSON.stringify(is.rest)) return undefined;
  const covers = STEPS.get(step.verb)?.covers;
  if (covers === undefined) return { step, why: 'it did something else' };
  const [recorded, wanted] = [before.args, step.args].map((args) => fillTemplates(args, view.variables));
  if (!undecided && covers(recorded ?? null, wanted ?? null, { waited, fulfilled })) return undefined;
  return { step, why: 'the run did not wait for what it now asks' };
}

function notRecorded({ step, why }: Gap, plan: Plan): Finding {
  const name = step && `step ${step.index + 1} (${step.name ?? step.verb})`;
  return {
    ...(step === undefined
      ? {}
      : {
          step: {
            index: step.index,
            verb: step.verb,
            ...defined({ name: step.name }),
            ...step.at,
          },
        }),
    ...defined({ row: plan.row }),
    cause: 'unknown',
    because: 'not_recorded',
    summary: `The recording does not tell what ${name ?? 'this scenario'} comes to: ${why}.`,
    evidence: [],
    hint: 'Grade the submission again with "socket-grader run".',
  };
}
