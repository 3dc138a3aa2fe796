import type { NewTraceEvent } from '../../model/index.ts';
import { processorTime } from '../../testing/processor-time.ts';
import { echoTrace, findingOf, HOSTILE, START, stream, traceOf } from '../html/testing.ts';
import { streamBytes } from './bytes.ts';
import { timeline } from './index.ts';
import { selectEvents } from './select.ts';
import { timelineSvg } from './svg.ts';
import { timelineList } from './text.ts';

describe('a run as a ladder', () => {
  const { rows, columnByConn, programs } = timeline(echoTrace(), [findingOf()]);

  test('has the messages with their way, length and bytes, in order', () => {
    const messages = rows.flatMap((row) =>
      row.kind === 'message' ? [[row.way, row.sign, row.label, row.bytes]] : [],
    );
    expect(messages).toEqual([
      ['out', 'connect', 'connects to port 9000 from 4242', ''],
      ['out', 'data', '6 bytes', 'hello\\n'],
      ['in', 'data', '6 bytes', 'hello\\n'],
      ['in', 'rst', 'RST: the program aborted', ''],
    ]);
    expect([...columnByConn]).toEqual([['a', 0]]);
    expect(programs).toEqual(['server']);
  });

  test('marks the long wait, the failed step, and the place in it', () => {
    expect(rows).toContainEqual({ kind: 'wait', ms: 830 });
    expect(rows).toContainEqual({ kind: 'step', label: 'step 4', failed: true });
    expect(rows).toContainEqual({ kind: 'step', label: 'step 3', failed: false });
    const at = rows.findIndex(({ kind }) => kind === 'failure');
    expect(rows[at]).toEqual({ kind: 'failure', label: 'step 4, expect: failed here', sure: true });
    expect(rows[at - 1]).toMatchObject({ kind: 'message', sign: 'rst' });
    expect(rows[at + 1]).toEqual({ kind: 'step', label: 'clean-up', failed: false });
  });

  test('a connection that is refused is one row with the reason', () => {
    const refused = timeline(
      traceOf([
        { type: 'connect', conn: 'a', host: '127.0.0.1', port: 9000 },
        { type: 'connect_error', conn: 'a', code: 'ECONNREFUSED' },
      ]),
    ).rows.filter(({ kind }) => kind === 'message');
    expect(refused).toEqual([
      expect.objectContaining({ sign: 'refused', label: 'can’t connect to 127.0.0.1:9000: ECONNREFUSED' }),
    ]);
  });

  test('what is printed between an attempt and its answer does not make two rows of them', () => {
    const { rows } = timeline(
      traceOf([
        START,
        { type: 'connect', conn: 'a', host: '127.0.0.1', port: 9000 },
        { type: 'output', program: 'server', instance: 1, stream: 'stdout', offset: 0, length: 1 },
        { type: 'connected', conn: 'a', localPort: 4242 },
      ]),
    );
    expect(rows.map(({ kind }) => kind)).toEqual(['mark', 'mark', 'message']);
  });

  test('says that there is no verdict, rather than a failure, when nothing is known', () => {
    const unsure = timeline(echoTrace(), [findingOf({ because: 'interference' })]).rows;
    expect(unsure.find(({ kind }) => kind === 'failure')).toMatchObject({ sure: false });
  });

  test('gives the column of a connection that is over to the next one', () => {
    const events = ['a', 'b', 'c'].flatMap((conn): NewTraceEvent[] => [
      { type: 'connect', conn, host: '::1', port: 1 },
      { type: 'local_close', conn, how: 'close' },
    ]);
    expect([...timeline(traceOf(events)).columnByConn.values()]).toEqual([0, 0, 0]);
    const open = events.filter(({ type }) => type === 'connect');
    expect([...timeline(traceOf(open)).columnByConn.values()]).toEqual([0, 1, 2]);
    const overlapping = [0, 2, 4, 1, 3, 5].flatMap((at) => events[at] ?? []);
    expect([...timeline(traceOf(overlapping)).columnByConn.values()]).toEqual([0, 1, 2]);
  });
});

describe('several programs', () => {
  const start = (program: string, port: number | null): NewTraceEvent => ({
    ...START,
    type: 'process_start',
    program,
    instance: 1,
    pid: 7,
    argv: [program],
    cwd: '/tmp',
    port,
  });
  const trace = traceOf([
    start('proxy', 9000),
    start('origin', 9001),
    { type: 'connect', conn: 'a', program: 'origin', host: '127.0.0.1', port: 9001 },
    { type: 'connected', conn: 'a', localPort: 4000 },
    { type: 'sent', conn: 'a', offset: 0, length: 3 },
    { type: 'connect', conn: 'b', host: '127.0.0.1', port: 9000 },
    { type: 'connected', conn: 'b', localPort: 4001 },
    { type: 'received', conn: 'b', offset: 0, length: 3 },
    start('caller', null),
    { type: 'arrived', listener: 'l', number: 1, remotePort: 5000 },
    { type: 'accepted', conn: 'c', listener: 'l', number: 1, localPort: 9002 },
    { type: 'received', conn: 'c', offset: 0, length: 3 },
  ]);

  test('each arrow leads to its own, with and without its name in the recording', () => {
    const { rows } = timeline(trace);
    expect(rows.flatMap((row) => (row.kind === 'message' ? [[row.conn, row.program]] : []))).toEqual([
      ['a', 'origin'],
      ['a', 'origin'],
      ['b', 'proxy'],
      ['b', 'proxy'],
      ['c', 'caller'],
    ]);
  });

  test('in the picture each ends on the line of its program, and the list names it', () => {
    const line = timeline(trace);
    const picture = timelineSvg(line, 'x', 'several').text;
    const column = (name: string) =>
      new RegExp(`<text class="h c" x="(\\d+)"[^>]*>${name}</text>`).exec(picture)?.[1];
    const columns = ['proxy', 'origin', 'caller'].map(column);
    expect(new Set(columns).size).toBe(3);
    const [proxy, origin, caller] = columns.map(Number);
    expect(picture.match(/class="a data " d="[^"]+"/g)).toEqual([
      expect.stringMatching(`H${(origin ?? 0) - 2}"$`),
      expect.stringContaining(`d="M${(proxy ?? 0) - 2} `),
      expect.stringContaining(`d="M${(caller ?? 0) - 2} `),
    ]);
    const list = timelineList(line).text;
    expect(list).toContain('client a to program origin: 3 bytes');
    expect(list).toContain('program proxy to client b: 3 bytes');
    expect(list).toContain('program caller to client c: 3 bytes');
  });
});

