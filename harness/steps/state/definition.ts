import type * as v from 'valibot';
import type { JsonObject } from '../../model/index.ts';
import type { StepContext } from '../context.ts';
import type { JudgeContext, RecordedEnd } from '../definition.ts';
import { inconclusive, type Outcome } from '../outcome.ts';
import type { Scope, Scoped } from '../scope.ts';
import type { TraceView } from '../view.ts';

/** What a claim is about: the key that names it. */
export type Subject = 'program' | 'conn' | 'port' | 'command';

type Entries = Readonly<Record<string, v.ExactOptionalSchema<v.GenericSchema, undefined>>>;
type Fields<Own extends Entries> = v.InferOutput<v.StrictObjectSchema<Own, undefined>>;

/** One thing that can be claimed of a program, a connection or a port: how it is written, seen and judged. */
export interface ClaimDefinition<Word extends string, Own extends Entries, Claim> {
  readonly subject: Subject;
  /** What makes this claim: words that stand behind `is`, or keys of its own. */
  readonly words: readonly Word[];
  /** What to say where the words are keys, and one of them stands beside another subject; with its fix. */
  readonly keyed?: { readonly elsewhere: string };
  /** Its own keys, each with one sentence for the reference. */
  readonly entries: Own;
  readonly about: { readonly [Key in keyof Own]: string };
  /** The words that an own key goes with. @default all of the claim's */
  readonly keysOf?: { readonly [Key in keyof Own]?: readonly Word[] };
  /** The own keys that name a program. @default none */
  readonly programs?: readonly (keyof Own & string)[];
  /** What the own keys lack, if anything, as a message with its fix after a line break. */
  problem?(fields: Fields<Own>): string | undefined;
  /** Fills in a name that may be left out. */
  scope?(args: JsonObject, known: Scope): Scoped;
  /** The claim about the subject with this name. */
  read(fields: Fields<Own>, name: string, word: Word): Claim;
  /** The claim in words, to go after "It fails unless". */
  sentence(claim: Claim, seed: string): string;
  /** Waits until it is so, or time is up, and records what was seen. */
  run(claim: Claim, context: StepContext): Promise<void>;
  judge(claim: Claim, view: TraceView, context: JudgeContext): Outcome;
  /** Milliseconds that it takes even when all is well. @default 0 */
  lasts?(claim: Claim): number;
  /** Whether a run recorded for one claim shows what another comes to. @default only when they are equal */
  covers?(recorded: Claim, wanted: Claim, end: RecordedEnd): boolean;
}

/** A claim that has been read. */
export interface BoundClaim {
  sentence(seed: string): string;
  run(context: StepContext): Promise<void>;
  judge(view: TraceView, context: JudgeContext): Outcome;
  lasts(): number;
  /** Whether a run recorded for another claim shows what this one comes to. */
  isCoveredBy(recorded: BoundClaim, end: RecordedEnd): boolean;
}

/** Makes a kind of claim for the registry. */
export function defineClaim<const Word extends string, Own extends Entries, Claim>(
  definition: ClaimDefinition<Word, Own, Claim>,
) {
  const { subject, words, keyed, entries, about, keysOf, programs = [], problem, scope } = definition;
  const claims = new WeakMap<BoundClaim, Claim>();
  return {
    subject,
    words,
    keyed,
    entries,
    about,
    programs,
    scope,
    problem: (fields: Fields<Own>) => problem?.(fields),
    /** The words that an own key goes with. */
    wordsOf: (key: string): readonly Word[] => (key in entries ? (keysOf?.[key] ?? words) : []),
    /** The claim that a word of its own makes; nothing for any other word. */
    bind: (fields: Fields<Own>, name: string, written: string): BoundClaim | undefined => {
      const word = words.find((each) => each === written);
      if (word === undefined) return undefined;
      const claim = definition.read(fields, name, word);
      const bound: BoundClaim = {
        sentence: (seed) => definition.sentence(claim, seed),
        run: (context) => definition.run(claim, context),
        judge: (view, context) => definition.judge(claim, view, context),
        lasts: () => definition.lasts?.(claim) ?? 0,
        isCoveredBy: (other, end) => {
          const recorded = claims.get(other);
          return recorded !== undefined && (definition.covers?.(recorded, claim, end) ?? false);
        },
      };
      claims.set(bound, claim);
      return bound;
    },
  };
}

/** There is no verdict on what the system does not show. */
export function unseen(what: string, detail?: string): Outcome {
  return inconclusive('capability', {
    cause: 'unknown',
    summary: `This system does not show ${what}${detail ? ` (${detail})` : ''}.`,
  });
}
