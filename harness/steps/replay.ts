import * as v from 'valibot';
import { defined } from '../base/defined.ts';
import { milliseconds } from '../base/units.ts';
import { differenceForLeftover } from '../match/difference.ts';
import type { Difference } from '../match/types.ts';
import { escapeBytes } from '../match/view.ts';
import type { Plan, PlanStep, Trace, TraceEvent } from '../model/index.ts';
import { authorsMistake } from './author-mistake.ts';
import type { BoundStep } from './definition.ts';
import { lastOutput } from './describe.ts';
import { wrongClient } from './expect/wrong-client.ts';
import { effectsOf, STEPS } from './index.ts';
import { type Consumed, type Found, fail, inconclusive, type Outcome } from './outcome.ts';
import { endedByRefusal } from './refusal.ts';
import { fillTemplates, namesOpen } from './template.ts';
import { replayEvents, TraceView } from './view.ts';

/** The outcome of one step. */
export interface StepOutcome {
  readonly step: PlanStep;
  readonly outcome: Outcome;
  /** Index of the event that closed the step. */
  readonly event: number;
}

/** What a program has sent can't be used where a step uses it. */
export class UnfitValue extends Error {
  readonly found: Found;

  constructor(found: Found) {
    super(found.summary);
    this.found = found;
  }
}

function unfit(
  { verb }: PlanStep,
  { message, path }: v.BaseIssue<unknown>,
  names: readonly string[],
  variables: ReadonlyMap<string, string>,
): Found {
  const key = (path ?? []).map((part) => part.key).join('.') || verb;
  const [what = ''] = message.split('\n');
  const values = names.map((name) => `"${escapeBytes(Buffer.from(variables.get(name) ?? ''), 60)}"`);
  return {
    cause: 'bad_value',
    summary: `The program sent ${values.join(', ')}, which can't be used as "${key}": it ${what.replace(/^is /, 'must be ')}.`,
    expected: `"${key}" ${what}`,
    actual: names.map((name, at) => `${name} is ${values[at]}`).join(', '),
  };
}

/**
 * A planned step with its arguments in final form. Throws where a plan has no such verb, or they don't fit: an `UnfitValue`
 * where that is due to what the program has sent.
 */
export function bindStep(step: PlanStep, variables: ReadonlyMap<string, string>): BoundStep {
  const verb = STEPS.get(step.verb);
  if (!verb) throw new Error(`unknown verb ${step.verb}`);
  try {
    return verb.bind(fillTemplates(step.args, variables));
  } catch (error) {
    const names = namesOpen(step.args).filter((name) => variables.has(name));
    if (!(error instanceof v.ValiError) || names.length === 0) throw error;
    throw new UnfitValue(unfit(step, error.issues[0], names, variables));
  }
}

/** Milliseconds that a plan takes even when all is well, as far as that can be known beforehand. */
export function leastTime({ steps }: Plan): number {
  // What hangs on what the program will say can't be read yet.
  return steps.reduce((sum, { verb, args }) => {
    const bound = STEPS.get(verb)?.tryBind(fillTemplates(args, new Map()));
    return sum + (bound?.lasts() ?? 0);
  }, 0);
}

function notTried(): Outcome {
  return inconclusive('harness', {
    cause: 'unknown',
    summary:
      'The program ended after it had been stopped and continued; whether that alone ends it could not be tried.',
  });
}

/** It had less time than it was to have, so what it did not do proves nothing. */
function starved(granted: number): Outcome {
  return inconclusive('harness', {
    cause: 'unknown',
    summary: `This machine was too busy: the program was kept from running for so long that ${milliseconds(granted)} more than its time were not enough to tell.`,
    hint: 'Grade fewer submissions at once, or on a machine with less to do.',
  });
}

