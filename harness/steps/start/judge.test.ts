import { defined } from '../../base/defined.ts';
import type { NewTraceEvent, Observation } from '../../model/index.ts';
import { TraceView } from '../view.ts';
import { judgeStart } from './judge.ts';

type Events = readonly (Observation | NewTraceEvent)[];

/** A program that is started for the second time, after its first start left a connection in TIME_WAIT. */
function restarted(events: Events) {
  const view = new TraceView();
  const start = (instance: number): NewTraceEvent => ({
    type: 'process_start',
    program: 'server',
    instance,
    pid: instance,
    argv: [],
    cwd: '/',
    port: 8080,
  });
  const all: NewTraceEvent[] = [
    { type: 'step_begin', step: 0 },
    start(1),
    { type: 'step_end', step: 0, timedOut: false, rested: false, granted: 0 },
    { type: 'step_begin', step: 1 },
    start(2),
    ...events.map((each): NewTraceEvent => ('what' in each ? { type: 'observed', observation: each } : each)),
  ];
  for (const [t, event] of all.entries()) view.feed({ ...event, t });
  view.focus(1);
  return judgeStart('server', view);
}

const trial = (works: boolean): Observation => ({
  what: 'bind_trial',
  port: 8080,
  works,
  ...(works ? {} : { detail: 'EADDRINUSE' }),
});
const control = (listens: boolean, reuseAddress?: boolean): Observation => ({
  what: 'control_start',
  program: 'server',
  port: 8080,
  listens,
  ...defined({ reuseAddress }),
});
const state = (found: 'listening' | 'exited' | 'starting'): Observation => ({
  what: 'listening',
  program: 'server',
  state: found,
  listeners: [],
  port: 8080,
});
const EXIT: NewTraceEvent = {
  type: 'process_exit',
  program: 'server',
  instance: 2,
  code: 1,
  signal: null,
  reason: 'self',
};

test('of several ports the one that is talked to is named', () => {
  const at = (port: number) => ({ address: '0.0.0.0', port, pid: 1 });
  const judged = (...listeners: ReturnType<typeof at>[]) => {
    const seen = { ...state('listening'), listeners, port: listeners[0]?.port ?? null } as Observation;
    return restarted([seen]);
  };
  expect(judged(at(8080))).toEqual({ status: 'pass' });
  expect(judged(at(8080), at(9000))).toEqual({ status: 'pass' });
  expect(judged(at(9001), at(9001))).toEqual({ status: 'pass' });
  const { remark } = judged(at(9001), at(9000)) as { remark?: { summary: string; hint: string } };
  expect(remark?.summary).toContain('this check uses port 9001');
  expect(remark?.hint).toContain('--port 9000');
});

describe('a restart beside TIME_WAIT', () => {
  test('that works needs no word', () => {
    expect(restarted([trial(true), state('listening')])).toEqual({ status: 'pass' });
  });

  test('that works although the old socket had no SO_REUSEADDR is due to SO_REUSEPORT', () => {
    const outcome = restarted([trial(false), state('listening')]);
    expect(outcome).toMatchObject({ status: 'pass', remark: { cause: 'no_reuseaddr' } });
  });

  test('that works although neither option explains it proves nothing', () => {
    const flags = (sharedPort: boolean): Observation => ({
      what: 'reuse',
      port: 8080,
      address: false,
      sharedPort,
    });
    expect(restarted([trial(false), state('listening'), flags(true)])).toMatchObject({ status: 'pass' });
    expect(restarted([trial(false), state('listening'), flags(false)])).toMatchObject({
      status: 'inconclusive',
      found: { because: 'interference' },
    });
  });

  test('proves nothing where the system lets anybody bind', () => {
    const outcome = restarted([trial(true), state('listening'), { what: 'no_ban', port: 8080 }]);
    expect(outcome).toMatchObject({ status: 'inconclusive', found: { because: 'capability' } });
  });

  test('proves nothing where the old connection was gone before the program listened', () => {
    for (const works of [true, false]) {
      const gone: Observation = { what: 'time_wait_over', port: 8080 };
      const outcome = restarted([trial(works), state('listening'), gone]);
      expect(outcome).toMatchObject({ status: 'inconclusive', found: { because: 'precondition' } });
    }
  });

  test.each<[string, Events, string]>([
    ['fails for want of the flag', [trial(false), state('exited'), EXIT, control(true)], 'no_reuseaddr'],
    [
      'fails for the flag set too late',
      [trial(true), state('exited'), EXIT, control(true)],
      'late_reuseaddr',
    ],
    [
      'fails for the flag set after bind',
      [trial(true), state('exited'), EXIT, control(true, true)],
      'late_reuseaddr',
    ],
    [
      'fails for the flag set on the accepted socket',
      [trial(true), state('exited'), EXIT, control(true, false)],
      'accepted_reuseaddr',
    ],
    [
      'fails for the flag that was never set',
      [trial(false), state('exited'), EXIT, control(true, false)],
      'no_reuseaddr',
    ],
    ['fails for another reason', [trial(true), state('exited'), EXIT, control(false)], 'exited'],
    ['fails, and nobody knows why', [trial(true), state('exited'), EXIT], 'exited'],
    ['hangs while the flag is missing', [trial(false), state('starting')], 'no_reuseaddr'],
    ['hangs with the flag', [trial(true), state('starting')], 'not_listening'],
  ])('that %s', (_, events, cause) => {
    expect(restarted(events)).toMatchObject({ status: 'fail', found: { cause } });
  });
});
