import * as v from 'valibot';
import { byteCount, cpuBound, duration, name, signal } from '../base/fields.ts';
import type { WrittenMatcher } from '../match/matchers/definition.ts';
import { matcherMap } from '../match/matchers/index.ts';
import type { Listener } from '../model/index.ts';
import { claimCovers } from './covers.ts';
import type { Found, Outcome, Scope, Scoped, StepDefinition } from './definition.ts';
import { inconclusive } from './definition.ts';
import { useConnection, useProgram } from './scope.ts';
import { judgeState } from './state-findings.ts';
import type { TraceView } from './view.ts';

const exitStatus = v.pipe(
  v.number('is an exit status from 0 to 255'),
  v.integer('is a whole number'),
  v.minValue(0, 'is an exit status from 0 to 255'),
  v.maxValue(255, 'is an exit status from 0 to 255'),
);

const STATES = [
  'running',
  'blocked',
  'exited',
  'open',
  'closed',
  'reset',
  'accepted',
  'free',
  'listening',
  'time_wait',
] as const;

const entries = {
  program: v.exactOptional(name),
  conn: v.exactOptional(name),
  port: v.exactOptional(name),
  is: v.exactOptional(v.picklist(STATES, `is one of ${STATES.join(', ')}`)),
  in: v.exactOptional(v.picklist(['accept', 'recv', 'send'], 'is accept, recv or send')),
  on: v.exactOptional(name),
  cpu: v.exactOptional(cpuBound),
  code: v.exactOptional(
    v.union(
      [exitStatus, v.strictObject({ not: exitStatus })],
      'is an exit status from 0 to 255, or {not: 0}',
    ),
  ),
  signal: v.exactOptional(signal),
  stdout: v.exactOptional(matcherMap),
  stderr: v.exactOptional(matcherMap),
  /** On either of the two. */
  printed: v.exactOptional(matcherMap),
  unread: v.exactOptional(
    v.union([v.literal('all'), byteCount], 'is a number of bytes, or all that was sent'),
  ),
  for: v.exactOptional(duration),
  address: v.exactOptional(
    v.pipe(
      v.string(),
      v.regex(/^(any|[\d.]+|[\da-f:.]*:[\da-f:.]*)$/i, 'is any, or an address such as 127.0.0.1'),
    ),
  ),
  owner: v.exactOptional(name),
};
type Fields = v.InferOutput<v.StrictObjectSchema<typeof entries, undefined>>;

/** A status that a program must exit with, or must not. */
export type ExitStatus = number | { readonly not: number };

/** What is said about a program, a connection or a port. */
export type StateClaim =
  | { readonly kind: 'running'; readonly program: string; readonly forMs: number; readonly cpu?: number }
  | {
      readonly kind: 'blocked';
      readonly program: string;
      readonly in: 'accept' | 'recv' | 'send';
      readonly on?: string;
      readonly cpu: number;
      readonly forMs: number;
    }
  | {
      readonly kind: 'exited';
      readonly program: string;
      readonly code?: ExitStatus;
      readonly signal?: string;
    }
  | {
      readonly kind: 'output';
      readonly program: string;
      /** `printed` takes either. */
      readonly stream: 'stdout' | 'stderr' | 'printed';
      readonly matcher: WrittenMatcher;
    }
  | { readonly kind: 'conn'; readonly conn: string; readonly is: 'open' | 'closed' | 'reset' | 'accepted' }
  | { readonly kind: 'unread'; readonly conn: string; readonly bytes: number | 'all' }
  | {
      readonly kind: 'port';
      readonly program: string;
      readonly is: 'free' | 'listening' | 'time_wait';
      /** With `listening`: where; `any` is 0.0.0.0 or ::. */
      readonly address?: string;
      /** With `listening`: the program that holds the socket. */
      readonly owner?: string;
    };

