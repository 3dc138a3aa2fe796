import { DISGUISES, type Disguise, hasReplacement } from './disguise.ts';
import { differenceForLeftover } from './leftover.ts';
import { pythonLiteral } from './reshape.ts';
import { commonSuffix, firstDifference, indexOf } from './search.ts';
import type { Difference } from './types.ts';
import { characterStart } from './utf8.ts';
import { escapeBytes } from './view.ts';

export { differenceForLeftover };

/** Causes are looked for in so many bytes from the first wrong one on, which keeps the search quick. */
const WINDOW = 1024 * 1024;
const RETURN = 0x0d;

/**
 * Why `actual` is not `expected`. `ended` says that nothing more belongs to it; otherwise only what the bytes that
 * are there show is claimed, and a later call with more of them may know better.
 */
export function explainDifference(expected: Buffer, actual: Buffer, ended: boolean): Difference {
  const at = firstDifference(expected, actual);
  if (at === expected.length) return differenceForLeftover(expected, actual.subarray(at));
  if (at === actual.length) return explainPrefix(expected, actual, ended);
  return (
    explainLiteral(expected, actual, at, ended) ??
    explainDisguise(expected, actual, at, ended) ??
    explainFragments(expected, actual, at, ended) ?? {
      ...explainWrongByte(expected, actual, at),
      at,
    }
  );
}

const REPLACED = 'U+FFFD (ef bf bd) arrived in place of other bytes: the data was decoded as text on its way';

function explainWrongByte(
  expected: Buffer,
  actual: Buffer,
  at: number,
): Pick<Difference, 'cause' | 'description'> {
  if (hasReplacement(actual, at) && !hasReplacement(expected, at))
    return { cause: 'decoded', description: REPLACED };
  const description = wrongByte(expected, actual, at);
  // An earlier one that came as it should was not sent by way of strlen(): then bytes are lost here by chance.
  if (expected.indexOf(0) !== at || !goesOn(expected, actual, at)) return { cause: 'different', description };
  return {
    cause: 'cut_at_nul',
    description: `from the NUL byte (\\0) at offset ${at} on bytes are missing, and later ones follow, as when the length is taken with strlen()`,
  };
}

/** How many bytes are compared to find out where the data goes on, and how far that may be. */
const PIECE = 16;
const FARTHEST = 64 * 1024;

/** Whether what came at an offset is a later part of what was expected. */
function goesOn(expected: Buffer, actual: Buffer, at: number): boolean {
  const got = actual.subarray(at, at + PIECE);
  return got.length === PIECE && indexOf(expected.subarray(at, at + FARTHEST), got) > 0;
}

function wrongByte(expected: Buffer, actual: Buffer, at: number): string {
  const [wanted, got] = [expected, actual].map((bytes) => escapeBytes(bytes.subarray(at, at + 1)));
  return `the first wrong byte is at offset ${at}: "${got}" instead of "${wanted}"`;
}

/** The actual bytes are the beginning of the expected ones. */
function explainPrefix(expected: Buffer, actual: Buffer, ended: boolean): Difference {
  const at = actual.length;
  const missing = expected.length - at;
  if (at === 0)
    return {
      cause: 'nothing_received',
      at,
      description: ended ? 'nothing arrived' : 'nothing has arrived yet',
      missing,
    };
  const rest = expected.subarray(at).toString('latin1');
  if (ended && (rest === '\n' || rest === '\r\n')) {
    const ending = rest === '\n' ? 'newline' : 'line ending (\\r\\n)';
    return { cause: 'missing_newline', at, description: `the ${ending} at the end is missing`, missing };
  }
  const got = `only ${at} of ${expected.length} bytes ${ended ? 'arrived' : 'have arrived so far'}`;
  const atNul =
    ended && expected.indexOf(0) === at ? ', up to the first NUL byte (\\0), where strlen() ends' : '';
  return { cause: atNul === '' ? 'truncated' : 'cut_at_nul', at, description: `${got}${atNul}`, missing };
}

