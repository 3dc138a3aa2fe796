import * as v from 'valibot';
import { defined } from '../../base/defined.ts';
import type { WrittenFrame } from '../../match/frame-fields.ts';
import type { Arrived, Decision } from '../../match/matcher.ts';
import type { TraceEvent } from '../../model/index.ts';
import type { StepContext } from '../context.ts';
import { captured } from '../expect/after.ts';
import type { TraceView } from '../view.ts';
import { answerBytes, type Ending, fits, nextMessage, type Rule, ruleName } from './rules.ts';

/** When serving is over: the programs have ended, the clients have left, or so many messages were answered. */
export type Until = 'exited' | 'closed' | { readonly messages: number };

export interface ServeArgs {
  readonly on: string;
  readonly read: WrittenFrame;
  readonly greeting?: Rule;
  readonly rules: readonly Rule[];
  /** For what fits no rule; without it that is a failure. */
  readonly otherwise?: Rule;
  readonly until: Until;
}

/** Serves clients side by side, each message in its turn, until it is over or a message fits no rule. */
export async function serve(args: ServeArgs, context: StepContext): Promise<void> {
  const serving = new Serving(args, context);
  for (let isLast = false; ; ) {
    await context.until(() => serving.hasWork() || serving.isOver(), { orGone: true });
    if (serving.hasWork()) {
      serving.work();
      isLast = false;
    } else if (isLast || !serving.isOver()) break;
    else {
      // Who has ended may have sent something before, which is on its way to us.
      await context.arrived();
      isLast = true;
    }
  }
  await serving.finish();
}

/** One connection that is served. */
interface Client {
  /** Something is being sent to it. */
  busy: boolean;
  /** It has sent what fits no rule, or nothing more will come. */
  done: boolean;
  /** Bytes and messages that rules have used up. */
  bytes: number;
  messages: number;
}

class Serving {
  readonly #args: ServeArgs;
  readonly #context: StepContext;
  readonly #view: TraceView;
  readonly #clients = new Map<string, Client>();
  readonly #uses = new Map<number, number>();
  readonly #underWay = new Set<Promise<void>>();
  #answered = 0;
  #accepting = false;
  #failed = false;

