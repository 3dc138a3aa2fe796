import { createHash } from 'node:crypto';
import { type Difference, explainDifference } from './difference.ts';
import { httpMismatch } from './http-matcher.ts';
import { differenceForLeftover } from './leftover.ts';
import { lenientBytes } from './lenient.ts';
import type { Matcher } from './matcher.ts';
import { foundIn } from './regex.ts';
import { lowerCase, utf16, withCrlf, without } from './reshape.ts';
import { indexOf } from './search.ts';
import { escapeBytes } from './view.ts';

/** Why a message that is complete does not satisfy the matcher, or nothing when it does. */
export function mismatchOf(matcher: Matcher, message: Buffer): Difference | undefined {
  switch (matcher.kind) {
    case 'equals':
      return message.equals(matcher.bytes) ? undefined : explainDifference(matcher.bytes, message, true);
    case 'contains':
      return indexOf(message, matcher.bytes) >= 0 ? undefined : explainAbsence(matcher.bytes, message);
    case 'starts_with': {
      const same = message.subarray(0, matcher.bytes.length).equals(matcher.bytes);
      return same ? undefined : explainBeginning(matcher.bytes, message, true);
    }
    case 'ends_with': {
      const same = message.subarray(Math.max(0, message.length - matcher.bytes.length)).equals(matcher.bytes);
      return same ? undefined : explainEnd(matcher.bytes, message);
    }
    case 'regex':
      return foundIn(matcher.source, message) ? undefined : explainNoMatch(matcher.source, message);
    case 'length':
      return explainLength(matcher, message.length);
    case 'sha256': {
      const hex = createHash('sha256').update(message).digest('hex');
      if (hex === matcher.hex) return undefined;
      if (message.length === 0) return nothing(0);
      const description = `the ${size(message)} that came have the SHA-256 ${hex}`;
      return { cause: 'different', at: 0, description };
    }
    case 'http':
      return httpMismatch(matcher, message);
    case 'any_of': {
      const found = matcher.of.map((one) => mismatchOf(one, message));
      if (found.length === 0 || found.some((one) => one === undefined)) return undefined;
      return found.reduce((best, one) => (one && best && one.at > best.at ? one : best), found[0]);
    }
    case 'all_of':
      return matcher.of.map((one) => mismatchOf(one, message)).find((one) => one !== undefined);
    case 'not':
      if (mismatchOf(matcher.matcher, message)) return undefined;
      return {
        cause: 'different',
        at: 0,
        description: `the ${size(message)} that came are just what must not come`,
      };
    case 'ignoring':
      return mismatchOf(matcher.matcher, lenientBytes(message, matcher.what));
  }
}

/** Why these bytes do not begin with those wanted; `ended` says that no more of them will come. */
export function explainBeginning(wanted: Buffer, actual: Buffer, ended: boolean): Difference {
  const strict = explainDifference(wanted, actual, ended);
  const mayGoOn = ended && strict.cause === 'different' && actual.length >= wanted.length;
  return mayGoOn ? explainDifference(wanted, actual, false) : strict;
}

/** Why a length is not within the bounds, or nothing when it is. */
export function explainLength(
  { min = 0, max }: Extract<Matcher, { kind: 'length' }>,
  length: number,
): Difference | undefined {
  if (length < min) {
    if (length === 0) return nothing(min);
    const description = `only ${length} of ${max === min ? '' : 'at least '}${min} bytes came`;
    return { cause: 'too_short', at: length, description, missing: min - length };
  }
  if (max === undefined || length <= max) return undefined;
  const description = `${length} bytes came, ${length - max} more than the ${max} allowed`;
  return { cause: 'too_long', at: max, description, extra: length - max };
}

function nothing(missing: number): Difference {
  return {
    cause: 'nothing_received',
    at: 0,
    description: 'nothing came',
    ...(missing > 0 ? { missing } : {}),
  };
}

