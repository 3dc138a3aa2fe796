import * as v from 'valibot';
import { name } from '../../base/fields.ts';
import type { JsonObject } from '../../model/index.ts';
import type { StepDefinition } from '../definition.ts';
import { onNamed, toStarted } from '../effect.ts';
import { type Scope, type Scoped, useConnection, useProgram, withProblems } from '../scope.ts';
import { blocked } from './blocked.ts';
import { checker } from './command.ts';
import { connection } from './connection.ts';
import type { BoundClaim, Subject } from './definition.ts';
import { exited } from './exited.ts';
import { files } from './files.ts';
import { output } from './output.ts';
import { port } from './port.ts';
import { queue } from './queue.ts';
import { running } from './running.ts';
import { tls } from './tls.ts';
import { unread } from './unread.ts';

/** Everything that can be claimed, in the order of the reference. */
const CLAIMS = [
  running,
  blocked,
  exited,
  output,
  files,
  connection,
  unread,
  queue,
  tls,
  port,
  checker,
] as const;

type Together<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

const STATES = CLAIMS.flatMap(({ words, keyed }): readonly string[] => (keyed ? [] : words));
const KEYS = [...new Set(CLAIMS.flatMap(({ words, keyed }): readonly string[] => (keyed ? words : [])))];

const SUBJECTS = ['program', 'conn', 'port', 'command'] as const satisfies readonly Subject[];

const claimEntries: Together<(typeof CLAIMS)[number]['entries']> = Object.assign(
  {},
  ...CLAIMS.map(({ entries }) => entries),
);

const entries = {
  program: v.exactOptional(name),
  conn: v.exactOptional(name),
  port: v.exactOptional(name),
  is: v.exactOptional(v.picklist(STATES, `is one of ${STATES.join(', ')}`)),
  ...claimEntries,
};
type Fields = v.InferOutput<v.StrictObjectSchema<typeof entries, undefined>>;

/** What the reference says about the keys. */
export const STATE_KEYS: Readonly<Record<string, string>> = {
  program: 'Speak of a program: `running`, `blocked`, `exited`, or what it printed.',
  conn: 'Speak of a connection: `open`, `closed`, `reset`, `accepted` by the program, or how much of it is `unread`.',
  port: "Speak of the port of a program, by the program's name: `free`, `listening`, `time_wait`.",
  is: 'The state word.',
  ...Object.assign({}, ...CLAIMS.map(({ about }) => about)),
};

function statesOf(subject: Subject): readonly string[] {
  return CLAIMS.filter((claim) => claim.subject === subject && !claim.keyed).flatMap(
    ({ words }): readonly string[] => words,
  );
}

/** The word that makes the claim: behind `is`, or a key. */
function wordOf(fields: Readonly<Record<string, unknown>>): string | undefined {
  return typeof fields.is === 'string' ? fields.is : KEYS.find((key) => fields[key] !== undefined);
}

/** The claim that a word makes about a subject; of one that goes with none, that about another. */
function claimOf(word: string | undefined, subject?: string): (typeof CLAIMS)[number] | undefined {
  const claims = CLAIMS.filter(({ words }) => words.some((each) => each === word));
  return claims.find((claim) => claim.subject === subject) ?? claims[0];
}

function problemOf(fields: Fields): string | undefined {
  const has = (key: string) => fields[key as keyof Fields] !== undefined;
  const subjects = SUBJECTS.filter(has);
  const [subject] = subjects;
  if (subject === undefined) return `does not say of what\ngive one of ${SUBJECTS.join(', ')}`;
  if (subjects.length > 1) return `has ${subjects.join(' and ')}\nkeep one of them`;
  if (['is', ...KEYS].filter(has).length !== 1)
    return `needs exactly one thing to say about the ${subject}\ngive is: ${statesOf(subject).join(' | ')}`;
  const claim = claimOf(wordOf(fields), subject);
  if (claim?.subject !== subject)
    return (
      claim?.keyed?.elsewhere ??
      `a ${subject} can't be "${fields.is}"\nuse one of ${statesOf(subject).join(', ')}`
    );
  return detailProblem(fields) ?? claim.problem(fields);
}

/** A key that says more about a state, beside a state that it does not go with. */
function detailProblem(fields: Fields): string | undefined {
  for (const key of Object.keys(claimEntries)) {
    if (KEYS.includes(key) || fields[key as keyof Fields] === undefined) continue;
    const words = CLAIMS.flatMap((claim): readonly string[] => claim.wordsOf(key));
    if (!words.includes(fields.is ?? '')) return `"${key}" goes with is: ${words.join(' or ')}\nremove it`;
  }
  return undefined;
}

const schema: v.GenericSchema<unknown, BoundClaim> = v.pipe(
  v.strictObject(entries),
  v.rawTransform<Fields, BoundClaim>(({ dataset, addIssue, NEVER }) => {
    const fields = dataset.value;
    const problem = problemOf(fields);
    const word = wordOf(fields);
    const subject = fields.program ?? fields.conn ?? fields.port ?? (fields.command && 'command');
    const claim =
      word === undefined || subject === undefined
        ? undefined
        : claimOf(
            word,
            SUBJECTS.find((key) => fields[key] !== undefined),
          )?.bind(fields, subject, word);
    if (problem === undefined && claim !== undefined) return claim;
    addIssue({ message: problem ?? 'claims nothing' });
    return NEVER;
  }),
);

/** Fills in the connection that a program is blocked on, and checks all names. */
function scope(args: JsonObject, known: Scope): Scoped {
  const subject = SUBJECTS.find((key) => args[key] !== undefined);
  const claim = claimOf(wordOf(args), subject);
  if (args.conn !== undefined) {
    const scoped = useConnection(args, known, 'conn');
    return withProblems(scoped, claim?.scope?.(scoped.args, known).problems ?? []);
  }
  const programs = CLAIMS.flatMap((claim): readonly string[] => claim.programs);
  const problems = ['program', 'port', ...programs].flatMap((key) => useProgram(args, known, key));
  const filled = claim?.scope?.(args, known);
  return filled ? { ...filled, problems: [...problems, ...filled.problems] } : { args, problems };
}

/** What `check` and `assume` have in common: all but what it means that the claim does not hold. */
export const STATE = {
  schema,
  patience: 'default',
  effects: (args) => [
    ...toStarted(args),
    ...onNamed(args.port, (program) => ({ kind: 'asks_port' as const, program })),
    { kind: 'observes' },
    { kind: 'claims', quiet: wantsQuiet(args) },
    ...(wantsEnd(args) ? onNamed(args.program, (program) => ({ kind: 'sees_end' as const, program })) : []),
  ],
  scope,
  lasts: (claim) => claim.lasts(),
  run: (claim, context) => claim.run(context),
  judge: (claim, view, context) => claim.judge(view, context),
  covers: (recorded, wanted, end) => wanted.isCoveredBy(recorded, end),
} satisfies Partial<StepDefinition<BoundClaim>>;

/** Whether a program fails it that is busy with nothing to do. */
function wantsQuiet({ is, cpu }: JsonObject): boolean {
  return is === 'blocked' || (is === 'running' && cpu !== undefined);
}

/** Whether it holds only once the program has ended. */
function wantsEnd({ is, code, signal }: JsonObject): boolean {
  return is === 'exited' || code !== undefined || signal !== undefined;
}
