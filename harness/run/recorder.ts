import { createHash, type Hash } from 'node:crypto';
import { defined } from '../base/defined.ts';
import { monotonic } from '../kernel/index.ts';
import { GrowingBytes } from '../match/bytes.ts';
import type { NewTraceEvent, Plan, PlanStep, Stream, Trace, TraceEvent } from '../model/index.ts';
import { TRANSPORTS } from '../model/transport.ts';
import type { Outcome } from '../steps/outcome.ts';
import { Replay, type StepOutcome } from '../steps/replay.ts';
import { outputStream, streamOf, type TraceView } from '../steps/view.ts';

/** Most bytes kept of one direction of a connection. */
const CONNECTION_CAP = 64 * 1024 * 1024;
/** Most bytes kept of one output stream of a program. */
const OUTPUT_CAP = 1024 * 1024;
/** Pieces of one stream that come within this time, in milliseconds, count as one event. */
const SAME_MOMENT = 1;

/** Events that a step brings about and is judged by, whatever happens beside it. */
const BELONGING = new Set<NewTraceEvent['type']>(['observed', 'trouble', 'accepted', 'rule']);

/** Events that come from a program. */
const ARRIVALS = new Set<NewTraceEvent['type']>([
  ...(['received', 'stray', 'eof', 'conn_error', 'arrived', 'output'] as const),
]);

interface Recording {
  length: number;
  readonly kept: GrowingBytes;
  readonly hash: Hash;
  readonly cap: number;
}

/** Writes down what happens, on one monotonic clock, and wakes whoever waits for something to happen. */
export class Recorder {
  readonly #began = performance.now();
  readonly #streams = new Map<string, Recording>();
  readonly #replay: Replay;
  readonly #stepOf: () => number | undefined;
  readonly #listeners = new Set<() => void>();
  #last: TraceEvent | undefined;

  /** `stepOf` tells the step that an event belongs to where several run at the same time. */
  constructor(plan: Plan, stepOf: () => number | undefined = () => undefined) {
    this.#replay = new Replay(plan, { live: true });
    this.#stepOf = stepOf;
  }

  get view(): TraceView {
    return this.#replay.view;
  }

  get outcomes(): readonly StepOutcome[] {
    return this.#replay.outcomes;
  }

  /** What the step would come to if it ended now. */
  peek(step: PlanStep): Outcome {
    return this.#replay.peek(step);
  }

  leftovers(): readonly StepOutcome[] {
    return this.#replay.leftovers();
  }

  now(): number {
    return performance.now() - this.#began;
  }

  /** Bytes that programs have printed so far. */
  get printed(): number {
    return this.#printed;
  }
  #printed = 0;

  /** Bytes that the latest start of a program has printed so far. */
  printedBy(program: string): number {
    const { instance } = this.view.instance(program) ?? {};
    if (instance === undefined) return 0;
    return (['stdout', 'stderr'] as const)
      .map((stream) => this.#streams.get(outputStream(program, instance, stream))?.length ?? 0)
      .reduce((sum, length) => sum + length, 0);
  }

  /** When the last thing came from a program, by the clock that stands still whenever the grader does. */
  get lastArrival(): number {
    return this.#lastArrival;
  }
  #lastArrival = monotonic();

  /** Writes down an event; returns the outcome when it closes a step. */
  record(event: NewTraceEvent): StepOutcome | undefined {
    if (ARRIVALS.has(event.type)) this.#lastArrival = monotonic();
    const of = BELONGING.has(event.type) ? this.#stepOf() : undefined;
    const t = Math.round(this.now() * 1000) / 1000;
    const timed: TraceEvent = { t, ...event, ...defined({ of }) };
    this.#last = timed;
    const outcome = this.#replay.feed(timed);
    this.wake();
    return outcome;
  }

  /** Writes down bytes that were sent, received or printed; `offset` and `length` are filled in. */
  recordBytes(event: BytesEvent, bytes: Uint8Array): void {
    if (ARRIVALS.has(event.type)) this.#lastArrival = monotonic();
    if (event.type === 'output') this.#printed += bytes.length;
    const t = Math.round(this.now() * 1000) / 1000;
    const name = streamOf({ ...event, offset: 0, length: 0 });
    const stream = this.#stream(
      name ?? '',
      event.type === 'output' || event.type === 'input' ? OUTPUT_CAP : CONNECTION_CAP,
    );
    const offset = stream.length;
    const room = Math.max(0, stream.cap - stream.kept.length);
    const kept = bytes.length > room ? bytes.subarray(0, room) : bytes;
    stream.length += bytes.length;
    stream.kept.append(kept);
    stream.hash.update(bytes);
    if (kept.length > 0 || offset === stream.cap || this.#isMessage(event))
      this.#feedBytes({ t, ...event, offset, length: bytes.length }, kept);
    this.wake();
  }

  #feedBytes(event: Extract<TraceEvent, { offset: number }>, bytes: Uint8Array): void {
    const last = this.#last;
    const joins =
      last !== undefined &&
      'offset' in last &&
      streamOf(last) === streamOf(event) &&
      event.t - last.t < SAME_MOMENT &&
      last.offset + last.length === event.offset &&
      !this.#isMessage(event);
    if (joins) {
      const joined = { ...last, length: last.length + event.length };
      this.#last = joined;
      this.view.extendLast(joined, bytes);
    } else {
      this.#last = event;
      this.#replay.feed(event, bytes);
    }
  }

  /** A datagram stays one, however soon the next one comes. */
  #isMessage(event: BytesEvent): boolean {
    if (event.type === 'stray' || event.type === 'file' || event.type === 'source') return true;
    if (event.type !== 'sent' && event.type !== 'received') return false;
    return !TRANSPORTS[this.view.connection(event.conn).transport].stream;
  }

  #stream(name: string, cap: number): Recording {
    const known = this.#streams.get(name);
    if (known) return known;
    const fresh = { length: 0, kept: new GrowingBytes(), hash: createHash('sha256'), cap };
    this.#streams.set(name, fresh);
    return fresh;
  }

  /** Calls back after every event until the returned function is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Makes whoever waits look again, though nothing was recorded. */
  wake(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Everything so far, as plain data. */
  trace(): Trace {
    const streams = [...this.#streams].map(([name, { length, kept, hash }]): [string, Stream] => [
      name,
      {
        length,
        kept: kept.length,
        base64: kept.from(0).toString('base64'),
        sha256: hash.copy().digest('hex'),
      },
    ]);
    return {
      events: this.view.events,
      streams: Object.fromEntries(streams),
      durationMs: Math.round(this.now() * 1000) / 1000,
    };
  }
}

/** A sent, received, output or input event before its place in the stream is known. */
export type BytesEvent =
  | { readonly type: 'sent' | 'received'; readonly conn: string }
  | { readonly type: 'stray'; readonly conn: string; readonly address: string; readonly port: number }
  | {
      readonly type: 'output';
      readonly program: string;
      readonly instance: number;
      readonly stream: 'stdout' | 'stderr';
    }
  | { readonly type: 'input'; readonly program: string; readonly instance: number }
  | Omit<Extract<NewTraceEvent, { type: 'file' }>, 'offset' | 'length'>
  | Omit<Extract<NewTraceEvent, { type: 'source' }>, 'offset' | 'length'>;