const WORDS_OF = {
  program: ['running', 'blocked', 'exited'],
  conn: ['open', 'closed', 'reset', 'accepted'],
  port: ['free', 'listening', 'time_wait'],
} as const;
const OUTPUTS = ['stdout', 'stderr', 'printed'] as const;
const SUBJECTS = ['program', 'conn', 'port'] as const;
/** The keys that say more about a state word, and the words that they go with. */
const DETAILS: Readonly<Record<string, readonly string[]>> = {
  in: ['blocked'],
  on: ['blocked'],
  cpu: ['blocked', 'running'],
  for: ['blocked', 'running'],
  code: ['exited'],
  signal: ['exited'],
  address: ['listening'],
  owner: ['listening'],
};

function problemOf(fields: Fields): string | undefined {
  const subjects = SUBJECTS.filter((key) => fields[key] !== undefined);
  const [subject] = subjects;
  if (subject === undefined) return `does not say of what\ngive one of ${SUBJECTS.join(', ')}`;
  if (subjects.length > 1) return `has ${subjects.join(' and ')}\nkeep one of them`;
  const others = (['is', ...OUTPUTS, 'unread'] as const).filter((key) => fields[key] !== undefined);
  if (others.length !== 1)
    return `needs exactly one thing to say about the ${subject}\ngive is: ${WORDS_OF[subject].join(' | ')}`;
  if (fields.is !== undefined && !(WORDS_OF[subject] as readonly string[]).includes(fields.is)) {
    return `a ${subject} can't be "${fields.is}"\nuse one of ${WORDS_OF[subject].join(', ')}`;
  }
  if (fields.unread !== undefined && subject !== 'conn')
    return '"unread" is said of a connection\nwrite conn: a';
  if ((fields.stdout ?? fields.stderr ?? fields.printed) !== undefined && subject !== 'program')
    return 'output is said of a program\nwrite program: server';
  for (const [key, words] of Object.entries(DETAILS)) {
    if (fields[key as keyof Fields] !== undefined && !words.includes(fields.is ?? ''))
      return `"${key}" goes with is: ${words.join(' or ')}\nremove it`;
  }
  if (fields.is === 'blocked' && fields.in === undefined)
    return '"blocked" needs to know in what\nadd in: accept, recv or send';
  return undefined;
}

function toClaim(fields: Fields): StateClaim {
  const { program = '', conn = '', port = '', on } = fields;
  if (fields.unread !== undefined) return { kind: 'unread', conn, bytes: fields.unread };
  for (const stream of OUTPUTS) {
    const wanted = fields[stream];
    if (wanted !== undefined) return { kind: 'output', program, stream, matcher: wanted };
  }
  switch (fields.is) {
    case 'blocked':
      return {
        kind: 'blocked',
        program,
        in: fields.in ?? 'recv',
        ...(on === undefined ? {} : { on }),
        cpu: fields.cpu ?? 0.25,
        forMs: fields.for ?? 100,
      };
    case 'exited':
      return {
        kind: 'exited',
        program,
        ...(fields.code === undefined ? {} : { code: fields.code }),
        ...(fields.signal === undefined ? {} : { signal: fields.signal }),
      };
    case 'free':
    case 'listening':
    case 'time_wait':
      return {
        kind: 'port',
        program: port,
        is: fields.is,
        ...(fields.address === undefined ? {} : { address: fields.address }),
        ...(fields.owner === undefined ? {} : { owner: fields.owner }),
      };
    case 'open':
    case 'closed':
    case 'reset':
    case 'accepted':
      return { kind: 'conn', conn, is: fields.is };
    default:
      return {
        kind: 'running',
        program,
        forMs: fields.for ?? 0,
        ...(fields.cpu === undefined ? {} : { cpu: fields.cpu }),
      };
  }
}

const ANYWHERE = ['0.0.0.0', '::'];

/** Whether a socket listens on the wanted address. */
export function listensAt(address: string | undefined, listeners: readonly Listener[]): boolean {
  if (address === undefined) return true;
  return listeners.some((one) =>
    address === 'any' ? ANYWHERE.includes(one.address) : one.address === address,
  );
}

