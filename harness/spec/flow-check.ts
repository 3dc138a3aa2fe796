import type { Json, JsonObject, ProgramSpec } from '../model/index.ts';

/** What is wrong with a step because of those before it. */
export interface FlowProblem {
  /** The argument that it is about. @default the step itself */
  readonly key?: string;
  readonly severity?: 'warning';
  readonly message: string;
  readonly fix: string;
}

type State = 'running' | 'paused' | 'over';

/** Verbs that need a program which has been started. */
const NEEDS_START = new Set(['stop', 'pause', 'resume', 'stdin', 'restart']);
/** Verbs that see what a program does, so that something may have come of it when they are done. */
const OBSERVES = new Set(['expect', 'check', 'assume', 'accept', 'sleep', 'connect', 'serve', 'stop']);

/**
 * Follows programs and connections from step to step, as a run would: an order of steps that can never work is the
 * author's mistake, and must not come to be a student's failure.
 */
export class FlowCheck {
  readonly #programs: Readonly<Record<string, ProgramSpec>>;
  #states = new Map<string, State>();
  #halfClosed = new Set<string>();
  #leadsTo = new Map<string, string>();
  /** A client that was started, and that nothing has looked at since. */
  #unobserved: string | undefined;

  constructor(programs: Readonly<Record<string, ProgramSpec>>) {
    this.#programs = programs;
  }

  /** Takes a step in, its names filled in; says what is wrong with it. */
  take(verb: string, args: JsonObject): readonly FlowProblem[] {
    const problems = [...this.#beforeStart(verb, args), ...this.#onConnection(verb, args)];
    if (verb === 'start' || verb === 'restart') problems.push(...this.#start(verb, textOf(args.program)));
    if (verb === 'listen' && this.#unobserved !== undefined)
      problems.push({
        message: `the grader listens only after "${this.#unobserved}" was started, which may have tried to connect by then`,
        fix: 'listen first; for a client that tries again, see first that it still runs',
      });
    this.#follow(verb, args);
    return problems;
  }

  /** What branches that run at the same time have left: whatever one of them did may have happened. */
  forget(): void {
    for (const program of this.#states.keys()) this.#states.set(program, 'over');
    this.#halfClosed = new Set();
    this.#unobserved = undefined;
  }

  #beforeStart(verb: string, args: JsonObject): FlowProblem[] {
    const isCheck = verb === 'check' || verb === 'assume';
    const dials = verb === 'connect' && (args.expect === undefined || args.expect === 'ok');
    const key = dials ? 'to' : NEEDS_START.has(verb) || isCheck ? 'program' : undefined;
    const program = key === undefined ? undefined : textOf(args[key]);
    if (key !== undefined && program !== undefined && this.#isUnstarted(program) && verb !== 'restart')
      return [
        {
          ...(args[key] === undefined ? {} : { key }),
          message: `"${program}" has not been started yet`,
          fix: `start it first: start: ${program}`,
        },
      ];
    if (verb === 'accept' && args.nothing !== true && this.#states.size === 0)
      return [{ message: 'no program has been started that could connect', fix: 'start one first' }];
    return [];
  }

  #isUnstarted(program: string): boolean {
    return program in this.#programs && !this.#states.has(program);
  }

  #start(verb: string, program: string | undefined): FlowProblem[] {
    const state = program === undefined ? undefined : this.#states.get(program);
    if (verb === 'restart' || state === undefined || state === 'over') return [];
    return [
      {
        message: `"${program}" still runs here`,
        fix: `stop it first, or see that it has ended: check: { program: ${program}, is: exited }`,
      },
    ];
  }

  #onConnection(verb: string, args: JsonObject): FlowProblem[] {
    const conn = textOf(args.on);
    if (conn === undefined) return [];
    if ((verb === 'send' || verb === 'half_close') && this.#halfClosed.has(conn))
      return [
        {
          message: `connection "${conn}" was half-closed, so nothing more can be sent on it`,
          fix: 'send first, or open another connection',
        },
      ];
    if (verb !== 'expect') return [];
    const program = this.#leadsTo.get(conn);
    const paused = program !== undefined && this.#states.get(program) === 'paused';
    const problems: FlowProblem[] = [];
    if (paused && args.nothing !== true)
      problems.push({
        severity: 'warning',
        message: `"${program}" is paused here and can't answer`,
        fix: `resume it first: resume: ${program}`,
      });
    if (isNothing(args.equals) && !isClose(args.read))
      problems.push({
        key: 'equals',
        severity: 'warning',
        message: 'nothing is expected here, and nothing always comes',
        fix: 'for silence write nothing: true with for; for an end without bytes add read: close',
      });
    return problems;
  }

  #follow(verb: string, args: JsonObject): void {
    const program = textOf(args.program);
    if (OBSERVES.has(verb)) this.#unobserved = undefined;
    if ((verb === 'start' || verb === 'restart') && program !== undefined) {
      this.#states.set(program, 'running');
      if (verb === 'start' && this.#programs[program]?.ready !== 'listening') this.#unobserved = program;
    } else if (verb === 'stop' && program !== undefined) this.#states.set(program, 'over');
    else if (verb === 'pause' && program !== undefined) this.#states.set(program, 'paused');
    else if (verb === 'resume' && program !== undefined) this.#states.set(program, 'running');
    else if ((verb === 'check' || verb === 'assume') && program !== undefined && seesEnd(args))
      this.#states.set(program, 'over');
    else if (verb === 'connect') this.#connect(args);
    else if (verb === 'half_close') this.#halfClosed.add(textOf(args.on) ?? '');
    else if (verb === 'accept') this.#halfClosed.delete(textOf(args.as) ?? '');
    if (['close', 'reset', 'unlisten'].includes(verb) || (verb === 'expect' && args.closed !== undefined))
      this.#clientsMayEnd();
  }

  #connect(args: JsonObject): void {
    const [conn, program] = [textOf(args.as), textOf(args.to)];
    if (conn === undefined) return;
    this.#halfClosed.delete(conn);
    if (program !== undefined) this.#leadsTo.set(conn, program);
  }

  /** A client may be done once its connection is. */
  #clientsMayEnd(): void {
    for (const [program, state] of this.#states)
      if (state === 'running' && this.#programs[program]?.ready !== 'listening')
        this.#states.set(program, 'over');
  }
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Whether a check holds only once the program has ended. */
function seesEnd({ is, code, signal }: JsonObject): boolean {
  return is === 'exited' || code !== undefined || signal !== undefined;
}

function isNothing(value: Json | undefined): boolean {
  if (value === '') return true;
  return typeof value === 'object' && value !== null && 'text' in value && value.text === '';
}

function isClose(read: Json | undefined): boolean {
  return read === 'close';
}
