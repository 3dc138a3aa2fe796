import * as v from 'valibot';
import type { Ignore } from '../lenient.ts';
import type { Matcher } from '../matcher.ts';

/** A matcher as it was written, with what can be done with it before its bytes are known. */
export interface WrittenMatcher {
  /** Its key in a file. */
  readonly kind: string;
  /** Its value, plain data: matchers with the same text in JSON are the same. */
  readonly written: unknown;
  readonly ignore?: readonly Ignore[];
  /** The pattern whose groups can be kept. */
  readonly pattern?: string;
  /** It wants an HTTP response, which says itself where it ends. */
  readonly response?: { readonly toHead: boolean };
  /** The names under which parts of the message are kept. */
  readonly captures?: readonly string[];
  /** Where the message ends unless it is said otherwise. @default where the matcher is satisfied */
  readonly frame?: 'line';
  /** Ready to be compared; `random` payloads are made from the seed. */
  build(seed: string): Matcher;
  /** What the message must do, after "it must": `contain hello`. */
  sentence(seed: string): string;
}

/** The schema of a matcher within another one. */
export type MatcherSchema = v.GenericSchema<unknown, WrittenMatcher>;

/** One kind of matcher: how it is written, what it says of itself, and how it compares. */
export interface MatcherDefinition<Kind extends string, Written> {
  /** Its key in a file. */
  readonly kind: Kind;
  /** One sentence for the reference and for editors. */
  readonly about: string;
  /** Its value is text or bytes: what YAML cuts off or adds is worth a warning. */
  readonly takesText?: true;
  /** Why `ignore` makes no sense beside it, as what to do instead. */
  readonly withoutIgnore?: string;
  /** How its value is written; matchers within it are read by `inner`. */
  schema(inner: MatcherSchema): v.GenericSchema<unknown, Written>;
  build(written: Written, seed: string): Matcher;
  sentence(written: Written, seed: string): string;
  pattern?(written: Written): string;
  captures?(written: Written): readonly string[];
  readonly frame?: 'line';
  response?(written: Written): { readonly toHead: boolean };
}

/** A kind of matcher as the registry holds it. */
export interface MatcherKind<Kind extends string = string>
  extends Pick<MatcherDefinition<Kind, never>, 'kind' | 'about' | 'takesText' | 'withoutIgnore'> {
  /** The value of its key. */
  entry(inner: MatcherSchema): MatcherSchema;
}

/** Makes a kind of matcher, which can be made from its value in code as well. */
export function defineMatcher<const Kind extends string, Written>(
  definition: MatcherDefinition<Kind, Written>,
): MatcherKind<Kind> & { of(written: Written): WrittenMatcher } {
  const { kind, about, takesText, withoutIgnore } = definition;
  const of = (written: Written): WrittenMatcher => ({
    kind,
    written,
    ...(definition.pattern && { pattern: definition.pattern(written) }),
    ...(definition.response && { response: definition.response(written) }),
    ...(definition.captures && { captures: definition.captures(written) }),
    ...(definition.frame && { frame: definition.frame }),
    build: (seed) => definition.build(written, seed),
    sentence: (seed) => definition.sentence(written, seed),
  });
  return {
    kind,
    about,
    ...(takesText && { takesText }),
    ...(withoutIgnore !== undefined && { withoutIgnore }),
    of,
    entry: (inner) => v.pipe(definition.schema(inner), v.transform(of)),
  };
}
