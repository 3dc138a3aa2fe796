import { defined } from '../base/defined.ts';
import { milliseconds } from '../base/units.ts';
import type { Finding, Plan, PlanStep, RunVerdict, ScenarioSpec, Trace, TraceEvent } from '../model/index.ts';
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

interface UpToGap {
  readonly events: Trace['events'];
  readonly gap?: Gap;
}

/** The events that the changed plan would have led to as well, and what is missing after them. */
function upToGap(plan: Plan, recorded: Recorded): UpToGap {
  const follower = new Follower(plan, recorded);
  let length = 0;
  for (const { event, bytes } of replayEvents(recorded.trace)) {
    const found =
      (event.type === 'step_begin' ? follower.begin(event, length) : undefined) ??
      follower.feed(event, bytes);
    if (found) return found;
    length += 1;
  }
  return follower.end();
}

/** Follows a recorded run with another plan. */
class Follower {
  readonly #plan: Plan;
  readonly #old: Plan;
  readonly #trace: Trace;
  readonly #judged: Replay;
  /** When each step began. */
  readonly #begun = new Map<number, number>();
  /** The step that ends the scenario by the new plan. */
  #stopped: StepOutcome | undefined;

  constructor(plan: Plan, { plan: old, trace }: Recorded) {
    this.#plan = plan;
    this.#old = old;
    this.#trace = trace;
    this.#judged = new Replay(plan);
  }

  /** Takes the beginning of a step after `length` events; says where the recording ends if it does here. */
  begin(event: Extract<TraceEvent, { type: 'step_begin' }>, length: number): UpToGap | undefined {
    const gap = differentStep(this.#plan, this.#old, event.step);
    const stopped = this.#stopped;
    const over = stopped !== undefined && !beside(stopped.step, this.#plan.steps[event.step]);
    const events = this.#trace.events.slice(0, length);
    if (over || gap === 'end') return { events };
    if (gap !== undefined) return { events, gap };
    this.#begun.set(event.step, event.t);
    return undefined;
  }

  /** Takes any event; says what is missing when a step has ended otherwise than it would now. */
  feed(event: TraceEvent, bytes: Uint8Array | undefined): UpToGap | undefined {
    const ended = this.#judged.feed(event, bytes);
    if (event.type !== 'step_end' || ended === undefined) return undefined;
    const took = event.t - (this.#begun.get(event.step) ?? event.t) - event.granted;
    const waited = event.timedOut || event.rested;
    const before = this.#old.steps[event.step];
    const gap = uncovered(before, ended, this.#judged, { took, waited, rested: event.rested });
    if (gap !== undefined) {
      const { events } = this.#trace;
      const begin = events.findIndex((one) => one.type === 'step_begin' && one.step === event.step);
      return { events: events.slice(0, begin), gap };
    }
    if (endsScenario(ended)) this.#stopped ??= ended;
    return undefined;
  }

  /** What is missing after all events. */
  end(): UpToGap {
    const { events } = this.#trace;
    const next = this.#plan.steps.find((step) => !step.cleanup && !this.#begun.has(step.index));
    if (this.#stopped !== undefined || next === undefined) return { events };
    const last = [...this.#begun.keys()].at(-1);
    const why =
      last === undefined
        ? 'the run ended before its first step'
        : `the run ended at step ${last + 1}, which failed then`;
    return { events, gap: { step: next, why } };
  }
}

/** Whether no step comes after this one but for cleaning up. */
function endsScenario({ step, outcome: { status } }: StepOutcome): boolean {
  if (status === 'pass' || step.cleanup) return false;
  return !step.soft || status === 'inconclusive';
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

/** Why a step would have ended otherwise with another time limit, if it would. */
function timeChanged(
  was: unknown,
  is: unknown,
  { took, waited, rested, fulfilled }: Ended & { readonly fulfilled: boolean },
): string | undefined {
  if (typeof was !== 'number' || typeof is !== 'number') return undefined;
  if (is > was && waited && !rested && !fulfilled)
    return `the run waited ${milliseconds(was)}, and it may now take ${milliseconds(is)}`;
  if (is < was && took > is && fulfilled)
    return `it took ${milliseconds(took)}, and may now take only ${milliseconds(is)}`;
  return undefined;
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
  const otherTime = timeChanged(was.within, is.within, { took, waited, rested, fulfilled });
  if (otherTime !== undefined) return { step, why: otherTime };
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
    ...defined({
      step:
        step === undefined
          ? undefined
          : {
              index: step.index,
              verb: step.verb,
              ...defined({ name: step.name }),
              ...step.at,
            },
    }),
    ...defined({ row: plan.row }),
    cause: 'unknown',
    because: 'not_recorded',
    summary: `The recording does not show the result of ${name ?? 'this scenario'}: ${why}.`,
    evidence: [],
    hint: 'Grade the submission again with "socket-grader run".',
  };
}
