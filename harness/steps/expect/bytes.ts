import { defined } from '../../base/defined.ts';
import { decide, decider, withoutEnding } from '../../match/frame.ts';
import { describeFrame } from '../../match/frame-fields.ts';
import type { Arrived, Decision, Matcher } from '../../match/matcher.ts';
import type { StepContext } from '../context.ts';
import type { JudgeContext, RecordedEnd } from '../definition.ts';
import { fail, inconclusive, type Outcome } from '../outcome.ts';
import type { TraceView } from '../view.ts';
import { aftermath, captured, diagnose } from './after.ts';
import { judgeBytes } from './bytes-findings.ts';
import { lostByUs } from './datagram-findings.ts';
import { type BytesExpected, frameOf, matcherOf } from './expectation.ts';

/** "Read from a a line: it must contain hello". */
export function bytesSentence({ on, frame, matcher, capture }: BytesExpected, seed: string): string {
  const names = typeof capture === 'object' ? Object.keys(capture) : [capture];
  const kept = capture === undefined ? '' : `; it is kept as ${names.join(', ')}`;
  if (!matcher) return `Read from ${on} ${describeFrame(frame)}; anything will do${kept}`;
  return `Read from ${on} ${describeFrame(frame)}: it must ${matcher.sentence(seed)}${kept}`;
}

/** Reads until the message is decided, and keeps what the author wants kept of it. */
export async function readBytes(args: BytesExpected, context: StepContext): Promise<void> {
  const { view } = context;
  const decideOn = decider(frameOf(args, context.seed), matcherOf(args, context.seed));
  const idle = args.frame.kind === 'idle';
  const look = () => decideOn({ ...arrived(args.on, view), idle });
  if (args.frame.kind === 'idle') await quiet(args.on, args.frame.ms, context);
  else await context.until(() => look().state !== 'open');
  const within = args.matcher?.captures ?? [];
  if (args.capture === undefined && within.length === 0) return;
  const decision = look();
  if (decision.state !== 'match') return;
  if (args.capture !== undefined)
    for (const [key, bytes] of captured(args.capture, args, decision.message)) context.remember(key, bytes);
  const message = args.frame.kind === 'line' ? withoutEnding(decision.message) : decision.message;
  for (const [key, text] of matcherOf(args, context.seed).captured?.(message) ?? [])
    context.remember(key, Buffer.from(text));
}

/** What the bytes that came are, against those expected. */
export function judgeMessage(
  args: BytesExpected,
  view: TraceView,
  { plan, step, within }: JudgeContext,
): Outcome {
  const matcher = matcherOf(args, plan.seed);
  if (args.frame.kind === 'idle' && args.matcher === undefined) {
    // Whatever has come is read, be it nothing.
    return {
      status: 'pass',
      consumed: {
        conn: args.on,
        bytes: view.pending(args.on).length,
        messages: view.pendingMessages(args.on)?.length ?? 0,
        exact: false,
        message: Buffer.alloc(0),
      },
    };
  }
  const over = view.inStep('step_end')?.timedOut ?? false;
  const decision = decide(frameOf(args, plan.seed), matcher, {
    ...arrived(args.on, view),
    over,
    idle: true,
  });
  return conclude(args, matcher, decision, view, { plan, step, within });
}

/** A matcher decides on what came until the old one had decided; where that is too little, the judge says so. */
export function bytesCover(recorded: BytesExpected, wanted: BytesExpected, { waited }: RecordedEnd): boolean {
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  // What was captured may have been sent again.
  const capturing =
    recorded.capture ?? wanted.capture ?? recorded.matcher?.captures?.[0] ?? wanted.matcher?.captures?.[0];
  if (capturing !== undefined) {
    const all = [recorded, wanted].map(({ capture, matcher, frame }) => ({ capture, matcher, frame }));
    return same(all[0], all[1]);
  }
  return wanted.frame.kind !== 'idle' || same(wanted.frame, recorded.frame) || waited;
}

/**
 * Waits until no byte has come for a while, and no program naps that may then go on to send; one that talks without end is
 * cut short after `within`.
 */
async function quiet(on: string, ms: number, context: StepContext): Promise<void> {
  const { view } = context;
  const until = performance.now() + context.within;
  for (;;) {
    const before = view.connection(on).received.length;
    const spoke = () => view.connection(on).received.length > before || view.ended(on);
    await context.elapse(ms, spoke);
    await context.outlastNap(on);
    if (view.connection(on).received.length === before || performance.now() > until) return;
  }
}

function arrived(on: string, view: TraceView): Arrived {
  const messages = view.pendingMessages(on);
  return {
    bytes: view.pending(on),
    ended: view.ended(on),
    over: false,
    idle: false,
    ...defined({ messages }),
  };
}

function conclude(
  args: BytesExpected,
  matcher: Matcher,
  decision: Decision,
  view: TraceView,
  { plan, step, within }: JudgeContext,
): Outcome {
  const { exact, message, skip } = aftermath(args, matcher, decision);
  if (decision.state === 'open') {
    return inconclusive('harness', {
      cause: 'unknown',
      summary: `Step ${step + 1} ended before it was decided.`,
    });
  }
  const consumed = {
    conn: args.on,
    bytes: decision.consumed,
    messages: decision.messages ?? view.pendingMessages(args.on)?.length ?? 0,
    exact,
    message,
    ...(skip.length === 0 ? {} : { skip }),
    ...defined({ leftover: args.leftover }),
  };
  if (decision.state === 'match') return { status: 'pass', consumed };
  const lost = lostByUs(args.on, view);
  if (lost) return lost;
  const diagnosis = diagnose(args, view.pending(args.on), plan.seed);
  const found = judgeBytes(args, matcher, decision, view, { plan, within });
  return fail(diagnosis === undefined ? found : { ...found, diagnosis }, consumed);
}
