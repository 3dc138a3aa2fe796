import type { Readable } from 'node:stream';
import type { Checked, CheckerCommand } from '../grading/checker.ts';
import type { GradeOptions, Progress } from '../grading/grade.ts';
import type { Recording } from '../grading/recording-of.ts';
import type { Json, Plan, Planned, Report, Trace, Verdict } from '../model/index.ts';
import type { ControlGroups } from '../sandbox/cgroups/group-folders.ts';

/** What a worker is asked to do: everything of `GradeOptions` that is plain data. */
export type Job = Omit<GradeOptions, 'signal' | 'sandboxing' | 'assignment' | 'kernel'>;

/** An assignment as it is sent. */
interface Sent {
  readonly spec: Planned['spec'];
  readonly plans: readonly (readonly [string, readonly Plan[]])[];
  readonly params: readonly (readonly [string, Json])[];
  readonly files: readonly string[];
}

/** How much a submission is kept apart from everything else. */
export type Level = Report['isolation']['level'];

/** Where a worker works, and how it keeps programs apart. */
export interface Place {
  readonly level: Level;
  /** At level `full`: the folder with a file system of its own. */
  readonly base?: string;
  /** The user outside that programs run as, where root grades. */
  readonly uid?: number;
  /** At level `none`: its parent ends what is left of the programs. @default false */
  readonly guarded?: boolean;
  /** The grader's control groups, below which programs get theirs. */
  readonly groups?: ControlGroups;
}

/** The first line to a worker that grades. */
export interface Order extends Place {
  readonly job: Omit<Job, 'env'> & { readonly seed: string };
  readonly assignment: Sent;
  /** What is wanted of all that happened. */
  readonly wants: Wants;
}

/** The first line to a worker that runs checkers of a course; each line after it is a question. */
export interface CheckOrder extends Place {
  readonly checks: true;
}

/** A checker, and what it reads on its standard input. */
export interface Question {
  readonly command: CheckerCommand;
  readonly input: string;
}

/** What of a run is worth its way to whoever asked for it: a stream may have megabytes. */
export interface Wants {
  /** All of it in the end, so that it can be judged again. @default false */
  readonly recording?: boolean;
  /** Of runs that passed only as many bytes of each stream as reports show. @default false */
  readonly brief?: boolean;
}

/** A report without its scenarios: those have been sent already, each once. */
export type ReportHead = Omit<Report, 'scenarios'>;

/** A line from a worker. */
export type WorkerEvent =
  | Extract<Progress, { type: 'planned' | 'built' | 'started' }>
  | { readonly type: 'recorded'; readonly recording: SentRecording }
  | { readonly type: 'finished'; readonly verdict: Verdict; readonly head: ReportHead }
  /** `order` names the scenarios in the order of the report. */
  | { readonly type: 'done'; readonly head: ReportHead; readonly order: readonly string[] }
  /** The grading could not be done, for a reason that a person can fix: the student (see SubmissionError) or another. */
  | {
      readonly type: 'refused';
      readonly where: string;
      readonly what: string;
      readonly fix?: string;
      readonly by?: 'submission';
    }
  /** What a checker said; one answer for each question, in their order. */
  | { readonly type: 'checked'; readonly checked: Checked }
  /** The grading could not be done for a reason of its own. */
  | { readonly type: 'broken'; readonly message: string };

/** A recording in which plans and traces that the other side has are named by their place among those. */
export interface SentRecording extends Omit<Recording, 'runs'> {
  readonly runs: readonly {
    readonly plan: Plan | number;
    readonly attempt: number;
    readonly trace: Trace | number;
  }[];
}

/** What both sides have: the plans of the assignment, and the traces of all verdicts that were sent, in their order. */
export class Known {
  readonly #plans: readonly Plan[];
  readonly #traces: Trace[] = [];

  constructor({ plans }: Planned) {
    this.#plans = [...plans.values()].flat();
  }

  /** A verdict is on its way, or has come. */
  add({ runs }: Verdict): void {
    for (const { trace } of runs) this.#traces.push(trace);
  }

  /** The recording as it is sent: most of it has been sent before. */
  packed({ runs, ...recording }: Recording): SentRecording {
    const place = <T>(one: T, all: readonly T[]) => {
      const at = all.indexOf(one);
      return at < 0 ? one : at;
    };
    return {
      ...recording,
      runs: runs.map(({ plan, attempt, trace }) => ({
        plan: place(plan, this.#plans),
        attempt,
        trace: place(trace, this.#traces),
      })),
    };
  }

  /** What `packed` was given; throws a RangeError for what names nothing. */
  unpacked({ runs, ...recording }: SentRecording): Recording {
    const named = <T>(one: T | number, all: readonly T[]): T => {
      const found = typeof one === 'number' ? all[one] : one;
      if (found === undefined) throw new RangeError(`the worker names what it has not sent: ${String(one)}`);
      return found;
    };
    return {
      ...recording,
      runs: runs.map(({ plan, attempt, trace }) => ({
        plan: named(plan, this.#plans),
        attempt,
        trace: named(trace, this.#traces),
      })),
    };
  }
}

/** The descriptor of a worker's own pipe: its order comes in there, its events go out. */
export const PIPE = 3;

/** An assignment as plain JSON. */
export function packed({ spec, plans, params, files = [] }: Planned): Sent {
  return { spec, plans: [...plans], params: [...params], files };
}

/** What `packed` was given. */
export function unpacked({ spec, plans, params, files }: Sent): Planned {
  return { spec, plans: new Map(plans), params: new Map(params), files };
}

/** One line of the protocol. */
export function line(message: Order | CheckOrder | Question | WorkerEvent): string {
  return `${JSON.stringify(message)}\n`;
}

/** The messages that come in on a stream, until its end; throws a SyntaxError for what is none. */
export async function* messages<T>(stream: Readable): AsyncGenerator<T> {
  let parts: Buffer[] = [];
  // Once nothing more comes in, there is still something to be said.
  const chunks: AsyncIterable<Buffer> = stream.iterator({ destroyOnReturn: false });
  for await (const chunk of chunks) {
    let rest = chunk;
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      parts.push(rest.subarray(0, end));
      yield JSON.parse(Buffer.concat(parts).toString('utf8')) as T;
      parts = [];
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) parts.push(rest);
  }
}