function explainNoMatch(source: string, message: Buffer): Difference {
  if (message.length === 0) return nothing(0);
  return {
    cause: 'no_match',
    at: 0,
    description: `nothing in the ${size(message)} that came matches the pattern /${source}/`,
  };
}

/** Looks for the wanted bytes in the shapes that they usually come in by mistake. */
function explainAbsence(wanted: Buffer, message: Buffer): Difference {
  if (message.length === 0) return nothing(wanted.length);
  const shown = `"${escapeBytes(wanted, 30)}"`;
  const shapes: readonly [Difference['cause'], Buffer, Buffer, string][] = [
    ['crlf', withCrlf(wanted), message, `${shown} came with \\r\\n (CRLF) instead of \\n`],
    ['lf', without(wanted, 0x0d), message, `${shown} came without \\r`],
    ['utf16', utf16(wanted, 'le'), message, `${shown} came as UTF-16, with two bytes for each character`],
    ['utf16', utf16(wanted, 'be'), message, `${shown} came as UTF-16, with two bytes for each character`],
    [
      'decoded',
      Buffer.from(wanted.toString('latin1')),
      message,
      `${shown} came encoded as UTF-8 a second time`,
    ],
    [
      'different_case',
      lowerCase(wanted),
      lowerCase(message),
      `${shown} came with other upper and lower case`,
    ],
    ['spaces', without(wanted, 0x20, 0x09), without(message, 0x20, 0x09), `${shown} came with other spaces`],
    ['missing_newline', without(wanted, 0x0d, 0x0a), message, `${shown} came without the newline`],
  ];
  for (const [cause, shape, bytes, description] of shapes) {
    if (shape.length === 0 || (bytes === message && shape.equals(wanted))) continue;
    const at = indexOf(bytes, shape);
    if (at >= 0) return { cause, at: bytes.length === message.length ? at : 0, description };
  }
  return { cause: 'no_match', at: 0, description: `${shown} is not in the ${size(message)} that came` };
}

function explainEnd(wanted: Buffer, message: Buffer): Difference {
  if (message.length === 0) return nothing(wanted.length);
  const extra = extraAfter(wanted, message);
  if (extra > 0) {
    const at = message.length - extra;
    return { ...differenceForLeftover(wanted, message.subarray(at)), at };
  }
  for (const ending of ['\r\n', '\n']) {
    if (!wanted.toString('latin1').endsWith(ending)) continue;
    const line = wanted.subarray(0, wanted.length - ending.length);
    const tail = message.subarray(Math.max(0, message.length - line.length));
    if (line.length > 0 && tail.equals(line)) {
      return {
        cause: 'missing_newline',
        at: message.length,
        description: 'the newline at the end is missing',
        missing: ending.length,
      };
    }
  }
  const start = Math.max(0, message.length - wanted.length);
  const found = explainDifference(wanted, message.subarray(start), true);
  const telling = ['different_case', 'spaces', 'crlf', 'lf'].includes(found.cause);
  if (telling) return { cause: found.cause, at: start + found.at, description: found.description };
  const description = `the ${size(message)} that came do not end with "${escapeBytes(wanted, 30)}"`;
  return { cause: 'no_match', at: message.length, description };
}

/** How many bytes follow the wanted ones at the end: a few, or any number of NULs; 0 when that is not what came. */
function extraAfter(wanted: Buffer, message: Buffer): number {
  let nuls = 0;
  while (message[message.length - 1 - nuls] === 0) nuls += 1;
  const counts = [...Array(16).keys()].map((index) => index + 1).concat(nuls);
  const fits = (count: number) => {
    const end = message.length - count;
    return end >= wanted.length && message.subarray(end - wanted.length, end).equals(wanted);
  };
  return counts.find(fits) ?? 0;
}

function size(bytes: Buffer): string {
  return `${bytes.length} byte${bytes.length === 1 ? '' : 's'}`;
}
