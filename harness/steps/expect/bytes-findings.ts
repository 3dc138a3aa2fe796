import { milliseconds } from '../../base/units.ts';
import type { Decision, Matcher } from '../../match/matcher.ts';
import type { Difference } from '../../match/types.ts';
import { escapeBytes, hexView, sizedBytes } from '../../match/view.ts';
import type { JudgeContext } from '../definition.ts';
import { describeExit, endedByItself, programOutput } from '../describe.ts';
import type { Found } from '../outcome.ts';
import { isTls } from '../tls-findings.ts';
import type { ConnectionView, TraceView } from '../view.ts';
import { datagramEvidence, whyNoDatagram } from './datagram-findings.ts';
import type { BytesExpected } from './expectation.ts';
import { wrongClient } from './wrong-client.ts';

type Mismatch = Extract<Decision, { state: 'mismatch' }>;

/** What TLS libraries say of plain text. */
const NO_TLS = /wrong.version.number|HTTP_REQUEST|Unsupported or unrecognized SSL message/i;

const UNEXPECTED_TLS: Partial<Found> = {
  cause: 'tls_unexpected',
  summary: 'The program speaks TLS where plain text is expected.',
};

/** What to say when the bytes that came are not those expected. */
export function judgeBytes(
  args: BytesExpected,
  matcher: Matcher,
  { difference, message }: Mismatch,
  view: TraceView,
  { plan, within }: Pick<JudgeContext, 'plan' | 'within'>,
): Found {
  const connection = view.connection(args.on);
  const end = howItEnded(args.on, view, within);
  const isEmpty = message.length === 0;
  const came = isEmpty ? 'nothing' : sizedBytes(message);
  const isOver = view.ended(args.on) || (connection.transport === 'udp' && anyExited(view));
  const isMissing = MISSING.includes(difference.cause);
  const cause = isMissing && isEmpty && isOver ? endCause(args.on, view) : difference.cause;
  const before = repliedBefore(args.on, view);
  const lines = onlyLines(matcher, message, connection);
  const special = ofTransport(args.on, matcher, { difference, message }, view);
  const astray =
    matcher.exact && !view.ended(args.on)
      ? wrongClient(args.on, matcher.exact, message, view, plan)
      : undefined;
  const { evidence = [], ...words }: Partial<Found> = special ?? astray ?? lines ?? {};
  return {
    cause,
    summary: isEmpty
      ? nothingSummary(cause, end, connection)
      : differenceSummary(difference, end, connection),
    expected: matcher.describe(),
    actual: end === '' ? came : `${came}; ${end}`,
    evidence: [
      ...evidence,
      ...datagramEvidence(args.on, view),
      ...(before === undefined ? [] : [before]),
      ...(!isEmpty && matcher.exact && difference.at < message.length
        ? [`first difference at byte ${difference.at}:`, ...hexView(message, difference.at)]
        : []),
      ...programOutput(view),
    ],
    ...words,
  };
}

/** Differences by which bytes are missing. */
const MISSING: readonly Difference['cause'][] = ['nothing_received', 'truncated', 'cut_at_nul'];

function nothingSummary(cause: Found['cause'], end: string, { accepted, sent }: ConnectionView): string {
  if (cause === 'not_closed')
    return `Nothing arrived, as it should, but the program did not close the connection${end === '' ? '' : `; ${end}`}.`;
  return `${accepted && sent === 0 ? 'Nothing' : 'No reply'} came: ${end}.`;
}

function differenceSummary(
  { cause, description }: Difference,
  end: string,
  { accepted, sent }: ConnectionView,
): string {
  const ended = MISSING.includes(cause) && end !== '' ? `; ${end}` : '';
  return `${sentence(`${description}${ended}`)}${sent === 0 && !accepted ? ' Nothing had been sent yet.' : ''}`;
}

/** What only one transport shows: datagrams that were lost or cut off, and TLS where plain text is expected. */
function ofTransport(
  on: string,
  { exact }: Matcher,
  { difference, message }: Pick<Mismatch, 'difference' | 'message'>,
  view: TraceView,
): Partial<Found> | undefined {
  const { transport } = view.connection(on);
  const nothing = message.length === 0;
  if (transport === 'tcp') {
    const saysTls = nothing && programOutput(view).some((line) => NO_TLS.test(line));
    return isTls(message) || saysTls ? UNEXPECTED_TLS : undefined;
  }
  if (transport !== 'udp') return undefined;
  if (nothing && (view.pendingMessages(on)?.length ?? 0) > 0)
    return {
      cause: exact?.[0] === 0 ? 'cut_at_nul' : 'truncated',
      summary: 'A datagram arrived, without a single byte in it.',
      actual: 'an empty datagram',
      evidence: exact?.[0] === 0 ? ['the first byte to send is NUL (\\0), where strlen() ends'] : [],
    };
  if (nothing) return anyExited(view) ? undefined : whyNoDatagram(on, view);
  const isReply = !view.connection(on).accepted;
  return isReply && exact && difference.cause === 'truncated' ? { detail: 'datagram_cut' } : undefined;
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
    summary: `Everything arrived up to the last newline; the ${rest === 1 ? 'byte' : `${rest} bytes`} after it did not.`,
    detail: 'whole_lines_only',
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
  return end?.timedOut ? `nothing more arrived within ${milliseconds(within)}` : '';
}

/** With a capital at its beginning and a stop at its end. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
