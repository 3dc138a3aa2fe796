import { setMaxListeners } from 'node:events';
import type { InconclusiveReason, PlanStep } from '../model/index.ts';
import { TRANSPORTS } from '../model/transport.ts';
import type { StepContext } from '../steps/context.ts';
import { bindStep, type StepOutcome, stepWithin, UnfitValue } from '../steps/replay.ts';
import { currentBranch, inBranch } from './branch.ts';
import type { Observer } from './observer/index.ts';
import type { Programs } from './programs.ts';
import type { Recorder } from './recorder.ts';
import type { Surroundings } from './surroundings.ts';
import type { Waiting } from './waiting.ts';

/** Longest wait for a program that may be about to exit, in milliseconds. */
const EXITING = 1_000;

export interface LoopOptions {
  readonly recorder: Recorder;
  readonly programs: Programs;
  readonly observer: Observer;
  readonly surroundings: Surroundings;
  /** The scenario's own time limit. */
  readonly timeout: AbortSignal;
  readonly waiting: () => Waiting;
  readonly makeWaiting: (signal: AbortSignal) => Waiting;
  readonly makeContext: (within: number) => StepContext;
}

/** Does steps one after another, and those of parallel branches side by side. */
export class StepLoop {
  readonly #options: LoopOptions;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  /** Ends early, with false, at a failure that is not soft; never when asked to go on whatever happens. */
  async run(steps: readonly PlanStep[], { whatever = false } = {}): Promise<boolean> {
    for (const group of groups(steps)) {
      const goesOn = group.branches
        ? await this.#sideBySide(group.branches, whatever)
        : await this.#inOrder(group.steps, whatever);
      if (!goesOn) return false;
    }
    return true;
  }

  /** Every branch runs to its own end. */
  async #sideBySide(branches: readonly (readonly PlanStep[])[], whatever: boolean): Promise<boolean> {
    const { surroundings, makeWaiting } = this.#options;
    const { signal } = surroundings;
    setMaxListeners(0, signal);
    const results = await Promise.all(
      branches.map((steps) =>
        inBranch({ waiting: makeWaiting(signal), signal, step: steps[0]?.index ?? 0 }, () =>
          this.#inOrder(steps, whatever),
        ),
      ),
    );
    return results.every(Boolean);
  }

  async #inOrder(steps: readonly PlanStep[], whatever: boolean): Promise<boolean> {
    for (const step of steps) {
      const branch = currentBranch();
      if (branch?.step !== undefined) branch.step = step.index;
      const ended = await this.#one(step);
      if (!ended || ended.outcome.status === 'pass') continue;
      await this.#lastObservation(ended, !whatever && !step.soft && currentBranch() === undefined);
      if (!whatever && (!step.soft || ended.outcome.status === 'inconclusive')) return false;
    }
    return true;
  }

  async #one(step: PlanStep): Promise<StepOutcome | undefined> {
    const { recorder, programs, surroundings, timeout, makeContext } = this.#options;
    const waiting = this.#options.waiting();
    waiting.begin();
    recorder.record({ type: 'step_begin', step: step.index, title: step.name ?? step.verb });
    try {
      const bound = bindStep(step, recorder.view.variables);
      await bound.run(makeContext(stepWithin(step) * surroundings.timeoutScale));
    } catch (error) {
      // The judge finds the same, and tells whose fault it is.
      if (!(error instanceof UnfitValue))
        recorder.record({ type: 'trouble', ...trouble(error, surroundings.signal, timeout) });
    }
    await this.#awaitExit(step).catch(() => {});
    recorder.view.focus(step.index);
    if (recorder.peek(step).status !== 'pass') {
      await programs.outputRead();
      await programs.leftRunning().catch(() => {});
      recorder.view.focus(step.index);
    }
    if (recorder.peek(step).status !== 'pass') {
      await programs.controlStops().catch(() => {});
      await this.#options.observer.lostDatagrams().catch(() => {});
      recorder.view.focus(step.index);
    }
    const { timedOut, rested, granted } = waiting;
    const starved = waiting.starved ? { starved: true } : {};
    return recorder.record({ type: 'step_end', step: step.index, timedOut, rested, granted, ...starved });
  }

  /**
   * A program's connections vanish before it does: before "it closed" is said, see whether it is exiting. And it has gone
   * before how it ended is reported.
   */
  async #awaitExit(step: PlanStep): Promise<void> {
    const { recorder, programs } = this.#options;
    const waiting = this.#options.waiting();
    const { view } = recorder;
    view.focus(step.index);
    // It may have been gone when the step began.
    const gone = view.events.some(
      ({ type }) => type === 'eof' || type === 'conn_error' || type === 'connect_error',
    );
    const ended = view.observed('listening')?.state === 'exited';
    // By UDP a program goes without a word.
    const silent = [...view.connections.values()].some(({ transport }) => !TRANSPORTS[transport].ends);
    if (!(gone || ended || silent) || recorder.peek(step).status === 'pass') return;
    const running = () =>
      [...view.instances.values()].some((instances) => instances.at(-1)?.exit === undefined);
    const { timedOut, rested, granted, starved } = waiting;
    if (running()) await waiting.until(() => !running(), EXITING, programs.untilAsleep());
    Object.assign(waiting, { timedOut, rested, granted, starved });
  }

  /** After a failure: what was the program doing? */
  async #lastObservation(ended: StepOutcome, last: boolean): Promise<void> {
    const { recorder, observer, surroundings } = this.#options;
    if (surroundings.signal.aborted || ended.outcome.status !== 'fail') return;
    for (const program of recorder.view.instances.keys())
      await observer.lastObservation(program, { last }).catch(() => {});
  }
}

interface Group {
  readonly steps: readonly PlanStep[];
  /** The same steps by branch, when they run side by side. */
  readonly branches?: readonly (readonly PlanStep[])[];
}

/** Cuts a list of steps where parallel branches begin and end. */
function groups(steps: readonly PlanStep[]): Group[] {
  const found: { number: number | undefined; steps: PlanStep[] }[] = [];
  for (const step of steps) {
    const number = step.parallel?.number;
    const last = found.at(-1);
    if (last && last.number === number) last.steps.push(step);
    else found.push({ number, steps: [step] });
  }
  return found.map((group) => {
    if (group.number === undefined) return { steps: group.steps };
    const names = new Set(group.steps.map(({ parallel }) => parallel?.branch));
    const branches = [...names].map((name) =>
      group.steps.filter(({ parallel }) => parallel?.branch === name),
    );
    return { steps: group.steps, branches };
  });
}

/** Tells the scenario's own time limit from an interruption, and both from a fault of ours. */
function trouble(
  error: unknown,
  signal: AbortSignal,
  timeout: AbortSignal,
): { because: InconclusiveReason; message: string } {
  if (timeout.aborted)
    return { because: 'harness', message: 'The scenario took longer than its time limit.' };
  if (signal.aborted) return { because: 'interrupted', message: 'The grading was interrupted.' };
  return {
    because: 'harness',
    message: `The grader itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  };
}
