import { decide } from '../match/frame.ts';
import { firstDifference, indexOf } from '../match/search.ts';
import { escapeBytes } from '../match/view.ts';
import { judgeBlocked } from './blocked-findings.ts';
import { type Claim, unseen } from './claim.ts';
import { fail, type Outcome, PASS } from './definition.ts';
import {
  describeExit,
  describeThreads,
  endedByItself,
  lastOutput,
  milliseconds,
  percent,
} from './describe.ts';
import { judgePort } from './port-findings.ts';
import { type ExitStatus, type StateClaim, wantedUnread } from './state.ts';
import type { TraceView } from './view.ts';

/** What a claim about a state comes to, with what was seen. */
export function judgeState(claim: StateClaim, view: TraceView, seed: string, within: number): Outcome {
  switch (claim.kind) {
    case 'blocked':
      return judgeBlocked(claim, view);
    case 'running':
      return judgeRunning(claim, view);
    case 'exited':
      return judgeExited(claim, view, within);
    case 'output':
      return judgeOutput(claim, view, seed, within);
    case 'conn':
      return judgeConnection(claim, view, within);
    case 'unread':
      return judgeUnread(claim, view, within);
    case 'port':
      return judgePort(claim, view);
  }
}

function judgeRunning(claim: Claim<'running'>, view: TraceView): Outcome {
  const instance = view.instance(claim.program);
  const exited = endedByItself(view, claim.program);
  if (exited) {
    return fail({
      cause: exited.exit?.signal ? 'crashed' : 'exited',
      summary: `The program ${describeExit(exited)}; it should still be running.`,
      expected: 'the program goes on running',
      actual: describeExit(exited),
      evidence: lastOutput(view, claim.program),
    });
  }
  if (!instance || instance.exit)
    return fail({
      cause: 'exited',
      summary: 'The program is not running.',
      expected: 'running',
      actual: 'ended',
    });
  if (claim.cpu === undefined) return PASS;
  const seen = view.observed('activity');
  if (!seen || Number.isNaN(seen.share) || seen.share < 0)
    return unseen('how much of the processor the program uses');
  if (seen.share < claim.cpu) return PASS;
  return fail({
    cause: 'spinning',
    summary: `The program runs in circles: it uses ${percent(seen.share)} of a processor with nothing to do.`,
    expected: `less than ${percent(claim.cpu)} of a processor`,
    actual: percent(seen.share),
    evidence: describeThreads(seen.threads).map((line) => `the program is ${line}`),
    hint: 'Every loop needs a call that waits. recv() that returns no bytes means that the client is gone: leave the loop and close the socket; accept() waits by itself unless its socket is non-blocking.',
  });
}

function judgeExited(claim: Claim<'exited'>, view: TraceView, within: number): Outcome {
  const instance = view.instance(claim.program);
  const exit = instance?.exit;
  if (!instance || !exit) {
    return fail({
      cause: 'not_exited',
      summary: `The program did not end${view.inStep('step_end')?.rested ? '' : ` within ${milliseconds(within)}`}.`,
      expected: 'the program ends',
      actual: 'still running',
      evidence: lastOutput(view, claim.program),
    });
  }
  const wrongCode = claim.code !== undefined && !fits(claim.code, exit.code);
  const wrongSignal = claim.signal !== undefined && exit.signal !== claim.signal;
  if (!wrongCode && !wrongSignal) return PASS;
  const wanted =
    claim.code === undefined
      ? `ended by ${claim.signal}`
      : typeof claim.code === 'number'
        ? `exits with status ${claim.code}`
        : `exits with a status other than ${claim.code.not}`;
  return fail({
    cause: exit.signal !== null && claim.signal === undefined ? 'crashed' : 'wrong_exit',
    summary: `The program ${describeExit(instance)}.`,
    expected: wanted,
    actual: describeExit(instance),
    evidence: lastOutput(view, claim.program),
  });
}

/** A program that was ended by a signal has no status. */
function fits(wanted: ExitStatus, code: number | null): boolean {
  return typeof wanted === 'number' ? code === wanted : code !== null && code !== wanted.not;
}

