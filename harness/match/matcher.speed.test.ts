import { processorTime } from '../testing/processor-time.ts';
import { decide, decider, type Frame } from './frame.ts';
import type { Decision, Matcher } from './matcher.ts';
import { containsMatcher } from './matchers/contains.ts';
import { equalsMatcher } from './matchers/equals.ts';
import { payloadBytes } from './payload.ts';

const MATCH: Frame = { kind: 'match' };
const LINE: Frame = { kind: 'line' };
const CLOSE: Frame = { kind: 'close' };

describe('1 MiB', () => {
  const MIB = 1024 * 1024;
  const bytes = payloadBytes({ kind: 'random', label: 'noise', bytes: MIB }, 'seed');

  /** Decides anew after each piece, as a caller without memory does. */
  function inPieces(frame: Frame, matcher: Matcher, size: number): { decision: Decision; ms: number } {
    const begin = processorTime();
    let decision: Decision = { state: 'open' };
    for (let end = size; end <= bytes.length && decision.state === 'open'; end += size) {
      const ended = end === bytes.length;
      decision = decide(frame, matcher, { bytes: bytes.subarray(0, end), ended, over: false, idle: false });
    }
    return { decision, ms: processorTime() - begin };
  }

  test.each<[string, Frame, Matcher, number]>([
    ['equals', MATCH, equalsMatcher(bytes), 50],
    ['equals until close', CLOSE, equalsMatcher(bytes), 50],
    ['contains', MATCH, containsMatcher(bytes.subarray(MIB - 1000)), 500],
    ['a number of bytes', { kind: 'bytes', bytes: MIB }, equalsMatcher(bytes), 50],
  ])('%s, in pieces of 64 KiB', (_name, frame, matcher, limit) => {
    const { decision, ms } = inPieces(frame, matcher, 65_536);
    expect(decision).toMatchObject({ state: 'match', consumed: MIB });
    expect(ms).toBeLessThan(limit);
  });

  test.each<[string, Frame, Matcher]>([
    ['equals', MATCH, equalsMatcher(bytes)],
    ['contains', MATCH, containsMatcher(bytes.subarray(MIB - 1000))],
    ['line', LINE, equalsMatcher(bytes.subarray(0, bytes.indexOf(10)))],
    ['close', CLOSE, equalsMatcher(bytes)],
  ])('%s, in pieces of 16 bytes, with a memory', (_name, frame, matcher) => {
    const decideNext = decider(frame, matcher);
    const begin = processorTime();
    let decision: Decision = { state: 'open' };
    for (let end = 16; end <= MIB && decision.state === 'open'; end += 16) {
      decision = decideNext({ bytes: bytes.subarray(0, end), ended: end === MIB, over: false, idle: false });
    }
    expect(decision.state).toBe('match');
    expect(processorTime() - begin).toBeLessThan(1000);
  });

  test('one wrong byte near the end', () => {
    const wrong = Buffer.from(bytes);
    wrong[MIB - 5] = (wrong[MIB - 5] ?? 0) ^ 1;
    const decision = decide(MATCH, equalsMatcher(wrong), { bytes, ended: false, over: false, idle: false });
    expect(decision).toMatchObject({ state: 'mismatch', consumed: MIB - 5, difference: { at: MIB - 5 } });
  });
});
