import { defined } from '../../base/defined.ts';
import type { Cause, Plan, PlanStep, ScenarioSpec, ThreadState, TraceEvent } from '../../model/index.ts';
import { BUSY_SHARE } from '../../steps/describe.ts';
import type { Effect } from '../../steps/effect.ts';
import { effectsOf } from '../../steps/index.ts';
import type { Found } from '../../steps/outcome.ts';
import { type ProgramError, programError } from '../../steps/program-error/index.ts';
import type { ConnectionView, InstanceView, TraceView } from '../../steps/view.ts';
import { activityAfter, waitsForBytesOn } from '../moment.ts';
import { type Language, languageOf } from './language.ts';

/** What a finding and all that was recorded around it come from. */
export interface Around {
  readonly step: PlanStep;
  readonly scenario: ScenarioSpec;
  readonly plan: Plan;
  readonly view: TraceView;
  /** Index of the event that closed the step. */
  readonly event: number;
}

/** What a program printed that may explain the failure, and whether it certainly does. */
export interface Complaint {
  readonly text: string;
  readonly error?: ProgramError;
  /** It ended with that, or an exception ended a part of it; else it may be a mere remark. */
  readonly certain: boolean;
}

type Exit = Extract<TraceEvent, { type: 'process_exit' }> & { readonly at: number };
type Observed<What extends string> = Extract<
  Extract<TraceEvent, { type: 'observed' }>['observation'],
  { what: What }
>;

const TAIL = 4096;

/** What is known about one finding, in the terms that causes are recognised by. */
export class Evidence {
  readonly found: Found;
  readonly step: PlanStep;
  readonly scenario: ScenarioSpec;
  readonly plan: Plan;
  readonly view: TraceView;
  readonly event: number;

  constructor(found: Found, { step, scenario, plan, view, event }: Around) {
    this.found = found;
    this.step = step;
    this.scenario = scenario;
    this.plan = plan;
    this.view = view;
    this.event = event;
  }

  get cause(): Cause {
    return this.found.cause;
  }

  /** The name of the program that the finding is about. */
  get program(): string {
    const { program, port, to } = this.step.args;
    for (const name of [program, port, to])
      if (typeof name === 'string' && this.view.instances.has(name)) return name;
    const dialled = this.view.events.findLast(
      (event) => event.type === 'connect' && event.conn === this.on && event.program !== undefined,
    );
    if (dialled?.type === 'connect' && dialled.program !== undefined) return dialled.program;
    const ended = [...this.view.instances.keys()].find((name) => this.ends(name).length > 0);
    return ended ?? [...this.view.instances.keys()][0] ?? '';
  }

  /** Its latest start. */
  get instance(): InstanceView | undefined {
    return this.view.instance(this.program);
  }

  get language(): Language {
    const { argv = [], sources = [] } = this.instance ?? {};
    return languageOf(argv, sources);
  }

  /** Whether the step that failed does something of a kind. */
  does(kind: Effect['kind']): boolean {
    return effectsOf(this.step).some((effect) => effect.kind === kind);
  }

  /** Whether the program is a server or a client, on the connection of the step or else in this scenario. */
  get role(): 'server' | 'client' {
    const { view, connection } = this;
    // A proxy is both.
    if (connection) return connection.accepted ? 'client' : 'server';
    if (view.listeners.size > 0 || [...view.connections.values()].some(({ accepted }) => accepted))
      return 'client';
    const isServer = view.events.some(
      (event) =>
        event.type === 'connect' ||
        (event.type === 'observed' &&
          event.observation.what === 'listening' &&
          event.observation.state !== 'ready'),
    );
    return isServer ? 'server' : 'client';
  }

  /** Who is at the other end of its connections. */
  get peer(): 'client' | 'server' {
    return this.role === 'server' ? 'client' : 'server';
  }

  /** The connection that the step is about. */
  get on(): string {
    const { on, conn, as } = this.step.args;
    const names = [on, conn, as].filter((name) => typeof name === 'string');
    // The "on" of accept is the door.
    return names.find((name) => this.view.connections.has(name)) ?? names[0] ?? '';
  }

  get connection(): ConnectionView | undefined {
    return this.view.connections.get(this.on);
  }

