import { milliseconds } from '../../base/units.ts';
import { escapeBytes, sizedBytes } from '../../match/view.ts';
import type { JudgeContext } from '../definition.ts';
import { describeExit, endedByItself, programOutput } from '../describe.ts';
import { type Consumed, type Found, fail, inconclusive, type Outcome } from '../outcome.ts';
import type { TraceView } from '../view.ts';
import { ruleName } from './rules.ts';
import { isReached, rulings, type ServeArgs } from './run.ts';

/** Messages before the wrong one that are shown. */
const MOST_BEFORE = 4;

/** The outcome of serving, from what was recorded. */
export function judgeServed(args: ServeArgs, view: TraceView, context: JudgeContext): Outcome {
  const all = rulings(view);
  const consumed = consumedBy(all, view);
  const listener = view.listeners.get(args.on);
  if (listener?.error !== undefined)
    return inconclusive('precondition', {
      cause: 'unknown',
      summary: `The grader does not listen as "${args.on}".`,
    });
  const none = all.find(({ rule }) => rule === null);
  if (none) return fail(unanswered(args, none, all, view, context), consumed);
  const clients = clientsOf(view);
  const answered = all.length;
  const isUnvisited = listener !== undefined && clients.length === 0;
  if (isUnvisited || !isReached(args.until, answered, clients, view))
    return fail(notOver(args, answered, clients, view, context), consumed);
  for (const [index, rule] of args.rules.entries()) {
    const used = all.filter((ruling) => ruling.rule === index).length;
    if (rule.times === undefined || used >= rule.times) continue;
    const what = ruleName(rule, index + 1, context.plan.seed);
    return fail(
      {
        cause: 'nothing_received',
        summary: `The program sent too few messages for ${what}: ${used} instead of ${rule.times}.`,
        expected: `${rule.times} message${rule.times === 1 ? '' : 's'} for ${what}`,
        actual: `${used}`,
        evidence: [...before(all, view), ...programOutput(view)],
      },
      consumed,
    );
  }
  return { status: 'pass', consumed };
}

type Ruling = ReturnType<typeof rulings>[number];

/** The bytes that rules have used up, by connection. */
function consumedBy(all: readonly Ruling[], view: TraceView): Consumed[] {
  return [...new Set(all.map(({ conn }) => conn))].map((conn) => {
    const own = all.filter((ruling) => ruling.conn === conn);
    const messages = view.pendingMessages(conn) === undefined ? 0 : own.length;
    const bytes = own.reduce((sum, ruling) => sum + ruling.bytes, 0);
    return { conn, bytes, messages, exact: false, message: Buffer.alloc(0) };
  });
}

function clientsOf(view: TraceView): readonly string[] {
  return view
    .stepEvents()
    .flatMap((event) => (event.type === 'accepted' || event.type === 'rule' ? [event.conn] : []));
}

/** A message, by the bytes that came before it on its connection in this step. */
function messageOf(ruling: Ruling, all: readonly Ruling[], view: TraceView): Buffer {
  const earlier = all.slice(0, all.indexOf(ruling)).filter(({ conn }) => conn === ruling.conn);
  const at = earlier.reduce((sum, { bytes }) => sum + bytes, 0);
  return view.pending(ruling.conn).subarray(at, at + ruling.bytes);
}

function before(all: readonly Ruling[], view: TraceView): string[] {
  return all
    .filter(({ rule }) => rule !== null)
    .slice(-MOST_BEFORE)
    .map(
      (ruling) => `answered before: ${escapeBytes(messageOf(ruling, all, view), 80)} (${ruling.name ?? ''})`,
    );
}

function unanswered(
  { rules }: ServeArgs,
  ruling: Ruling,
  all: readonly Ruling[],
  view: TraceView,
  { plan }: JudgeContext,
): Found {
  const message = messageOf(ruling, all, view);
  const used = (index: number) => all.filter(({ rule }) => rule === index).length;
  const open = rules.flatMap((rule, index) =>
    rule.times !== undefined && used(index) >= rule.times ? [] : [ruleName(rule, index + 1, plan.seed)],
  );
  return {
    cause: 'no_match',
    summary:
      ruling.problem === undefined
        ? `The program sent a message that no rule matches: ${escapeBytes(message, 100)}.`
        : `The message of the program cannot be answered: ${ruling.problem}.`,
    expected: open.length === 0 ? 'nothing more' : `a message for ${open.join('; or ')}`,
    actual: sizedBytes(message),
    evidence: [...before(all, view), ...programOutput(view)],
  };
}

function notOver(
  { on, until }: ServeArgs,
  answered: number,
  clients: readonly string[],
  view: TraceView,
  { within }: JudgeContext,
): Found {
  const exited = [...view.instances.keys()].map((name) => endedByItself(view, name)).find(Boolean);
  const open: Open = {
    exited,
    how: exited ? `the program ${describeExit(exited)}` : 'the program still runs',
    time: view.inStep('step_end')?.rested ? '' : ` within ${milliseconds(within)}`,
    crashed: exited?.exit?.signal ? 'crashed' : undefined,
    evidence: [...before(rulings(view), view), ...programOutput(view)],
  };
  if (clients.length === 0 && view.listeners.has(on)) return notConnected(on, open);
  if (typeof until === 'object') return tooFew(until.messages, answered, open);
  return notEnded(until, answered, open);
}

/** How a program stands that is not done with what it is served. */
interface Open {
  readonly exited: ReturnType<typeof endedByItself>;
  readonly how: string;
  /** For how long it was waited for; nothing when waiting on was in vain. */
  readonly time: string;
  readonly crashed: 'crashed' | undefined;
  readonly evidence: readonly string[];
}

function notConnected(on: string, { exited, how, time, crashed, evidence }: Open): Found {
  return {
    cause: crashed ?? 'not_connected',
    summary: exited
      ? `The program ${describeExit(exited)} without having connected.`
      : `The program did not connect${time}.`,
    expected: `a client of "${on}"`,
    actual: exited ? how : 'no connection arrived',
    evidence,
  };
}

function tooFew(messages: number, answered: number, { exited, how, time, crashed, evidence }: Open): Found {
  return {
    cause: crashed ?? (exited ? 'exited' : 'nothing_received'),
    summary: `Only ${answered} of ${messages} messages came${exited ? `; ${how}` : time}.`,
    expected: `${messages} message${messages === 1 ? '' : 's'}`,
    actual: `${answered} came; ${how}`,
    evidence,
  };
}

function notEnded(
  until: Exclude<ServeArgs['until'], object>,
  answered: number,
  { how, time, crashed, evidence }: Open,
): Found {
  const isExit = until === 'exited';
  const missed = isExit ? 'did not end' : 'did not close its connection';
  return {
    cause: crashed ?? (isExit ? 'not_exited' : 'not_closed'),
    summary: `The program ${missed}${time} after ${answered} answer${answered === 1 ? '' : 's'}.`,
    expected: isExit ? 'the program ends' : 'the program closes its connections',
    actual: how,
    evidence,
  };
}
