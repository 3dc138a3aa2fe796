import type { Decision, Matcher } from '../match/matcher.ts';
import { escapeBytes, hexView, sizedBytes } from '../match/view.ts';
import { type Found, fail, type Outcome, PASS } from './definition.ts';
import {
  BUSY_SHARE,
  describeExit,
  describeThreads,
  endedByItself,
  lastOutput,
  milliseconds,
  percent,
} from './describe.ts';
import type { Expectation } from './expect.ts';
import type { ConnectionView, TraceView } from './view.ts';
import { wrongClient } from './wrong-client.ts';

type Mismatch = Extract<Decision, { state: 'mismatch' }>;

/** What to say when the bytes that came are not those expected. */
export function judgeBytes(
  args: Extract<Expectation, { kind: 'bytes' }>,
  matcher: Matcher,
  { difference, message }: Mismatch,
  view: TraceView,
  within: number,
): Found {
  const connection = view.connection(args.on);
  const end = howItEnded(args.on, view, within);
  const came = message.length === 0 ? 'nothing' : sizedBytes(message);
  const missing = ['nothing_received', 'truncated', 'cut_at_nul'].includes(difference.cause);
  const cause =
    missing && view.ended(args.on) && message.length === 0 ? endCause(args.on, view) : difference.cause;
  const unsent = connection.sent === 0 && !connection.accepted ? ' Nothing had been sent yet.' : '';
  const before = repliedBefore(args.on, view);
  const lines = onlyLines(matcher, message, connection);
  const astray =
    matcher.exact && !view.ended(args.on) ? wrongClient(args.on, matcher.exact, message, view) : undefined;
  const { evidence = [], ...words }: Partial<Found> = astray ?? lines ?? {};
  return {
    cause,
    summary:
      message.length === 0
        ? `${connection.accepted && connection.sent === 0 ? 'Nothing' : 'No reply'} came: ${end}.`
        : `${sentence(`${difference.description}${missing && end !== '' ? `; ${end}` : ''}`)}${unsent}`,
    expected: matcher.describe(),
    actual: end === '' ? came : `${came}; ${end}`,
    evidence: [
      ...evidence,
      ...(before === undefined ? [] : [before]),
      ...(message.length > 0 && matcher.exact && difference.at < message.length
        ? [`first difference at byte ${difference.at}:`, ...hexView(message, difference.at)]
        : []),
      ...programOutput(view),
    ],
    ...words,
  };
}

/** All came but what follows the last newline, and the program waits for another one. */
function onlyLines(
  { exact }: Matcher,
  message: Buffer,
  { sent, ended, localClose, error, accepted }: ConnectionView,
): Partial<Found> | undefined {
  if (exact === undefined || accepted || sent === 0) return undefined;
  if (ended !== undefined || localClose !== undefined || error !== undefined) return undefined;
  const lines = exact.lastIndexOf('\n') + 1;
  const rest = exact.length - lines;
  if (lines === 0 || rest === 0 || !message.equals(exact.subarray(0, lines))) return undefined;
  return {
    summary: `All came up to the last newline; the ${rest === 1 ? 'byte' : `${rest} bytes`} after it did not.`,
    hint: 'The program answers whole lines only and waits for the end of this one (readline(), makefile(), fgets(), a BufferedReader): send back what recv() returned, with or without a newline in it.',
  };
}

/** Bytes that were used up before the request was sent explain a reply that never came after it. */
function repliedBefore(on: string, view: TraceView): string | undefined {
  const { consumed } = view.connection(on);
  if (consumed === 0) return undefined;
  return `${consumed} bytes had come on this connection before: ${escapeBytes(view.connection(on).received.from(0).subarray(0, consumed))}`;
}

function endCause(on: string, view: TraceView): Found['cause'] {
  if (anyExited(view)) return 'exited';
  return view.connection(on).ended === 'rst' || view.connection(on).error !== undefined
    ? 'early_reset'
    : 'early_close';
}

function anyExited(view: TraceView): boolean {
  return [...view.instances.keys()].some((program) => endedByItself(view, program));
}

/** "the program closed the connection", "nothing more came within 2 s"; empty when it was not waited for. */
function howItEnded(on: string, view: TraceView, within: number): string {
  const exited = [...view.instances.keys()].map((program) => endedByItself(view, program)).find(Boolean);
  const { ended, error } = view.connection(on);
  if (exited) return `the program ${describeExit(exited)}`;
  if (ended === 'rst' || error !== undefined) return 'the program aborted the connection (RST)';
  if (ended !== undefined) return 'the program closed the connection';
  const end = view.inStep('step_end');
  if (end?.rested) return 'the program waits for something else and would send nothing more';
  return end?.timedOut ? `nothing more came within ${milliseconds(within)}` : '';
}

function programOutput(view: TraceView): string[] {
  return [...view.instances.keys()].flatMap((program) => lastOutput(view, program));
}

/** Expecting silence. */
export function judgeSilence(args: Extract<Expectation, { kind: 'nothing' }>, view: TraceView): Outcome {
  const pending = view.pending(args.on);
  if (pending.length === 0) return PASS;
  const { sent, accepted } = view.connection(args.on);
  const early = sent === 0 && !accepted;
  return fail({
    cause: 'unexpected_bytes',
    summary: `The program sent ${pending.length} byte${pending.length === 1 ? '' : 's'} ${early ? 'before it had received anything' : 'that nobody asked for'}.`,
    expected: `nothing for ${milliseconds(args.forMs)}`,
    actual: escapeBytes(pending),
    evidence: programOutput(view),
    hint: early ? 'Call recv() and wait for the client before sending the answer.' : '',
  });
}

/** Expecting the end of the connection. */
export function judgeEnding(
  args: Extract<Expectation, { kind: 'closed' }>,
  view: TraceView,
  within: number,
): Outcome {
  const { ended, error, localClose, accepted } = view.connection(args.on);
  const by = error === undefined ? ended : 'rst';
  if (by === undefined) {
    const activity = view.observed('activity');
    const spinning = activity !== undefined && activity.share > BUSY_SHARE;
    const afterFin =
      localClose === 'half_close'
        ? ` after the ${accepted ? 'server' : 'client'} had said that it was done (FIN)`
        : '';
    return fail({
      cause: spinning ? 'spinning' : 'not_closed',
      summary: `The program did not close the connection${view.inStep('step_end')?.rested ? '' : ` within ${milliseconds(within)}`}${afterFin}.`,
      expected: 'the program closes the connection',
      actual: spinning
        ? `the program spins, using ${percent(activity.share)} of a processor`
        : 'the connection stays open',
      evidence: [
        ...describeThreads(activity?.threads ?? []).map((line) => `the program is ${line}`),
        ...programOutput(view),
      ],
      hint:
        localClose === 'half_close'
          ? 'recv() returns no bytes at the end of the stream: leave the loop then and close the socket.'
          : '',
    });
  }
  if (args.how === 'fin' && by === 'rst') {
    return fail({
      cause: 'closed_by_reset',
      summary: 'The program aborted the connection (RST) instead of closing it in an orderly way (FIN).',
      expected: 'FIN',
      actual: 'RST',
      evidence: programOutput(view),
      hint: 'A close() while received bytes are still unread sends an RST: read to the end first.',
    });
  }
  if (args.how === 'reset' && by === 'fin') {
    return fail({
      cause: 'closed_by_fin',
      summary: 'The program closed the connection in an orderly way (FIN); an RST was wanted.',
      expected: 'RST',
      actual: 'FIN',
    });
  }
  return PASS;
}

/** With a capital at its beginning and a stop at its end. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