/** Python's `b'…'` around the message; what was cut off before printing, a newline for instance, may be missing. */
function explainLiteral(
  expected: Buffer,
  actual: Buffer,
  at: number,
  ended: boolean,
): Difference | undefined {
  if (at > 1 || !/^b['"]/.test(actual.toString('latin1', 0, 2))) return undefined;
  const literal = pythonLiteral(expected.subarray(0, WINDOW));
  const same = firstDifference(literal, actual);
  if (same < 4 || same < Math.min(literal.length - 5, actual.length - (ended ? 2 : 0))) return undefined;
  const description = `the bytes arrived as Python prints them (${escapeBytes(actual, 30)}): str() is not decode()`;
  return { cause: 'decoded', at, description };
}

function explainDisguise(
  expected: Buffer,
  actual: Buffer,
  at: number,
  ended: boolean,
): Difference | undefined {
  const start = at < 4 ? 0 : characterStart(expected, at);
  const wanted = cutAtCharacter(expected.subarray(start), WINDOW);
  const got = actual.subarray(start, start + 2 * WINDOW);
  const whole = ended && wanted.length === expected.length - start && got.length === actual.length - start;
  const disguise = DISGUISES.find((one) => fits(one, wanted, got, at - start, whole));
  if (disguise) return { cause: disguise.cause, at, description: disguise.description(at) };
  const nulForNewline =
    expected.subarray(at).toString('latin1', 0, 2) === '\n' &&
    actual.subarray(at).every((byte) => byte === 0);
  if (!nulForNewline) return undefined;
  return {
    cause: 'trailing_nul',
    at,
    description: 'a NUL byte (\\0) arrived where the newline was expected',
  };
}

function cutAtCharacter(bytes: Buffer, length: number): Buffer {
  return bytes.length <= length ? bytes : bytes.subarray(0, characterStart(bytes, length));
}

function fits(disguise: Disguise, wanted: Buffer, got: Buffer, at: number, ended: boolean): boolean {
  if (!disguise.when(wanted, got, at)) return false;
  const left = disguise.expected(wanted);
  const undecided = !ended && got.at(-1) === RETURN && got.length - 1 > at;
  const right = disguise.actual(undecided ? got.subarray(0, -1) : got);
  const same = firstDifference(left, right);
  if (same < Math.min(left.length, right.length)) return false;
  if (ended) return left.length === right.length;
  return same >= disguise.actual(got.subarray(0, at)).length + disguise.evidence;
}

/** So many times as far as they are long bytes may be from where they belong. */
const FAR = 16;

/** The right bytes with others before or between them, or with some of them lost. */
function explainFragments(
  expected: Buffer,
  actual: Buffer,
  at: number,
  ended: boolean,
): Difference | undefined {
  const before =
    actual.length > expected.length && expected.length <= WINDOW ? indexOf(actual, expected) : -1;
  // So few bytes stand somewhere in a long message by chance.
  if (before > 0 && before <= FAR * expected.length) {
    return {
      cause: 'extra_bytes',
      at,
      description: describePrefix(actual, before),
      extra: actual.length - expected.length,
    };
  }
  if (!ended) return undefined;
  const same = at + commonSuffix(expected, actual);
  const count = Math.abs(actual.length - expected.length);
  const bytes = `${count} byte${count === 1 ? '' : 's'}`;
  if (actual.length < expected.length && same >= actual.length) {
    return {
      cause: 'different',
      at,
      description: `${bytes} ${count === 1 ? 'is' : 'are'} missing at offset ${at}; the others are right`,
      missing: count,
    };
  }
  if (actual.length > expected.length && same >= expected.length) {
    const shown = escapeBytes(actual.subarray(at, at + count), 30);
    return {
      cause: 'extra_bytes',
      at,
      description: `${bytes} too many at offset ${at}: "${shown}"; the others are right`,
      extra: count,
    };
  }
  return undefined;
}

function describePrefix(actual: Buffer, before: number): string {
  const length = before === 2 ? actual.readUInt16BE() : before === 4 ? actual.readUInt32BE() : -1;
  if (length === actual.length - before) {
    return `${before} bytes come first that tell the length of the message – writeUTF() and the like send it along`;
  }
  return `${before} byte${before === 1 ? '' : 's'} come${before === 1 ? 's' : ''} before the right ones: "${escapeBytes(actual.subarray(0, before), 30)}"`;
}