/** It is the test that ended the program, so nothing is proven against it. */
function endedByStop(program: string, view: TraceView): Outcome {
  return inconclusive('precondition', {
    cause: 'ended_by_stop',
    summary:
      'The program ends when it is stopped and continued (as by Ctrl-Z and fg), so this cannot be tested.',
    expected: 'the program goes on where it was stopped',
    actual: 'started anew, and stopped and continued with nothing sent to it, it ended',
    evidence: lastOutput(view, program),
    hint: 'epoll_wait() and calls with a time limit (SO_RCVTIMEO) return with EINTR then: call them again, see signal(7).',
  });
}

/** Judges step by step while the events come in, live or from a saved trace: one code path for both. */
export class Replay {
  readonly view = new TraceView();
  readonly outcomes: StepOutcome[] = [];
  readonly #plan: Plan;
  readonly #live: boolean;

  /** `live` says that the run goes on. */
  constructor(plan: Plan, { live = false } = {}) {
    this.#live = live;
    this.#plan = plan;
  }

  /** Takes in an event; at the end of a step returns its outcome. */
  feed(event: TraceEvent, bytes?: Uint8Array): StepOutcome | undefined {
    if (event.type === 'step_begin' && this.#plan.steps[event.step]?.cleanup)
      this.#leftovers ??= this.#findLeftovers();
    if (event.type === 'sent') this.#forgetSpoiled(event.conn);
    this.view.feed(event, bytes);
    if (event.type !== 'step_end') return undefined;
    const step = this.#plan.steps[event.step];
    if (!step) return undefined;
    const outcome = this.peek(step);
    if (outcome.status !== 'inconclusive')
      for (const consumed of [outcome.consumed ?? []].flat())
        this.#consume(consumed, step, outcome.status === 'pass');
    if (step.soft && outcome.status === 'fail' && typeof step.args.on === 'string')
      this.#spoiled.add(step.args.on);
    const stepOutcome = { step, outcome, event: this.view.events.length - 1 };
    this.outcomes.push(stepOutcome);
    return stepOutcome;
  }

  /** Connections on which a soft step failed: what came up to the next message of ours belongs to that failure. */
  readonly #spoiled = new Set<string>();

  #forgetSpoiled(conn: string): void {
    if (!this.#spoiled.delete(conn)) return;
    const connection = this.view.connection(conn);
    connection.consumed = connection.received.length;
  }

  /** Takes note of bytes that a step has used up. */
  #consume(
    { conn, bytes: count, messages = 0, exact, message, leftover, skip = [] }: Consumed,
    { index: step }: PlanStep,
    passed: boolean,
  ): void {
    const connection = this.view.connection(conn);
    connection.consumed += count;
    connection.messagesConsumed += messages;
    if (count > 0 || skip.length > 0) connection.skip = skip;
    if (exact && passed) connection.exact = { step, message, ...defined({ leftover }) };
    else delete connection.exact;
  }