describe('a very long run', () => {
  test('a million events are at most 150 rows, in less than a second, with the failure among them', () => {
    const events: NewTraceEvent[] = [{ type: 'step_begin', step: 0 }, START];
    for (let at = 0; events.length < 1_000_000; at += 1) {
      events.push({ type: 'sent', conn: `c${at % 7}`, offset: at, length: 1 });
      events.push({ type: 'eof', conn: `c${at % 7}`, by: 'fin' });
    }
    const trace = traceOf(events);
    const began = processorTime();
    const line = timeline(trace, [findingOf({ event: 500_001 })]);
    const elapsed = processorTime() - began;
    expect(line.rows.length).toBeLessThanOrEqual(150);
    expect(line.rows.some(({ kind }) => kind === 'failure')).toBe(true);
    expect(line.rows.some(({ kind }) => kind === 'gap')).toBe(true);
    expect(elapsed).toBeLessThan(1000);
  });

  test('every event is either shown or counted', () => {
    const events = Array.from(
      { length: 20_000 },
      (_, at): NewTraceEvent => ({
        type: at % 3 === 0 ? 'received' : 'sent',
        conn: 'a',
        offset: at,
        length: 1,
      }),
    );
    const shown = selectEvents(traceOf(events), new Set([9_000]));
    const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
    expect(sum(shown.map((one) => ('leftOut' in one ? one.leftOut : one.count)))).toBe(20_000);
    expect(sum(shown.map((one) => ('leftOut' in one ? one.sent + one.received : one.length)))).toBe(20_000);
    expect(shown.some((one) => 'index' in one && one.index === 9_000)).toBe(true);
  });

  test('the middle of the traffic of one step is left out, and what else happened stays', () => {
    const pieces = Array.from({ length: 100 }, (_, at): NewTraceEvent[] => [
      { type: 'sent', conn: 'a', offset: at * 10, length: 10 },
      { type: 'received', conn: 'a', offset: at * 10, length: 10 },
    ]).flat();
    pieces.splice(100, 0, { type: 'conn_error', conn: 'a', code: 'EPIPE' });
    const { rows } = timeline(traceOf([{ type: 'step_begin', step: 0 }, ...pieces]));
    expect(rows.length).toBeLessThan(40);
    expect(rows.find((row) => row.kind === 'mark')).toMatchObject({ label: 'EPIPE' });
    const gaps = rows.flatMap((row) => (row.kind === 'gap' ? [row.label] : []));
    expect(gaps[0]).toMatch(/^\d+ events left out: \d+ bytes sent, \d+ bytes received$/);
  });

  test('only the bytes that are shown are decoded', () => {
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, at) => at % 251));
    for (const [offset, most] of [
      [0, 5],
      [1, 5],
      [2, 1],
      [998, 9],
      [500, 0],
    ] as const)
      expect(streamBytes(stream(bytes), offset, most)).toEqual(bytes.subarray(offset, offset + most));
    expect(streamBytes(undefined, 0, 5)).toHaveLength(0);
    expect(streamBytes(stream(bytes), 1000, 5)).toHaveLength(0);
  });
});

describe('the picture', () => {
  test('has a title, a description and a box that scales', () => {
    const { text } = timelineSvg(timeline(echoTrace(), [findingOf()]), 'r1', 'What happened');
    expect(text).toMatch(/^<svg viewBox="0 0 \d+ \d+" role="img" aria-labelledby="r1-t r1-d">/);
    expect(text).toContain('<title id="r1-t">What happened</title>');
    expect(text).toContain('✗ step 4, expect: failed here');
    expect(text).not.toMatch(/ style=|NaN|undefined/);
  });

  test('says nothing that the list does not say', () => {
    const line = timeline(echoTrace(), [findingOf()]);
    const list = timelineList(line).text;
    for (const row of line.rows)
      if (row.kind !== 'wait' && row.label !== '') expect(list).toContain(row.label);
  });

  test('bytes are text in it, whatever they are', () => {
    const trace = echoTrace(HOSTILE);
    for (let at = 0; at < HOSTILE.length; at += 6) {
      const line = timeline(
        traceOf([{ type: 'sent', conn: '<b>"', offset: at, length: 9 }], {
          '<b>".sent': trace.streams['a.sent'] ?? stream(HOSTILE),
        }),
      );
      const markup = timelineSvg(line, 'x', '<i>').text + timelineList(line).text;
      expect(markup).not.toMatch(/<script|<img|<b>|<i>|[^\P{C}\n]/u);
    }
  });
});
