import { createHash } from 'node:crypto';
import { defined } from '../base/defined.ts';
import type { LinkDirection, LinkEffect, LinkRule } from '../model/link.ts';

/** Longest wait for the datagram that is to overtake another one, in milliseconds. */
const OVERTAKING = 30;

export interface LinkOptions {
  readonly rule: LinkRule;
  /** With the name of the connection it makes all chances. */
  readonly seed: string;
  /** Writes down what was done to one datagram. */
  readonly onEffect: (effect: {
    readonly direction: LinkDirection;
    readonly number: number;
    readonly did: LinkEffect;
    readonly ms?: number;
    readonly length: number;
  }) => void;
}

/**
 * A bad link between the grader and a program: it loses, delays, doubles and swaps datagrams, and delays the pieces of a
 * stream. What happens to one hangs on the seed, its direction and its number alone, never on time.
 */
export class Link {
  readonly #options: LinkOptions;
  readonly #ways = { to_program: new Way(), from_program: new Way() };
  #pending = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** Datagrams that it still holds: waiting for what they bring about is not in vain. */
  get pending(): number {
    return this.#pending;
  }

  /** Hands a datagram on, when and as often as the rule says. */
  datagram(direction: LinkDirection, length: number, deliver: () => void): void {
    const { rule } = this.#options;
    const way = this.#ways[direction];
    const number = ++way.count;
    const tell = (did: LinkEffect, ms?: number) =>
      this.#options.onEffect({ direction, number, did, length, ...defined({ ms }) });
    if (rule.direction !== 'both' && rule.direction !== direction) {
      deliver();
      return;
    }
    if (this.#isLost(way, direction, number)) {
      tell('dropped');
      return;
    }
    const copies = this.#chance(direction, number, 'duplicate') < (rule.duplicate ?? 0) ? 2 : 1;
    if (copies === 2) tell('duplicated');
    const send = () => {
      for (let copy = 0; copy < copies; copy++) deliver();
    };
    const ms = this.#delay(direction, number);
    if (ms > 0) tell('delayed', ms);
    const held = way.held;
    way.held = undefined;
    if (held === undefined && this.#chance(direction, number, 'reorder') < (rule.reorder ?? 0)) {
      tell('overtaken');
      this.#hold(way, ms, send);
      return;
    }
    this.#after(ms, () => {
      send();
      held?.();
    });
  }

  /** When a piece of a stream is to go on: after those before it, in order. */
  stream(direction: LinkDirection, length: number, deliver: () => void): void {
    const { rule } = this.#options;
    const way = this.#ways[direction];
    const number = ++way.count;
    const applies = rule.direction === 'both' || rule.direction === direction;
    const ms = applies ? this.#delay(direction, number) : 0;
    if (ms > 0) this.#options.onEffect({ direction, number, did: 'delayed', ms, length });
    this.#pending += 1;
    way.queue = way.queue.then(async () => {
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
      this.#pending -= 1;
      deliver();
    });
  }

  /** The pieces that some bytes are cut into on their way to the program. */
  cut(bytes: Buffer): readonly Buffer[] {
    const { pieces, direction } = this.#options.rule;
    if (pieces === undefined || direction === 'from_program' || bytes.length < 2) return [bytes];
    const [least, most] = pieces;
    const number = this.#ways.to_program.count + 1;
    const spread = Math.floor(this.#chance('to_program', number, 'pieces') * (most - least + 1));
    const count = Math.min(bytes.length, least + spread);
    const size = Math.ceil(bytes.length / count);
    return Array.from({ length: count }, (_, at) => bytes.subarray(at * size, (at + 1) * size)).filter(
      (piece) => piece.length > 0,
    );
  }

  #isLost(way: Way, direction: LinkDirection, number: number): boolean {
    const { drop = 0, inARow } = this.#options.rule;
    if (typeof drop !== 'number') return drop.includes(number);
    const isLost = way.lost < inARow && this.#chance(direction, number, 'drop') < drop;
    way.lost = isLost ? way.lost + 1 : 0;
    return isLost;
  }

  #delay(direction: LinkDirection, number: number): number {
    const { delay } = this.#options.rule;
    if (delay === undefined) return 0;
    const [least, most] = delay;
    return Math.round(least + this.#chance(direction, number, 'delay') * (most - least));
  }

  /** It goes once the next one has gone, or after a while when none comes. */
  #hold(way: Way, ms: number, send: () => void): void {
    this.#pending += 1;
    let sent = false;
    const once = () => {
      if (sent) return;
      sent = true;
      this.#pending -= 1;
      send();
    };
    way.held = once;
    setTimeout(() => {
      if (way.held === once) way.held = undefined;
      once();
    }, ms + OVERTAKING);
  }

  #after(ms: number, deliver: () => void): void {
    if (ms <= 0) {
      deliver();
      return;
    }
    this.#pending += 1;
    setTimeout(() => {
      this.#pending -= 1;
      deliver();
    }, ms);
  }

  /** From 0 to 1, the same whenever it is asked for. */
  #chance(direction: LinkDirection, number: number, what: string): number {
    const text = JSON.stringify([this.#options.seed, direction, number, what]);
    return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
  }
}

/** One direction of a link. */
class Way {
  count = 0;
  /** Losses one after another. */
  lost = 0;
  held: (() => void) | undefined;
  queue: Promise<void> = Promise.resolve();
}
