import { decide, withoutEnding } from '../../match/frame.ts';
import { skippedAfter } from '../../match/lenient.ts';
import type { Decision, Matcher } from '../../match/matcher.ts';
import { groupIn, groupsOf, namesNewline } from '../../match/regex.ts';
import type { BytesExpected, Capture, Diagnosis } from './expectation.ts';

/** What is kept of a message: all of it, or groups of its pattern; a lone name takes the first group if there is one. */
export function captured(
  capture: Capture,
  { frame, matcher }: Pick<BytesExpected, 'frame' | 'matcher'>,
  whole: Buffer,
): [string, Buffer][] {
  const pattern = matcher?.pattern;
  // What is kept of a line goes into other lines, so its ending is left off, as the pattern was judged without it.
  const asJudged = frame.kind === 'line' && !(pattern !== undefined && namesNewline(pattern));
  const message = asJudged ? withoutEnding(whole) : whole;
  if (typeof capture !== 'string')
    return Object.entries(capture).map(([key, group]) => [key, groupIn(pattern ?? '', message, group)]);
  const grouped = pattern !== undefined && groupsOf(pattern).count > 0;
  return [[capture, grouped ? groupIn(pattern, message, 1) : message]];
}

/** The author's own hint for bytes that look like this. */
export function diagnose(
  { diagnose: list = [] }: BytesExpected,
  bytes: Buffer,
  seed: string,
): string | undefined {
  const fits = ({ when }: Diagnosis) =>
    decide({ kind: 'match' }, when.build(seed), { bytes, ended: true, over: true, idle: true }).state ===
    'match';
  return list.find(fits)?.hint;
}

/** Whether bytes after the message are too many, and which ones do not count. */
export function aftermath(
  { frame: written }: BytesExpected,
  matcher: Matcher,
  decision: Decision,
): { exact: boolean; message: Buffer; skip: readonly number[] } {
  const exact = matcher.exact ?? matcher.ignores?.exact;
  const http = written.kind === 'http' && decision.state === 'match';
  const skip = matcher.ignores && written.kind === 'match' ? skippedAfter(matcher.ignores.what) : [];
  if (exact) return { exact: true, message: exact, skip };
  return { exact: http, message: http ? decision.message : Buffer.alloc(0), skip };
}
