import { skippedAfter } from '../match/lenient.ts';
import { type Decision, decide, type Matcher, namesNewline, withoutEnding } from '../match/matcher.ts';
import { groupIn, groupsOf } from '../match/regex.ts';
import { type Capture, type Diagnosis, type Expectation, matcherOf } from './expect.ts';

type BytesExpected = Extract<Expectation, { kind: 'bytes' }>;

/** What is kept of a message: all of it, or groups of its pattern; a lone name takes the first group if there is one. */
export function captured(
  capture: Capture,
  { frame, fields: { regex } }: BytesExpected,
  whole: Buffer,
): [string, Buffer][] {
  // What is kept of a line goes into other lines, so its ending is left off, as the pattern was judged without it.
  const asJudged = frame.kind === 'line' && !(regex !== undefined && namesNewline(regex));
  const message = asJudged ? withoutEnding(whole) : whole;
  if (typeof capture !== 'string')
    return Object.entries(capture).map(([key, group]) => [key, groupIn(regex ?? '', message, group)]);
  const grouped = regex !== undefined && groupsOf(regex).count > 0;
  return [[capture, grouped ? groupIn(regex, message, 1) : message]];
}

/** The author's own hint for bytes that look like this. */
export function diagnose(
  { diagnose: list = [] }: BytesExpected,
  bytes: Buffer,
  seed: string,
): string | undefined {
  const fits = ({ when }: Diagnosis) =>
    decide({ kind: 'match' }, matcherOf(when, seed), { bytes, ended: true, over: true, idle: true }).state ===
    'match';
  return list.find(fits)?.hint;
}

/** Whether bytes after the message are too many, and which ones do not count. */
export function aftermath(
  { frame: written }: BytesExpected,
  matcher: Matcher,
  decision: Decision,
): { exact: boolean; message: Buffer; skip: readonly number[] } {
  const inner = matcher.kind === 'ignoring' ? matcher.matcher : matcher;
  const http = written.kind === 'http' && decision.state === 'match';
  const skip = matcher.kind === 'ignoring' && written.kind === 'match' ? skippedAfter(matcher.what) : [];
  if (inner.kind === 'equals') return { exact: true, message: inner.bytes, skip };
  return { exact: http, message: http ? decision.message : Buffer.alloc(0), skip };
}