  /** The step is about datagrams: its connection carries them, or all that there are. */
  get byDatagrams(): boolean {
    const all = this.connection ? [this.connection] : [...this.view.connections.values()];
    return all.length > 0 && all.every(({ transport }) => transport === 'udp');
  }

  /** The wait ended because the program would do nothing more. */
  get idle(): boolean {
    return this.view.events[this.event]?.type === 'step_end' && this.#stepEnd?.rested === true;
  }

  get #stepEnd(): Extract<TraceEvent, { type: 'step_end' }> | undefined {
    const end = this.view.events[this.event];
    return end?.type === 'step_end' ? end : undefined;
  }

  /** What the program did right after the failure, or while it was watched. */
  get activity(): Observed<'activity'> | undefined {
    return activityAfter(this.view, this.event, this.program);
  }

  get threads(): readonly ThreadState[] {
    return this.activity?.threads ?? [];
  }

  /** What its threads slept in, in the words of the kernel room. */
  get waits(): readonly string[] {
    return this.threads.map(({ waitsFor, call }) => waitsFor ?? call ?? '');
  }

  /** It used the processor right after the failure. */
  get busy(): boolean {
    return (this.activity?.share ?? 0) > BUSY_SHARE;
  }

  /** Some thread waits for bytes of the connection that the step is about. */
  get waitsForBytes(): boolean {
    return waitsForBytesOn(this.view, this.event).includes(this.on);
  }

  /** Bytes of a connection that the program had not read right after the failure; undefined where that is not known. */
  unread(conn: string = this.on): number | undefined {
    return this.activity?.unread[conn];
  }

  /** The connection lay in the queue, not accepted, right after the failure. */
  isQueued(conn: string = this.on): boolean {
    return this.activity?.queued?.includes(conn) ?? false;
  }

  /** Ends that a program reached by itself, up to the failure. */
  ends(program: string = this.program): readonly Exit[] {
    return this.before.flatMap((one, at) =>
      one.type === 'process_exit' && one.program === program && one.reason === 'self' ? [{ ...one, at }] : [],
    );
  }

  /** The end of its latest start, if it ended by itself; one that serves on from the background has not ended. */
  get end(): Exit | undefined {
    if (this.instance?.inBackground) return undefined;
    const last = this.ends().at(-1);
    return last?.instance === this.instance?.instance ? last : undefined;
  }

  /** How its latest start ended before the failure, whoever ended it. */
  get exit(): Exit | undefined {
    const { instance, program } = this;
    const at = this.before.findLastIndex(
      (one) => one.type === 'process_exit' && one.program === program && one.instance === instance?.instance,
    );
    const event = this.before[at];
    return event?.type === 'process_exit' ? { ...event, at } : undefined;
  }

  /** What happened from the latest start of the program up to the failure. */
  get sinceStart(): readonly TraceEvent[] {
    const { before, program } = this;
    return before.slice(
      Math.max(
        0,
        before.findLastIndex((one) => one.type === 'process_start' && one.program === program),
      ),
    );
  }

  /** What happened from the beginning of the step up to the failure. */
  get duringStep(): readonly TraceEvent[] {
    const { events } = this.view;
    const begin = events.slice(0, this.event).findLastIndex(({ type }) => type === 'step_begin');
    return events.slice(Math.max(0, begin), this.event + 1);
  }

  get before(): readonly TraceEvent[] {
    return this.view.events.slice(0, this.event + 1);
  }

  /** A client of its latest start had left before it ended: we closed or reset a connection, or said that we are done. */
  get clientHadLeft(): boolean {
    const { sinceStart } = this;
    const end = sinceStart.findIndex((one) => one.type === 'process_exit' && one.program === this.program);
    return sinceStart.slice(0, end === -1 ? undefined : end).some(({ type }) => type === 'local_close');
  }

  /** A client had connected to its latest start before it ended. */
  get hadClient(): boolean {
    return this.sinceStart.some(({ type }) => type === 'connected');
  }

  /** It listened, or the grader did. */
  get someoneListened(): boolean {
    return this.view.listeners.size > 0 || this.listened;
  }

  /** The program has listened. */
  get listened(): boolean {
    return this.before.some(
      (event) =>
        event.type === 'observed' &&
        event.observation.what === 'listening' &&
        event.observation.program === this.program &&
        event.observation.state === 'listening',
    );
  }

  /** The latest observation of a kind up to the failure. */
  observed<What extends Observed<string>['what']>(what: What): Observed<What> | undefined {
    const event = this.before.findLast((one) => one.type === 'observed' && one.observation.what === what);
    return event?.type === 'observed' ? (event.observation as Observed<What>) : undefined;
  }

  /** How many processes of the program went on when its first one had ended by itself. */
  get leftRunning(): number {
    const seen = this.view.events.flatMap((one) =>
      one.type === 'observed' && one.observation.what === 'left_running' ? [one.observation] : [],
    );
    return seen.findLast(({ program }) => program === this.program)?.processes ?? 0;
  }

  /** Bytes that had come on the connection by the time of the failure. */
  get received(): number {
    return this.connection?.received.length ?? 0;
  }

  #complaint: Complaint | undefined | null = null;

  /**
   * What may belong to the failure: all of the end when the program gave up by itself, else only what it complained about
   * since the step before. What goes to standard output is no complaint as long as the program runs, or when it ends well,
   * and what comes after the failure, when the grader ends all, is none of the student's.
   */
  get complaint(): Complaint | undefined {
    if (this.#complaint === null) this.#complaint = this.#findComplaint();
    return this.#complaint;
  }

  #findComplaint(): Complaint | undefined {
    const { instance, end } = this;
    if (!instance) return undefined;
    const printed = this.before.filter(
      (one) => one.type === 'output' && one.program === this.program && one.instance === instance.instance,
    );
    const text = (stream: 'stdout' | 'stderr', from: number) => {
      const last = printed.findLast((one) => one.type === 'output' && one.stream === stream);
      const until = last?.type === 'output' ? last.offset + last.length : 0;
      return instance[stream]
        .from(0)
        .subarray(Math.max(from, until - TAIL), until)
        .toString('utf8');
    };
    const [stderr, stdout] = [text('stderr', 0), text('stdout', 0)];
    if (end) {
      const errors = [stderr, stdout].map((one) => programError(one));
      const index = errors.findIndex((error) => error !== undefined);
      if (index >= 0)
        return { text: [stderr, stdout][index] ?? '', error: errors[index] as ProgramError, certain: true };
      const early = !this.listened && this.view.connections.size === 0;
      if (end.code === 0 && !early) return stderr === '' ? undefined : { text: stderr, certain: false };
      const all = stderr === '' ? stdout : stderr;
      return all === '' ? undefined : { text: all, certain: true };
    }
    const begin = this.view.events.find(
      (one) => one.type === 'step_begin' && one.step === Math.max(0, this.step.index - 1),
    );
    const first = printed.find(
      (one) => one.type === 'output' && one.stream === 'stderr' && one.t >= (begin?.t ?? 0),
    );
    if (first?.type !== 'output') return undefined;
    const since = text('stderr', first.offset);
    const error = programError(since);
    return { text: since, ...defined({ error }), certain: error !== undefined };
  }

  /** Whether it certainly complained of one of these, upper and lower case alike. */
  complains(texts: readonly string[], beside: readonly string[] = texts): boolean {
    const { complaint } = this;
    if (!complaint?.certain) return false;
    return saysAny(subjectOf(complaint), texts) && saysAny(complaint.text, beside);
  }
}

/** Of an error its name and message; the rest of what was printed tells the way to it. */
function subjectOf({ text, error }: Complaint): string {
  return error === undefined ? text : `${error.name}: ${error.message}`;
}

/** Whether a text holds one of these by itself, and not in the midst of a longer word. */
export function saysAny(text: string, wanted: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return wanted.some((one) => stands(one.toLowerCase(), lower));
}

function stands(wanted: string, text: string): boolean {
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const [before = '', after = ''] = [text[at - 1], text[at + wanted.length]];
    const joined = (one: string, other: string) => /\w/.test(one) && /\w/.test(other);
    if (!joined(before, wanted[0] ?? '') && !joined(wanted.at(-1) ?? '', after)) return true;
  }
  return false;
}