  /** What a step comes to, from what has happened so far. */
  peek(step: PlanStep): Outcome {
    this.view.focus(step.index);
    const trouble = this.view.trouble();
    if (trouble) return inconclusive(trouble.because, { cause: 'unknown', summary: trouble.message });
    const bound = this.#bind(step);
    if (bound instanceof UnfitValue) return fail(bound.found);
    const outcome = bound.judge(this.view, {
      plan: this.#plan,
      step: step.index,
      within: stepWithin(step),
      ...(this.#live ? { live: true } : {}),
    });
    const mistaken =
      outcome.status === 'fail' ? authorsMistake(step, this.view, this.#plan, effectsOf) : undefined;
    if (mistaken) return mistaken;
    const trial = outcome.status === 'fail' ? this.view.observed('stop_trial') : undefined;
    if (trial?.ended === true) return endedByStop(trial.program, this.view);
    if (trial?.ended === null) return notTried();
    const walled = outcome.status === 'fail' ? endedByRefusal(this.view) : undefined;
    if (walled) return walled;
    const end = this.view.inStep('step_end');
    return outcome.status === 'fail' && end?.starved ? starved(end.granted) : outcome;
  }

  #bind(step: PlanStep): BoundStep | UnfitValue {
    try {
      return bindStep(step, this.view.variables);
    } catch (error) {
      if (error instanceof UnfitValue) return error;
      throw error;
    }
  }

  /** What steps that passed have to remark. */
  remarks(): StepOutcome[] {
    return this.outcomes.flatMap(({ step, outcome, event }) =>
      outcome.status === 'pass' && outcome.remark
        ? [{ step, outcome: fail({ ...outcome.remark, remark: true }), event }]
        : [],
    );
  }

  #leftovers: StepOutcome[] | undefined;

  /** Bytes that were not expected after a message that was expected exactly; cleaning up does not count. */
  leftovers(): readonly StepOutcome[] {
    return this.#leftovers ?? this.#findLeftovers();
  }

  #findLeftovers(): StepOutcome[] {
    const found: StepOutcome[] = [];
    for (const [conn, connection] of this.view.connections) {
      const extra = this.view.pending(conn);
      const datagrams = this.view.pendingMessages(conn);
      const step = connection.exact && this.#plan.steps[connection.exact.step];
      if (!connection.exact || !step || (datagrams ?? extra).length === 0) continue;
      // A link that loses and doubles datagrams makes programs say things twice.
      const isRepeated = connection.transport === 'udp' && this.view.linked.has(conn);
      const meaning = connection.exact.leftover ?? (isRepeated ? 'ignore' : (this.#plan.leftover ?? 'fail'));
      if (meaning === 'ignore') continue;
      const message = Buffer.from(connection.exact.message);
      const outcome = fail({
        ...(datagrams ? moreDatagrams(message, extra, datagrams) : moreBytes(message, extra)),
        ...(meaning === 'warn' ? { remark: true } : {}),
        expected: `${escapeBytes(message)} and nothing after it`,
        actual: `${escapeBytes(message)} and then ${escapeBytes(extra)}`,
        ...wrongClient(conn, message, extra, this.view),
      });
      found.push({ step, outcome, event: this.view.events.length - 1 });
    }
    return found;
  }
}

function moreBytes(message: Buffer, extra: Buffer): Pick<Found, 'cause' | 'summary'> {
  const isResponse = message.toString('latin1', 0, 5) === 'HTTP/';
  const { cause, description } = isResponse ? afterResponse(extra) : differenceForLeftover(message, extra);
  const end = description.endsWith('?') ? '' : '.';
  return { cause, summary: `More arrived after the right bytes: ${description}${end}` };
}

/** Datagrams stand for themselves: what comes in another one does not belong to the message. */
function moreDatagrams(
  message: Buffer,
  extra: Buffer,
  lengths: readonly number[],
): Pick<Found, 'cause' | 'summary'> {
  const [first = 0] = lengths;
  const next = extra.subarray(0, first);
  const more = lengths.length === 1 ? 'Another datagram' : `${lengths.length} more datagrams`;
  if (next.equals(message))
    return { cause: 'duplicated', summary: `${more} arrived after the right one: the same once more.` };
  const what = first === 0 ? 'an empty one' : `"${escapeBytes(next, 30)}"`;
  return { cause: 'unexpected_bytes', summary: `${more} arrived after the right one: ${what}.` };
}

/** A response says itself where it ends. */
function afterResponse(extra: Buffer): Difference {
  const description = `the response had ended, by its Content-Length or because it is to HEAD, when "${escapeBytes(extra, 30)}" came`;
  return { cause: 'http_length', at: 0, description, extra: extra.length };
}

/** Milliseconds that a step may wait. */
export function stepWithin(step: PlanStep): number {
  const within = step.args.within;
  return typeof within === 'number' ? within : 0;
}

/** Judges a saved trace. */
export function replay(plan: Plan, trace: Trace): Replay {
  const judged = new Replay(plan);
  for (const { event, bytes } of replayEvents(trace)) judged.feed(event, bytes);
  return judged;
}
