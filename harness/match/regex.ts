import { RE2JS } from 're2js';
import { characterStart, wholeCharacters } from './utf8.ts';

interface Compiled {
  readonly pattern: RE2JS;
  /** The pattern and one character more: finds the matches that end before the last character. */
  readonly followed: RE2JS;
  /** Whether what follows a match may matter to it: `$ \b \B \z`. */
  readonly looksAhead: boolean;
}

const cache = new Map<string, Compiled>();
const CACHED_PATTERNS = 100;
/** One character of each sort that `\b`, `\B` and `$` tell apart. */
const FOLLOWERS = [' ', 'a', '\n'].map((character) => Buffer.from(character));
/** Bytes that may be scanned at each arrival; from then on, only when the bytes have grown by a 32nd. */
const PROMPT_BYTES = 32 * 1024 * 1024;

/**
 * What is wrong with a pattern, or nothing. Patterns are RE2's (https://github.com/google/re2/wiki/Syntax), which take
 * linear time on any bytes. They see characters: the bytes are read as UTF-8, and a byte that is none is U+FFFD.
 */
export function regexProblem(source: string): string | undefined {
  try {
    compile(source);
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
  }
  const byte = /(?:^|[^\\])(?:\\\\)*(\\x[89a-fA-F][0-9a-fA-F])/.exec(source)?.[1];
  if (byte === undefined) return undefined;
  return `${byte} is the character U+00${byte.slice(2).toUpperCase()} in a pattern, not a byte: write \\x{${byte.slice(2)}}, or match bytes with hex`;
}

/** Whether the pattern is found in a message that is complete. Throws when the pattern is wrong. */
export function foundIn(source: string, message: Buffer): boolean {
  return compile(source).pattern.test(message);
}

/** How many groups a pattern has, and the names of those that have one. Throws when the pattern is wrong. */
export function groupsOf(source: string): { readonly count: number; readonly names: readonly string[] } {
  const { pattern } = compile(source);
  return { count: pattern.groupCount(), names: Object.keys(pattern.namedGroups()) };
}

/** The bytes of a group, by number or name, where the pattern is first found; empty when it took no part. */
export function groupIn(source: string, message: Buffer, group: number | string): Buffer {
  const matcher = compile(source).pattern.matcher(message);
  if (!matcher.find()) return Buffer.alloc(0);
  const [start, end] = [matcher.start(group), matcher.end(group)];
  return start < 0 ? Buffer.alloc(0) : message.subarray(start, end);
}

/**
 * A search for a pattern in bytes that grow at the end. Each call gives where the match that ends first ends, or -1
 * while there is none that later bytes could not undo; `final` says that there are no later bytes.
 */
export function searchForPattern(source: string): (bytes: Buffer, final: boolean) => number {
  const compiled = compile(source);
  let without = 0;
  let work = 0;
  return (bytes, final) => {
    const text = final ? bytes : wholeCharacters(bytes);
    const grown = text.length - without;
    if (!final && work > PROMPT_BYTES && grown < without / 32) return -1;
    work += text.length;
    const end = firstEnd(compiled, text, without, final);
    if (end < 0) without = text.length;
    return end;
  };
}

function firstEnd(
  { pattern, followed, looksAhead }: Compiled,
  text: Buffer,
  without: number,
  final: boolean,
): number {
  if (!pattern.test(text)) return -1;
  if (followed.test(text)) return narrow(followed, text, without);
  const certain =
    final || !looksAhead || FOLLOWERS.every((next) => followed.test(Buffer.concat([text, next])));
  return certain ? text.length : -1;
}

/** Where the first match ends, knowing that it ends before the last character and not before `failing`. */
function narrow(followed: RE2JS, text: Buffer, failing: number): number {
  const holds = (end: number) => followed.test(text.subarray(0, end));
  let low = failing;
  let high = text.length;
  for (let step = 64; low + step < high; step *= 2) {
    const end = characterStart(text, low + step);
    if (holds(end)) high = end;
    else low = end;
  }
  while (high - low > 8) {
    const middle = characterStart(text, (low + high) >> 1);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  for (let end = low + 1; end < high; end += 1) {
    if (characterStart(text, end) === end && holds(end)) high = end;
  }
  return characterStart(text, high - 1);
}

function compile(source: string): Compiled {
  const known = cache.get(source);
  if (known) return known;
  if (cache.size >= CACHED_PATTERNS) cache.clear();
  const compiled = {
    pattern: RE2JS.compile(source),
    followed: compileFollowed(source),
    looksAhead: /\$|\\[bBz]/.test(source),
  };
  cache.set(source, compiled);
  return compiled;
}

/** A `\Q` may be left open at the end of a pattern; then it has to be closed first. */
function compileFollowed(source: string): RE2JS {
  try {
    return RE2JS.compile(`(?:${source})(?s:.)`);
  } catch {
    return RE2JS.compile(`(?:${source}\\E)(?s:.)`);
  }
}

/** Whether a pattern has a newline in it, as such or escaped. */
export function namesNewline(pattern: string): boolean {
  return /[\n\r]|\\[nr]|\\x0?[adAD]\b/.test(pattern);
}
