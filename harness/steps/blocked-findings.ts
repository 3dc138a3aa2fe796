import { escapeBytes } from '../match/view.ts';
import type { Observation } from '../model/index.ts';
import { type Claim, unseen } from './claim.ts';
import { fail, type Outcome, PASS } from './definition.ts';
import { describeEnd, describeThreads, lastOutput, milliseconds, percent } from './describe.ts';
import type { TraceView } from './view.ts';

type Blocked = Extract<Observation, { what: 'blocked' }>;

const CALLS = { accept: 'accept()', recv: 'recv()', send: 'send()' } as const;

/** What it comes to that a program waits in a call. */
export function judgeBlocked(claim: Claim<'blocked'>, view: TraceView): Outcome {
  const seen = view.observed('blocked');
  if (!seen || seen.state === 'unseen')
    return unseen(`whether the program is blocked in ${CALLS[claim.in]}`, seen?.detail);
  if (seen.state === 'blocked') return PASS;
  const call = CALLS[claim.in];
  const expected = `blocked in ${call} for ${milliseconds(claim.forMs)}, using less than ${percent(claim.cpu)} of a processor`;
  const evidence = [
    ...describeThreads(seen.threads).map((line) => `the program is ${line}`),
    ...lastOutput(view, claim.program),
  ];
  const common = { expected, evidence };
  const instance = view.instance(claim.program);
  switch (seen.state) {
    case 'exited':
      return fail({
        ...common,
        cause: instance?.exit?.signal ? 'crashed' : 'exited',
        summary: `The program ${describeEnd(instance)} instead of waiting in ${call}.`,
        actual: describeEnd(instance),
      });
    case 'closed':
      return fail({
        ...common,
        cause: 'early_close',
        summary: `The program closed the connection instead of waiting in ${call} for the client to ${claim.in === 'send' ? 'read' : 'send'} something.`,
        actual: describeClosed(claim, view),
        ...(claim.in === 'send'
          ? {}
          : {
              hint: 'Call recv() and wait for the client before answering and closing, with no time limit on the socket.',
            }),
      });
    case 'not_accepted':
      return fail({
        ...common,
        cause: 'not_accepted',
        summary: 'The program did not accept the connection.',
        actual: 'the connection waits in the queue',
      });
    case 'spinning':
      return fail({
        ...common,
        cause: 'spinning',
        summary: `${describeSpinning(claim, seen)}, using ${percent(seen.share)} of a processor.`,
        actual: `${percent(seen.share)} of a processor in ${milliseconds(seen.window)}`,
        hint: waitsToo(claim, seen)
          ? 'Let every thread wait for something, in a call that blocks.'
          : `Use a blocking socket: ${call} itself waits until there is something to do. With select() or poll(), ask for nothing that is always there, such as room to write.`,
      });
    case 'polling':
      return fail({
        ...common,
        cause: 'polling',
        summary: `The program does not wait in ${call}: it tries, sleeps and tries again.`,
        actual: seen.detail ?? 'sleeps between tries',
        hint: `Use a blocking socket: ${call} itself waits until there is something to do.`,
      });
    default:
      return fail({
        ...common,
        cause: 'not_blocked',
        summary: `The program does not wait in ${call}${elsewhere(seen)}.`,
        actual: seen.detail ?? 'waits elsewhere',
      });
  }
}

/** One thread does as it should while another is busy. */
function waitsToo(claim: Claim<'blocked'>, { threads }: Blocked): boolean {
  const socket = claim.in === 'accept' ? 'listening :' : 'connection ';
  return threads.some(({ state, waitsFor }) => state === 'S' && (waitsFor?.includes(socket) ?? false));
}

function describeSpinning(claim: Claim<'blocked'>, seen: Blocked): string {
  const call = CALLS[claim.in];
  return waitsToo(claim, seen)
    ? `One thread of the program waits in ${call}, but another runs in circles`
    : `The program does not wait in ${call}: it runs in circles`;
}

function elsewhere(seen: Blocked): string {
  const waits = seen.threads.find((thread) => thread.waitsFor !== undefined)?.waitsFor;
  if (waits === undefined) return '';
  return /^(an?|another) /.test(waits) ? `, but for ${waits}` : `, but in ${waits}`;
}

function describeClosed(claim: Claim<'blocked'>, view: TraceView): string {
  const pending = claim.on === undefined ? Buffer.alloc(0) : view.connection(claim.on).received.from(0);
  return pending.length === 0 ? 'closed without a byte' : `sent ${escapeBytes(pending)} and closed`;
}
