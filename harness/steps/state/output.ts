import * as v from 'valibot';
import { milliseconds } from '../../base/units.ts';
import { decide } from '../../match/frame.ts';
import type { WrittenMatcher } from '../../match/matchers/definition.ts';
import { matcherMap } from '../../match/matchers/index.ts';
import { firstDifference, indexOf } from '../../match/search.ts';
import { escapeBytes } from '../../match/view.ts';
import type { JudgeContext } from '../definition.ts';
import { describeExit, lastOutput } from '../describe.ts';
import { fail, type Outcome, PASS } from '../outcome.ts';
import type { TraceView } from '../view.ts';
import { defineClaim } from './definition.ts';

interface OutputClaim {
  readonly program: string;
  /** `printed` takes either. */
  readonly stream: 'stdout' | 'stderr' | 'printed';
  readonly matcher: WrittenMatcher;
}

/** A program has printed something. */
export const output = defineClaim({
  subject: 'program',
  words: ['stdout', 'stderr', 'printed'],
  keyed: { elsewhere: 'output is said of a program\nwrite program: server' },
  entries: {
    stdout: v.exactOptional(matcherMap),
    stderr: v.exactOptional(matcherMap),
    printed: v.exactOptional(matcherMap),
  },
  about: {
    stdout: 'A matcher for all that the program has printed on standard output so far.',
    stderr: 'A matcher for all that the program has printed on standard error so far.',
    printed: 'A matcher for what the program printed so far, on either of the two.',
  },
  read: (fields, program, stream): OutputClaim => {
    const matcher = fields[stream];
    if (!matcher) throw new TypeError(`no matcher for ${stream}`);
    return { program, stream, matcher };
  },
  sentence: ({ program, stream, matcher }, seed) =>
    `what ${program} printed${stream === 'printed' ? '' : ` on ${stream}`} does ${matcher.sentence(seed)}`,
  run: ({ program, stream, matcher }, context) =>
    context.awaitOutput(program, stream, matcher.build(context.seed)),
  judge: judgeOutput,
  // Output that came after the old claim was fulfilled is not known to belong to the new one.
  covers: (recorded, wanted, { waited, fulfilled }) =>
    recorded.program === wanted.program && recorded.stream === wanted.stream && (waited || fulfilled),
});

function judgeOutput(claim: OutputClaim, view: TraceView, { plan, within }: JudgeContext): Outcome {
  const instance = view.instance(claim.program);
  if (!instance) return fail({ cause: 'start_failed', summary: 'The program was not started.' });
  const matcher = claim.matcher.build(plan.seed);
  const decisions = outputStreams(claim).map((stream) => {
    const bytes = instance[stream].from(0);
    // All that was printed so far, and not just the beginning of it.
    const decision = decide({ kind: 'close' }, matcher, { bytes, ended: true, over: true, idle: true });
    return { stream, bytes, decision };
  });
  if (decisions.some(({ decision }) => decision.state === 'match')) return PASS;
  const wanted = matcher.label ?? matcher.describe();
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
    expected: `on ${claim.stream === 'printed' ? 'stdout or stderr' : claim.stream} ${matcher.describe()}`,
    actual:
      shown.map(({ stream, bytes }) => `${stream}: ${escapeBytes(bytes.subarray(-200), 200)}`).join('; ') ||
      `${claim.stream === 'printed' ? 'nothing was printed' : `${claim.stream} stayed empty`}`,
    evidence: [
      ...(part === undefined ? words : [part.words]),
      ...(instance.exit ? [`the program ${describeExit(instance)}`] : []),
      ...lastOutput(view, claim.program),
    ],
    ...(part?.untilNul ? { detail: 'printed_until_nul' } : {}),
  });
}

/** The streams that a claim about output may be fulfilled on. */
function outputStreams({ stream }: OutputClaim): readonly ('stdout' | 'stderr')[] {
  return stream === 'printed' ? ['stdout', 'stderr'] : [stream];
}

/** How much of the wanted bytes was printed, when it is a good deal. */
function partOf(
  wanted: Buffer,
  printed: Buffer,
): { readonly words: string; readonly untilNul: boolean } | undefined {
  const start = indexOf(printed, wanted.subarray(0, 8));
  const same = start < 0 || wanted.length < 8 ? 0 : firstDifference(wanted, printed.subarray(start));
  if (same === 0) return undefined;
  const words = `of these ${wanted.length} bytes the first ${same} were printed`;
  return { words, untilNul: wanted[same] === 0 };
}