function judgeOutput(claim: Claim<'output'>, view: TraceView, seed: string, within: number): Outcome {
  const instance = view.instance(claim.program);
  if (!instance) return fail({ cause: 'start_failed', summary: 'The program was not started.' });
  const matcher = claim.matcher.build(seed);
  const decisions = outputStreams(claim).map((stream) => {
    const bytes = instance[stream].from(0);
    // All that was printed so far, and not just the beginning of it.
    const decision = decide({ kind: 'close' }, matcher, { bytes, ended: true, over: true, idle: true });
    return { stream, bytes, decision };
  });
  if (decisions.some(({ decision }) => decision.state === 'match')) return PASS;
  const wanted = matcher.label ?? 'the expected output';
  const where = claim.stream === 'printed' ? '' : ` on ${claim.stream}`;
  const end = view.inStep('step_end');
  const time = end?.timedOut && !end.rested && !instance.exit ? ` within ${milliseconds(within)}` : '';
  const shown = decisions.filter(({ bytes }) => bytes.length > 0);
  const [first] = shown;
  const part = matcher.bytes && first ? partOf(matcher.bytes, first.bytes) : undefined;
  const words =
    first?.decision.state === 'mismatch' && first.decision.difference.cause !== 'no_match'
      ? [first.decision.difference.description]
      : [];
  return fail({
    cause: 'not_printed',
    summary: `The program did not print ${wanted}${where}${time}.`,
    expected: `${claim.stream} ${matcher.kind.replace('_', ' ')} ${wanted}`,
    actual:
      shown.map(({ stream, bytes }) => `${stream}: ${escapeBytes(bytes.subarray(-200), 200)}`).join('; ') ||
      `${claim.stream === 'printed' ? 'nothing was printed' : `${claim.stream} stayed empty`}`,
    evidence: [
      ...(part === undefined ? words : [part]),
      ...(instance.exit ? [`the program ${describeExit(instance)}`] : []),
      ...lastOutput(view, claim.program),
    ],
  });
}

/** The streams that a claim about output may be fulfilled on. */
export function outputStreams({ stream }: Claim<'output'>): readonly ('stdout' | 'stderr')[] {
  return stream === 'printed' ? ['stdout', 'stderr'] : [stream];
}

/** How much of the wanted bytes was printed, when it is a good deal. */
function partOf(wanted: Buffer, printed: Buffer): string | undefined {
  const start = indexOf(printed, wanted.subarray(0, 8));
  const same = start < 0 || wanted.length < 8 ? 0 : firstDifference(wanted, printed.subarray(start));
  return same > 0 ? `of these ${wanted.length} bytes the first ${same} were printed` : undefined;
}

function judgeConnection(claim: Claim<'conn'>, view: TraceView, within: number): Outcome {
  const { ended, error } = view.connection(claim.conn);
  const gone = view.ended(claim.conn);
  const program = [...view.instances.keys()].find((name) => endedByItself(view, name));
  const exited = program === undefined ? undefined : endedByItself(view, program);
  const evidence = [...view.instances.keys()].flatMap((name) => lastOutput(view, name));
  if (claim.is === 'accepted') {
    const seen = view.observed('unread');
    if (seen?.accepted) return PASS;
    if (seen?.bytes === -1) return unseen('whether a connection was accepted');
    const actual = exited
      ? `the program ${describeExit(exited)}`
      : gone
        ? 'the program closed the connection'
        : 'the connection waits in the queue';
    if (gone && !exited) return PASS;
    return fail({
      cause: exited ? 'exited' : 'not_accepted',
      summary: `The connection was not accepted: ${actual}.`,
      expected: `the program accepts the connection within ${milliseconds(within)}`,
      actual,
      evidence,
    });
  }
  const state = !gone ? 'open' : ended === 'rst' || error !== undefined ? 'reset' : 'closed';
  if (state === claim.is || (claim.is === 'closed' && state === 'reset')) return PASS;
  return fail({
    cause: claim.is === 'open' ? (state === 'reset' ? 'early_reset' : 'early_close') : 'not_closed',
    summary: `The connection is ${state}; it should be ${claim.is}.`,
    expected: claim.is,
    actual: exited ? `${state}: the program ${describeExit(exited)}` : state,
    evidence,
  });
}

function judgeUnread(claim: Claim<'unread'>, view: TraceView, within: number): Outcome {
  const seen = view.observed('unread');
  if (!seen || seen.bytes === -1) return unseen('how many bytes a program has not read yet');
  const wanted = wantedUnread(claim, view);
  if (seen.bytes === wanted) return PASS;
  if (wanted === 0 && seen.bytes === null && view.ended(claim.conn)) return PASS;
  const gone = seen.bytes === null;
  const actual = gone ? 'the connection is gone' : `${seen.bytes} bytes unread`;
  return fail({
    cause: 'not_read',
    summary: gone
      ? `The program has closed the connection; it should be open, with ${wanted} bytes unread.`
      : `The program has ${actual}; it should have ${wanted}.`,
    expected: `${wanted} bytes unread within ${milliseconds(within)}`,
    actual,
    evidence: [...view.instances.keys()].flatMap((name) => lastOutput(view, name)),
    ...(wanted === 0 && !gone && seen.accepted ? { hint: TAKE_IT } : {}),
  });
}

const TAKE_IT =
  'What the client has sent lies there unread: take it with recv() as it comes, without MSG_PEEK and without waiting for more of it.';
