import type { Listener, ReadyState } from '../model/index.ts';
import { Hold } from './hold.ts';
import { type ListenWish, place, swappedPort, wanted, whyNotWanted } from './listen-choice.ts';
import { NotListening } from './not-listening.ts';
import { currentOf, hasEnded } from './program.ts';
import { monotonic, pause, type WaitOptions } from './time.ts';
import type { Kernel, ProgramRef } from './types.ts';

/** Where a program should listen, and for how long to wait. */
export interface ListenOptions extends ListenWish, WaitOptions {}

/** How the wait ended. */
export interface ListenOutcome {
  readonly state: ReadyState;
  /** Of the program, the wanted ones first; with `port_taken` of the stranger. */
  readonly listeners: readonly Listener[];
  /** The port to connect to, or the wrong one that it listens on. */
  readonly port: number | null;
  /** The given port, where the one that it listens on is that with its two bytes swapped. */
  readonly swappedFrom?: number;
  readonly detail: string;
}

/** A program may open several sockets, so one that is not the wanted one must stay the best for so long. */
const HOLD_MS = 150;
const EVERY_MS = 4;
const SLOWEST_MS = 25;
/** Who has waited for long is looked at less often: an answer comes later by this part of the wait at most. */
const LATER = 1 / 20;
const SLOWEST_LATER_MS = 300;

/**
 * Waits until a program listens, without connecting to it, or until it is certain that it won't, or the time is over.
 * `leftover_child` is never the outcome: a listener that is not of the program is a stranger here.
 */
export async function waitListening(
  kernel: Kernel,
  program: () => ProgramRef,
  options: ListenOptions,
): Promise<ListenOutcome> {
  const clock = options.clock ?? monotonic;
  if (!kernel.can.listeners)
    return outcome('unseen', [], null, 'which program listens where cannot be seen here');
  const hold = new Hold();
  const start = clock();
  const reasons = new NotListening(kernel, program, options);
  for (;;) {
    const begin = clock();
    const over = options.deadline();
    const ended = await hasEnded(kernel, program, options.signal);
    const ref = currentOf(program);
    const listeners = await kernel.listeners(ref, options.protocol);
    const good = wanted(listeners, options);
    const [best] = good;
    const isGiven = best && (options.port === null || best.port === options.port);
    const heldMs = await hold.heldMs(kernel, ref, isGiven ? null : keyOf(listeners), begin);
    if (best && (isGiven || over || heldMs >= HOLD_MS)) return listening(best, good, listeners, options.port);
    const certain =
      !best && (over || ended || (await reasons.isCertain(listeners, heldMs >= HOLD_MS, clock())));
    const not = certain ? await notListening(kernel, ref, reasons, { listeners, ended, options }) : undefined;
    if (not) return not;
    const waited = Math.min(SLOWEST_LATER_MS, LATER * (clock() - start));
    const slowest = Math.max(SLOWEST_MS, waited);
    await pause(Math.min(slowest, Math.max(EVERY_MS, waited, 2 * (clock() - begin))), options.signal);
  }
}

/** Why it does not listen; nothing where it may have begun to in the meantime. */
async function notListening(
  kernel: Kernel,
  ref: ProgramRef,
  reasons: NotListening,
  {
    listeners,
    ended,
    options,
  }: { readonly listeners: readonly Listener[]; readonly ended: boolean; readonly options: ListenOptions },
): Promise<ListenOutcome | undefined> {
  const { port, protocol } = options;
  const strangers = port === null ? [] : await reasons.strangers(port);
  if (strangers.length === 0) return refusal(reasons, listeners, ended, options);
  // Its own socket, if it has begun to listen, is taken for a stranger's here.
  const late = wanted(await kernel.listeners(ref, protocol), options).length > 0;
  return late ? undefined : taken(strangers);
}

function keyOf(listeners: readonly Listener[]): string | null {
  if (listeners.length === 0) return null;
  return listeners.map(({ address, port }) => place(address, port)).join();
}

function outcome(
  state: ReadyState,
  listeners: readonly Listener[],
  port: number | null,
  detail: string,
): ListenOutcome {
  return { state, listeners, port, detail };
}

function listening(
  best: Listener,
  good: readonly Listener[],
  all: readonly Listener[],
  givenPort: number | null,
): ListenOutcome {
  const listeners = [...good, ...all.filter((listener) => !good.includes(listener))];
  const found = outcome('listening', listeners, best.port, `it listens on ${place(best.address, best.port)}`);
  const swapped = givenPort !== null && best.port !== givenPort && best.port === swappedPort(givenPort);
  return swapped ? { ...found, swappedFrom: givenPort } : found;
}

function taken(strangers: readonly Listener[]): ListenOutcome {
  const [first] = strangers;
  const owner = first?.pid ? `process ${first.pid}, which is` : 'a process that is';
  const where = first ? place(first.address, first.port) : '';
  return outcome(
    'port_taken',
    strangers,
    first?.port ?? null,
    `${owner} not the program's, listens on ${where}`,
  );
}

async function refusal(
  reasons: NotListening,
  listeners: readonly Listener[],
  ended: boolean,
  wish: ListenWish,
): Promise<ListenOutcome> {
  if (ended) return outcome('exited', [], null, 'it ended before it was seen to listen');
  if (listeners.length > 0) {
    const { state, port, detail } = whyNotWanted(listeners, wish);
    return outcome(state, listeners, port, detail);
  }
  const { state, port, detail } = await reasons.silent();
  return outcome(state, [], port, detail);
}
