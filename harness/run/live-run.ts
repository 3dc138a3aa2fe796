import { monotonic } from '../kernel/index.ts';
import type { Plan, PlanStep } from '../model/index.ts';
import type { StepOutcome } from '../steps/replay.ts';
import type { TraceView } from '../steps/view.ts';
import { type Actors, assemble } from './run-plan.ts';
import type { Surroundings } from './surroundings.ts';

/** How long nothing must come after an answer until it counts as complete, in milliseconds. */
const SILENCE = 150;

/** A run whose steps are not known beforehand: each is done as it is asked for, exactly as a plan would do it. */
export class LiveRun {
  readonly #steps: PlanStep[] = [];
  readonly #actors: Actors;
  readonly #run: (steps: readonly PlanStep[]) => Promise<boolean>;

  /** `plan` says what all steps have in common; its own are not done. */
  constructor(plan: Plan, surroundings: Surroundings) {
    const never = new AbortController().signal;
    const { actors, loop } = assemble({ ...plan, steps: this.#steps }, surroundings, never);
    this.#actors = actors;
    this.#run = (steps) => loop.run(steps);
  }

  get view(): TraceView {
    return this.#actors.recorder.view;
  }

  /** How many steps have been done. */
  get length(): number {
    return this.#steps.length;
  }

  /** Does the next step, which takes its place behind all others; what came of it is judged at once. */
  async step(step: PlanStep): Promise<StepOutcome | undefined> {
    this.#steps.push({ ...step, index: this.#steps.length });
    await this.#run(this.#steps.slice(-1));
    const { outcomes } = this.#actors.recorder;
    return outcomes.findLast((outcome) => outcome.step.index === this.#steps.length - 1);
  }

  /**
   * Waits until the programs are provably idle and all that they sent has come, at most so many milliseconds; no longer
   * than for a moment of silence once `answered` holds.
   */
  async idle(within: number, answered: () => boolean = () => false): Promise<void> {
    const waiting = this.#actors.waiting();
    waiting.begin();
    const silent = () => answered() && monotonic() - this.#actors.recorder.lastArrival > SILENCE;
    await waiting.until(silent, within, this.#actors.inVain()).catch(() => {});
  }

  /** Calls back after every event until the returned function is called. */
  listen(listener: () => void): () => void {
    return this.#actors.recorder.listen(listener);
  }

  /** The processes of a program's latest start, for the kernel. */
  ref(program: string): ReturnType<Actors['programs']['ref']> {
    return this.#actors.programs.ref(program);
  }

  /** Where a program is reached. */
  address(program: string): { readonly host: string; readonly port: number } {
    return this.#actors.programs.address(program);
  }

  /** The two ports of a connection. */
  ports(conn: string): ReturnType<Actors['connections']['ports']> {
    return this.#actors.connections.ports(conn);
  }

  /** Ends everything that was started. */
  async end(): Promise<void> {
    const { connections, listeners, programs, relays } = this.#actors;
    relays.teardown();
    connections.teardown();
    listeners.teardown();
    await programs.teardown('teardown');
  }
}
