import * as v from 'valibot';
import { defined } from '../../base/defined.ts';
import { name } from '../../base/fields.ts';
import { milliseconds, percent } from '../../base/units.ts';
import { escapeBytes } from '../../match/view.ts';
import type { JsonObject, Observation } from '../../model/index.ts';
import type { JudgeContext } from '../definition.ts';
import { describeEnd, describeThreads, lastOutput } from '../describe.ts';
import { fail, type Outcome, PASS } from '../outcome.ts';
import { type ScopeProblem, transportOfProgram, useConnection } from '../scope.ts';
import type { TraceView } from '../view.ts';
import { ACTIVITY_ABOUT, activityEntries } from './activity-entries.ts';
import { defineClaim, unseen } from './definition.ts';
import { NOT_BY_CLIENT } from './running.ts';

interface BlockedClaim {
  readonly program: string;
  readonly in: 'accept' | 'recv' | 'send';
  readonly on?: string;
  /** Largest share of one processor, 0 to 1. */
  readonly cpu: number;
  readonly forMs: number;
}

/** A program sleeps in a call on a socket. */
export const blocked = defineClaim({
  subject: 'program',
  words: ['blocked'],
  entries: {
    in: v.exactOptional(v.picklist(['accept', 'recv', 'send'], 'is accept, recv or send')),
    on: v.exactOptional(name),
    ...activityEntries,
  },
  about: {
    in: 'With `is: blocked`: the call that it sleeps in, `accept`, `recv` or `send`; `select`, `poll` and `epoll` on such a socket count.',
    on: 'With `is: blocked`, in `recv` or `send`: the connection that it waits for; may be left out while only one is open.',
    ...ACTIVITY_ABOUT,
  },
  problem: (fields) =>
    fields.in === undefined ? '"blocked" needs to know in what\nadd in: accept, recv or send' : undefined,
  scope: (args, known) => {
    if (transportOfProgram(args.program, known) === 'udp') return { args, problems: ofUdp(args) };
    return args.in === 'accept' ? { args, problems: [] } : useConnection(args, known);
  },
  read: ({ in: call = 'recv', on, cpu = 0.25, for: forMs = 100 }, program): BlockedClaim => ({
    program,
    in: call,
    cpu,
    forMs,
    ...defined({ on }),
  }),
  sentence: ({ program, in: call, on, cpu, forMs }) =>
    `${program} is blocked in ${call}()${on === undefined ? '' : ` on ${on}`} for ${milliseconds(forMs)}, using less than ${percent(cpu)} of a processor`,
  lasts: ({ forMs }) => forMs,
  run: ({ cpu, ...query }, context) => context.observeBlocked({ ...query, maxShare: cpu }),
  judge: judgeBlocked,
});

/** A UDP server has one socket, on which it waits for everybody. */
function ofUdp({ in: call, on }: JsonObject): ScopeProblem[] {
  if (call !== 'recv')
    return [{ key: 'in', message: `a UDP server does not wait in ${String(call)}`, fix: 'write in: recv' }];
  if (on === undefined) return [];
  return [{ key: 'on', message: 'a UDP server has one socket for all', fix: 'leave "on" out' }];
}

type Blocked = Extract<Observation, { what: 'blocked' }>;

const CALLS = { accept: 'accept()', recv: 'recv()', send: 'send()' } as const;

/** What it comes to that a program waits in a call. */
function judgeBlocked(claim: BlockedClaim, view: TraceView, { plan }: JudgeContext): Outcome {
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
  if (plan.quietBeforeClient && view.observed('busy_trial')?.busy && oneWaits(seen))
    return {
      status: 'pass',
      remark: { ...common, cause: 'spinning', summary: `${describeSpinning(claim, seen)}. ${NOT_BY_CLIENT}` },
    };
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
      });
    case 'not_accepted':
      return fail({
        ...common,
        cause: 'not_accepted',
        summary: 'The program did not accept the connection.',
        actual: 'the connection waits in the queue',
      });
    case 'spinning':
      if (seen.printed !== undefined)
        return fail({
          ...common,
          cause: 'spinning',
          summary: `The program prints without end instead of only waiting in ${call}.`,
          actual: `${seen.printed} bytes were printed in ${milliseconds(seen.window)}`,
        });
      return fail({
        ...common,
        cause: 'spinning',
        summary: `${describeSpinning(claim, seen)}, using ${percent(seen.share)} of a processor.`,
        actual: `${percent(seen.share)} of a processor in ${milliseconds(seen.window)}`,
      });
    case 'polling':
      return fail({
        ...common,
        cause: 'polling',
        summary: `The program does not wait in ${call}: it tries, sleeps and tries again.`,
        actual: seen.detail ?? 'sleeps between tries',
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

/** One thread does as it should, whatever the others do. */
export function oneWaits({ in: call, threads }: Blocked): boolean {
  const socket = call === 'accept' ? 'listening :' : 'connection ';
  return threads.some(({ state, waitsFor }) => state === 'S' && (waitsFor?.includes(socket) ?? false));
}

function describeSpinning(claim: BlockedClaim, seen: Blocked): string {
  const call = CALLS[claim.in];
  return oneWaits(seen)
    ? `One thread of the program waits in ${call}, but another is busy-waiting`
    : `The program does not wait in ${call}: it is busy-waiting`;
}

function elsewhere(seen: Blocked): string {
  const waits = seen.threads.find((thread) => thread.waitsFor !== undefined)?.waitsFor;
  if (waits === undefined) return '';
  return /^(an?|another) /.test(waits) ? `, but for ${waits}` : `, but in ${waits}`;
}

function describeClosed(claim: BlockedClaim, view: TraceView): string {
  const pending = claim.on === undefined ? Buffer.alloc(0) : view.connection(claim.on).received.from(0);
  return pending.length === 0 ? 'closed without a byte' : `sent ${escapeBytes(pending)} and closed`;
}