/** How many bytes a claim wants unread. */
export function wantedUnread(claim: Extract<StateClaim, { kind: 'unread' }>, view: TraceView): number {
  return claim.bytes === 'all' ? view.connection(claim.conn).sent : claim.bytes;
}

const schema: v.GenericSchema<unknown, StateClaim> = v.pipe(
  v.strictObject(entries),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const problem = problemOf(dataset.value);
    if (problem === undefined) return toClaim(dataset.value);
    addIssue({ message: problem });
    return NEVER;
  }),
);

/** Fills in the connection that a program is blocked on, and checks all names. */
function scope(
  args: StepDefinition<StateClaim>['scope'] extends (args: infer A, ...rest: never[]) => unknown ? A : never,
  known: Scope,
): Scoped {
  if (args.conn !== undefined) return useConnection(args, known, 'conn');
  const problems = ['program', 'port', 'owner'].flatMap((key) => useProgram(args, known, key));
  const needsConnection = args.is === 'blocked' && args.in !== 'accept';
  if (!needsConnection) return { args, problems };
  const filled = useConnection(args, known);
  return { args: filled.args, problems: [...problems, ...filled.problems] };
}

const base = {
  schema,
  asserts: true,
  patience: 'default',
  scope,
  lasts: (claim) => ('forMs' in claim ? claim.forMs : 0),
  async run(claim, context) {
    const { view } = context;
    switch (claim.kind) {
      case 'blocked':
        return context.observeBlocked({
          program: claim.program,
          in: claim.in,
          forMs: claim.forMs,
          maxShare: claim.cpu,
          ...(claim.on === undefined ? {} : { on: claim.on }),
        });
      case 'running':
        return context.observeActivity(claim.program, claim.forMs, claim.cpu);
      case 'exited':
        await context.until(() => view.instance(claim.program)?.exit !== undefined);
        return;
      case 'output':
        return context.awaitOutput(claim.program, claim.stream, claim.matcher.build(context.seed));
      case 'unread':
        return context.observeUnread(claim.conn, wantedUnread(claim, view));
      case 'port':
        return context.observePort({
          program: claim.program,
          is: claim.is,
          ...(claim.owner === undefined ? {} : { owner: claim.owner }),
          fits: (listeners) => listensAt(claim.address, listeners),
        });
      case 'conn':
        if (claim.is === 'accepted') return context.observeAccepted(claim.conn);
        if (claim.is !== 'open') await context.until(() => view.ended(claim.conn));
    }
  },
  judge: (claim, view, { plan, within }) => judgeState(claim, view, plan.seed, within),
  covers: claimCovers,
} satisfies Omit<StepDefinition<StateClaim>, 'verb' | 'summary'>;

/** Says how something must be; if it is not, the student's program is at fault. */
export const check: StepDefinition<StateClaim> = {
  ...base,
  verb: 'check',
  summary: 'Say how a program, a connection or a port must be; if it is not, the scenario fails.',
};

const ENDED: readonly Found['cause'][] = ['exited', 'crashed'];

/** Says what the scenario needs in order to prove anything; if it is not so, there is no verdict. */
export const assume: StepDefinition<StateClaim> = {
  ...base,
  verb: 'assume',
  summary:
    'Say what the scenario needs in order to prove anything; if it is not so, the scenario is inconclusive.',
  asserts: false,
  judge: (claim, view, context): Outcome => {
    const outcome = base.judge(claim, view, context);
    // A program that ended by itself is at fault, whatever the scenario was about to prove.
    if (outcome.status !== 'fail' || ENDED.includes(outcome.found.cause)) return outcome;
    const found: Found = outcome.found;
    return inconclusive('precondition', {
      ...found,
      summary: `The scenario needs something that was not so: ${found.summary}`,
    });
  },
};
