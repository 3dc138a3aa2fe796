import * as v from 'valibot';
import { decide } from '../../match/frame.ts';
import type { WrittenMatcher } from '../../match/matchers/definition.ts';
import { matcherMap } from '../../match/matchers/index.ts';
import { hexView, sizedBytes } from '../../match/view.ts';
import type { FileFits } from '../context.ts';
import type { JudgeContext } from '../definition.ts';
import { describeExit, lastOutput } from '../describe.ts';
import { fail, inconclusive, type Outcome, PASS } from '../outcome.ts';
import type { FileView, TraceView } from '../view.ts';
import { defineClaim } from './definition.ts';

/** What a file must be like, or whether it must be there at all. */
type Wanted =
  | { readonly kind: 'matcher'; readonly matcher: WrittenMatcher }
  | { readonly kind: 'exists'; readonly exists: boolean };

interface FilesClaim {
  readonly program: string;
  readonly files: ReadonlyMap<string, Wanted>;
}

const NAME = 'is a file below the folder of the program, such as out/page.html';
const fileName = v.pipe(
  v.string(),
  v.check(
    (name) =>
      name !== '' && !name.startsWith('/') && !name.endsWith('/') && !/\0|(^|\/)\.\.(\/|$)/.test(name),
    NAME,
  ),
);

const wanted: v.GenericSchema<unknown, Wanted> = v.pipe(
  v.record(v.string(), v.unknown(), 'is a matcher, such as {contains: hello}, or {exists: true}'),
  v.rawTransform<Record<string, unknown>, Wanted>(({ dataset, addIssue, NEVER }) => {
    const { exists, ...rest } = dataset.value;
    if (exists !== undefined) {
      if (typeof exists === 'boolean' && Object.keys(rest).length === 0) return { kind: 'exists', exists };
      addIssue({ message: '"exists" is true or false, and stands alone' });
      return NEVER;
    }
    const read = v.safeParse(matcherMap, dataset.value);
    if (read.success) return { kind: 'matcher', matcher: read.output };
    addIssue({ message: read.issues[0].message });
    return NEVER;
  }),
);

/** A program has written files into its folder. */
export const files = defineClaim({
  subject: 'program',
  words: ['files'],
  keyed: { elsewhere: 'files are said of a program\nwrite program: client' },
  entries: {
    files: v.exactOptional(v.record(fileName, wanted, 'is a map of file names and matchers')),
  },
  about: {
    files:
      'What the program has written into its folder: a matcher for the whole of each file, by its name, or `{ exists: false }`.',
  },
  read: ({ files = {} }, program): FilesClaim => ({ program, files: new Map(Object.entries(files)) }),
  problem: ({ files = {} }) =>
    Object.keys(files).length === 0
      ? 'names no file\nadd files: { out.txt: { contains: hello } }'
      : undefined,
  sentence: ({ program, files }, seed) => {
    const each = [...files].map(([name, one]) => {
      if (one.kind === 'exists') return `${name} is ${one.exists ? '' : 'not '}there`;
      return `${name} does ${one.matcher.sentence(seed)}`;
    });
    return `of what ${program} wrote, ${each.join(', and ')}`;
  },
  run: async ({ program, files }, context) => {
    const fits = [...files].map(([name, one]): [string, FileFits] => [
      name,
      (found) => problemOf(one, found, context.seed) === undefined,
    ]);
    await context.awaitFiles(program, new Map(fits));
  },
  judge: judgeFiles,
  covers: (recorded, wanted, { waited, fulfilled }) =>
    recorded.program === wanted.program &&
    [...wanted.files.keys()].every((name) => recorded.files.has(name)) &&
    (waited || fulfilled),
});

type Problem = ReturnType<typeof compared> | 'missing' | 'other' | 'too_large' | 'unreadable' | 'exists';

/** What is wrong with a file; nothing when it is as it should be. */
function problemOf(
  one: Wanted,
  found: Parameters<FileFits>[0],
  seed: string,
): Exclude<Problem, undefined> | undefined {
  if (one.kind === 'exists') {
    if (!one.exists) return found === 'missing' ? undefined : 'exists';
    return found === 'missing' ? found : undefined;
  }
  return typeof found === 'string' ? found : compared(one.matcher, found, seed);
}

function compared(written: WrittenMatcher, bytes: Buffer, seed: string) {
  const matcher = written.build(seed);
  const decision = decide({ kind: 'close' }, matcher, { bytes, ended: true, over: true, idle: true });
  return decision.state === 'mismatch' ? { matcher, difference: decision.difference } : undefined;
}

function judgeFiles({ program, files }: FilesClaim, view: TraceView, { plan }: JudgeContext): Outcome {
  const instance = view.instance(program);
  if (!instance) return fail({ cause: 'start_failed', summary: 'The program was not started.' });
  for (const [name, one] of files) {
    const found = view.file(program, name);
    if (found === undefined)
      return inconclusive('harness', { cause: 'unknown', summary: `The file ${name} was not looked at.` });
    const bytes = found.found === 'file' ? found.bytes : found.found;
    const problem = problemOf(one, bytes, plan.seed);
    if (problem !== undefined) return failed(name, problem, found, one, program, view, plan.seed);
  }
  return PASS;
}

/** Why a file has no bytes to compare. */
const WITHOUT_BYTES = {
  missing: 'did not write the file',
  exists: 'wrote a file that it was not to write:',
  other: 'made something else than a regular file of',
  too_large: 'wrote more than 64 MiB into',
  unreadable: 'left a file that cannot be read:',
} as const;

function failed(
  name: string,
  problem: Exclude<Problem, undefined>,
  found: FileView,
  one: Wanted,
  program: string,
  view: TraceView,
  seed: string,
): Outcome {
  const instance = view.instance(program);
  const running = 'the program still runs: what it has not written out (close(), flush()) is not in the file';
  const evidence = [
    instance?.exit ? `the program ${describeExit(instance)}` : running,
    ...lastOutput(view, program),
  ];
  const expected =
    one.kind === 'exists'
      ? `${name} is ${one.exists ? '' : 'not '}there`
      : `in ${name} ${one.matcher.build(seed).describe()}`;
  if (typeof problem === 'string') {
    const others = found.others ?? [];
    return fail({
      cause: 'file',
      summary: `The program ${WITHOUT_BYTES[problem]} ${name}.`,
      expected,
      actual:
        problem === 'missing'
          ? others.length === 0
            ? 'it wrote no file into its folder'
            : `it wrote ${others.join(', ')}`
          : `${name} is there`,
      evidence,
    });
  }
  const { matcher, difference } = problem;
  const { bytes } = found;
  return fail({
    cause: 'file',
    summary: `The file ${name} is not as expected${difference.cause === 'no_match' ? '' : `: ${difference.description}`}.`,
    expected,
    actual: bytes.length === 0 ? `${name} is empty` : `in ${name} ${sizedBytes(bytes)}`,
    evidence: [
      ...(bytes.length > 0 && matcher.exact && difference.at < bytes.length
        ? [`first difference at byte ${difference.at}:`, ...hexView(bytes, difference.at)]
        : []),
      ...evidence,
    ],
  });
}