  constructor(args: ServeArgs, context: StepContext) {
    this.#args = args;
    this.#context = context;
    this.#view = context.view;
    if (this.#view.listeners.has(args.on)) {
      // Clients of an earlier serve on the same door are served on.
      for (const name of this.#view.connections.keys())
        if (name.startsWith(`${args.on}[`) && !isOverOn(name, this.#view)) this.#add(name);
    } else this.#add(args.on);
  }

  #add(name: string): Client {
    const client = { busy: false, done: false, bytes: 0, messages: 0 };
    this.#clients.set(name, client);
    return client;
  }

  hasWork(): boolean {
    if (this.#failed || this.#isEnough()) return false;
    if (this.#hasArrival()) return true;
    return [...this.#clients].some(
      ([name, client]) => !client.busy && !client.done && this.#next(name, client).state !== 'open',
    );
  }

  isOver(): boolean {
    return this.#failed || (this.#underWay.size === 0 && this.#isReached());
  }

  /** Begins all that can be done now. */
  work(): void {
    if (this.#hasArrival()) {
      this.#accepting = true;
      this.#begin(this.#accept());
    }
    for (const [name, client] of this.#clients)
      if (!client.busy && !client.done && !this.#failed && !this.#isEnough()) this.#answer(name, client);
  }

  async finish(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  #hasArrival(): boolean {
    return !this.#accepting && (this.#view.listeners.get(this.#args.on)?.waiting ?? 0) > 0;
  }

  /** So many messages were answered as there were to be; what comes after them is for later steps. */
  #isEnough(): boolean {
    return typeof this.#args.until === 'object' && this.#isReached();
  }

  #isReached(): boolean {
    const { until } = this.#args;
    return isReached(until, this.#answered, [...this.#clients.keys()], this.#view);
  }

  #begin(work: Promise<void>): void {
    const own: Promise<void> = work.finally(() => this.#underWay.delete(own));
    own.catch(() => {});
    this.#underWay.add(own);
  }

  async #accept(): Promise<void> {
    const { on, greeting } = this.#args;
    let number = 1;
    while (this.#view.connections.has(`${on}[${number}]`)) number += 1;
    const name = `${on}[${number}]`;
    await this.#context.accept(name, on).finally(() => {
      this.#accepting = false;
    });
    const client = this.#add(name);
    if (greeting) this.#act(name, client, greeting.end, this.#bytesOf(greeting));
  }

  #next(name: string, { bytes, messages }: Client): Decision {
    const arrived = arrivedOn(name, this.#view, { bytes, messages });
    return nextMessage(this.#args.read, arrived, this.#context.seed);
  }

  #answer(name: string, client: Client): void {
    const { rules, otherwise } = this.#args;
    const decision = this.#next(name, client);
    if (decision.state === 'open') return;
    if (decision.state === 'mismatch') {
      client.done = true;
      // It has left between two messages.
      if (decision.message.length === 0) return;
      this.#fail(name, decision.message.length, decision.difference.description);
      return;
    }
    const message = Buffer.from(decision.message);
    const at = this.#fitting(message);
    const chosen = rules[at] ?? otherwise;
    if (chosen === undefined) {
      this.#fail(name, decision.consumed);
      return;
    }
    this.#keep(chosen, message);
    const answer = this.#bytesOf(chosen);
    if (typeof answer === 'string') {
      this.#fail(name, decision.consumed, answer);
      return;
    }
    const number = at === -1 ? rules.length : at;
    this.#uses.set(number, (this.#uses.get(number) ?? 0) + 1);
    this.#answered += 1;
    client.bytes += decision.consumed;
    client.messages += 1;
    const title = at === -1 ? 'otherwise' : ruleName(chosen, at + 1, this.#context.seed);
    this.#context.ruled({ conn: name, rule: number, name: title, bytes: decision.consumed });
    this.#act(name, client, chosen.end, answer);
  }

  /** The first rule that a message fits, of those that may be used still; -1 without one. */
  #fitting(message: Buffer): number {
    const { read, rules } = this.#args;
    return rules.findIndex(
      (rule, index) =>
        (rule.times === undefined || (this.#uses.get(index) ?? 0) < rule.times) &&
        fits(rule, message, read, this.#context.seed),
    );
  }

  #fail(name: string, bytes: number, problem?: string): void {
    this.#failed = true;
    this.#context.ruled({ conn: name, rule: null, bytes, ...defined({ problem }) });
  }

  #keep({ capture, when }: Rule, message: Buffer): void {
    const { read } = this.#args;
    if (capture !== undefined)
      for (const [key, bytes] of captured(capture, { frame: read, ...defined({ matcher: when }) }, message))
        this.#context.remember(key, bytes);
    for (const [key, text] of when?.build(this.#context.seed).captured?.(message) ?? [])
      this.#context.remember(key, Buffer.from(text));
  }

  /** What an answer sends; a text says why nothing can be made of what was kept. */
  #bytesOf({ send }: Rule): Buffer | string | undefined {
    try {
      return send && answerBytes(send, this.#view.variables, this.#context.seed);
    } catch (error) {
      if (!(error instanceof v.ValiError)) throw error;
      return `what it sent cannot be put into the answer: ${error.message.split('\n')[0]}`;
    }
  }

  /** Sends an answer; the next message of this client waits for that, those of others do not. */
  #act(name: string, client: Client, end: Ending | undefined, bytes: Buffer | string | undefined): void {
    client.busy = true;
    const act = async () => {
      if (bytes instanceof Buffer) await this.#context.send(name, bytes, {});
      if (end === 'half_close') await this.#context.halfClose(name);
      else if (end !== undefined) {
        client.done = true;
        await (end === 'close' ? this.#context.close(name) : this.#context.reset(name));
      }
    };
    this.#begin(
      act().finally(() => {
        client.busy = false;
        this.#context.wake();
      }),
    );
  }
}

/** What has arrived on a connection and was not used up, by steps before or by rules of this one. */
function arrivedOn(name: string, view: TraceView, used: { bytes: number; messages: number }): Arrived {
  const messages = view.pendingMessages(name)?.slice(used.messages);
  return {
    bytes: view.pending(name).subarray(used.bytes),
    ended: view.ended(name),
    over: false,
    idle: false,
    ...defined({ messages }),
  };
}

/** What rules were found for in this step. */
export function rulings(view: TraceView): readonly Extract<TraceEvent, { type: 'rule' }>[] {
  return view.stepEvents().flatMap((event) => (event.type === 'rule' ? [event] : []));
}

/** Whether serving is over; `clients` are the connections that were served. */
export function isReached(
  until: Until,
  answered: number,
  clients: readonly string[],
  view: TraceView,
): boolean {
  if (typeof until === 'object') return answered >= until.messages;
  if (until === 'closed') return clients.length > 0 && clients.every((name) => isOverOn(name, view));
  const latest = [...view.instances.values()].flatMap((starts) => starts.at(-1) ?? []);
  const own = latest.filter(({ helper }) => !helper);
  return own.length > 0 && own.every(({ exit }) => exit !== undefined);
}

/** Whether one side has left it. */
function isOverOn(name: string, view: TraceView): boolean {
  const { localClose } = view.connection(name);
  return view.ended(name) || localClose === 'close' || localClose === 'reset';
}
