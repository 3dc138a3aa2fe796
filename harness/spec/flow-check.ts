import type { ProgramSpec } from '../model/index.ts';
import type { Effect } from '../steps/effect.ts';

/** What is wrong with a step because of those before it. */
export interface FlowProblem {
  /** The argument that it is about. @default the step itself */
  readonly key?: string;
  readonly severity?: 'warning';
  readonly message: string;
  readonly fix: string;
}

type State = 'running' | 'paused' | 'over';

/**
 * Follows programs and connections from step to step, as a run would: an order of steps that can never work is the
 * author's mistake, and must not become a student's failure.
 */
export class FlowCheck {
  readonly #programs: Readonly<Record<string, ProgramSpec>>;
  #states = new Map<string, State>();
  #halfClosed = new Set<string>();
  #leadsTo = new Map<string, string>();
  /** A client that was started, and that no step has observed since. */
  #unobserved: string | undefined;

  constructor(programs: Readonly<Record<string, ProgramSpec>>) {
    this.#programs = programs;
  }

  /** Takes a step in by its effects; says what is wrong with it. */
  take(effects: readonly Effect[]): readonly FlowProblem[] {
    return effects.flatMap((effect) => {
      const problem = this.#problemOf(effect);
      this.#follow(effect);
      return problem ?? [];
    });
  }

  /** What branches that run at the same time have left: whatever one of them did may have happened. */
  forget(): void {
    for (const program of this.#states.keys()) this.#states.set(program, 'over');
    this.#halfClosed = new Set();
    this.#unobserved = undefined;
  }

  #problemOf(effect: Effect): FlowProblem | undefined {
    switch (effect.kind) {
      case 'needs':
        return this.#needs(effect.program, effect.key);
      case 'starts':
        return effect.again ? undefined : this.#starts(effect.program);
      case 'listens':
        return this.#listens();
      case 'awaits_client':
        if (this.#states.size > 0) return undefined;
        return { message: 'no program has been started that could connect', fix: 'start one first' };
      case 'sends':
        return this.#sends(effect.conn);
      case 'reads':
        return effect.silence ? undefined : this.#reads(effect.conn);
      case 'dials':
      case 'asks_port':
      case 'stops':
      case 'sees_end':
      case 'pauses':
      case 'resumes':
      case 'unlistens':
      case 'opens':
      case 'claims':
      case 'reads_sources':
      case 'half_closes':
      case 'closes':
      case 'sees_close':
      case 'observes':
        return undefined;
    }
  }

  #needs(program: string, key: string): FlowProblem | undefined {
    if (!(program in this.#programs) || this.#states.has(program)) return undefined;
    return {
      key,
      message: `"${program}" has not been started yet`,
      fix: `start it first: start: ${program}`,
    };
  }

  #starts(program: string): FlowProblem | undefined {
    const state = this.#states.get(program);
    if (state === undefined || state === 'over') return undefined;
    return {
      message: `"${program}" still runs here`,
      fix: `stop it first, or see that it has ended: check: { program: ${program}, is: exited }`,
    };
  }

  #listens(): FlowProblem | undefined {
    if (this.#unobserved === undefined) return undefined;
    return {
      message: `the grader listens only after "${this.#unobserved}" was started, which may have tried to connect by then`,
      fix: 'listen first; for a client that tries again, see first that it still runs',
    };
  }

  #sends(conn: string): FlowProblem | undefined {
    if (!this.#halfClosed.has(conn)) return undefined;
    return {
      message: `connection "${conn}" was half-closed, so nothing more can be sent on it`,
      fix: 'send first, or open another connection',
    };
  }

  #reads(conn: string): FlowProblem | undefined {
    const program = this.#leadsTo.get(conn);
    if (program === undefined || this.#states.get(program) !== 'paused') return undefined;
    return {
      severity: 'warning',
      message: `"${program}" is paused here and can't answer`,
      fix: `resume it first: resume: ${program}`,
    };
  }

  #follow(effect: Effect): void {
    switch (effect.kind) {
      case 'starts':
        this.#states.set(effect.program, 'running');
        if (!effect.again && !this.#isServer(effect.program)) this.#unobserved = effect.program;
        return;
      case 'stops':
      case 'sees_end':
        this.#states.set(effect.program, 'over');
        return;
      case 'pauses':
        this.#states.set(effect.program, 'paused');
        return;
      case 'resumes':
        this.#states.set(effect.program, 'running');
        return;
      case 'opens':
        this.#halfClosed.delete(effect.conn);
        if (effect.program !== undefined) this.#leadsTo.set(effect.conn, effect.program);
        return;
      case 'half_closes':
        this.#halfClosed.add(effect.conn);
        return;
      case 'unlistens':
      case 'closes':
      case 'sees_close':
        this.#clientsMayEnd();
        return;
      case 'observes':
        this.#unobserved = undefined;
        return;
      case 'needs':
      case 'dials':
      case 'asks_port':
      case 'listens':
      case 'awaits_client':
      case 'sends':
      case 'reads':
      case 'claims':
      case 'reads_sources':
        return;
    }
  }

  #isServer(program: string): boolean {
    return this.#programs[program]?.ready === 'listening';
  }

  /** A client may be done once its connection is. */
  #clientsMayEnd(): void {
    for (const [program, state] of this.#states)
      if (state === 'running' && !this.#isServer(program)) this.#states.set(program, 'over');
  }
}
