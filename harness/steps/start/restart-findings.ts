import { ADDRESS_IN_USE, describeExit, describePorts, lastOutput } from '../describe.ts';
import { type Found, inconclusive, type Outcome } from '../outcome.ts';
import type { InstanceView, TraceView } from '../view.ts';

/** What there is to say of a program that listens on a port; nothing of one that was started for the first time. */
export function judgeRestart(
  view: TraceView,
  instance: InstanceView,
  port: number | null,
): Outcome | undefined {
  if (view.observed('no_ban')) {
    return inconclusive('capability', {
      cause: 'unknown',
      summary: `This system lets any program bind a port in TIME_WAIT, so the restart on port ${port} proves nothing.`,
    });
  }
  if (view.observed('time_wait_over')) {
    return inconclusive('precondition', {
      cause: 'state',
      summary: `The old connection on port ${port} was gone from TIME_WAIT before the program listened again, so this restart proves nothing.`,
      expected: `port ${port} is in TIME_WAIT until the program listens again`,
      actual: 'no old connection is left there',
    });
  }
  const trial = instance.instance > 1 ? view.observed('bind_trial') : undefined;
  if (trial && !trial.works && trial.detail === 'EADDRINUSE' && port === trial.port) {
    const flags = view.observed('reuse');
    if (flags?.sharedPort === false) {
      return inconclusive('interference', {
        cause: 'unknown',
        summary: `The program listens on port ${port} again, and nothing that could be seen allows that: its old socket had no SO_REUSEADDR, and the new one has no SO_REUSEPORT.`,
      });
    }
    return {
      status: 'pass',
      remark: {
        cause: 'no_reuseaddr',
        summary: `Started again, the program listens on port ${port} at once, but thanks to SO_REUSEPORT: SO_REUSEADDR is not set.`,
        expected: 'SO_REUSEADDR is set on the listening socket before bind()',
        actual: 'only SO_REUSEPORT is set',
        evidence: [
          `a socket of the grader with SO_REUSEADDR could not bind port ${port} while the old connection was in TIME_WAIT, so the flag was missing on the old socket`,
          'the program itself could, and only SO_REUSEPORT on both sockets allows that',
        ],
        hint: 'SO_REUSEPORT also lets a second copy of the program take the port while the first one runs. SO_REUSEADDR is what a server that is started again needs.',
      },
    };
  }
  return undefined;
}

/** Where a port is in TIME_WAIT, a restart proves something only on that port. */
export function movedAway(view: TraceView, instance: InstanceView | undefined): Found | undefined {
  const before = view.observed('port', 'anytime');
  const seen = view.observed('listening');
  if (!before || before.timeWait === 0 || seen?.state !== 'listening' || !instance || instance.instance === 1)
    return undefined;
  if (seen.port === before.port) return undefined;
  return {
    cause: 'port_lost',
    summary: `The program takes another port at each start (${before.port}, then ${seen.port}), so it cannot be decided whether it could be started again on the same one.`,
    expected: `the program listens on port ${before.port} again`,
    actual: `it listens on port ${seen.port}`,
    hint: 'Bind to a port of your own choice instead of port 0.',
  };
}

/** Why a program that listened before does not listen again while the port is in TIME_WAIT. */
export function restartCause(program: string, view: TraceView, instance: InstanceView): Found | undefined {
  const trial = view.observed('bind_trial');
  if (!trial || instance.instance === 1) return undefined;
  const seen = view.observed('listening');
  const words = lastOutput(view, program);
  const elsewhere = seen?.state === 'other_port';
  // What it prints tells; when it prints nothing of the kind, whether it listens once the port is free of the old connection.
  const refused = ADDRESS_IN_USE.test(words.join('\n')) || view.observed('control_start')?.listens === true;
  const stuck = seen?.state !== 'exited' && !trial.works;
  if (!refused && !elsewhere && !stuck) return undefined;
  const port = trial.port;
  const what = elsewhere
    ? `listens on ${describePorts(seen.listeners)} instead, because bind() failed and it went on`
    : instance.exit
      ? describeExit(instance)
      : 'does not listen';
  const flag = FLAGS[trial.works ? whereSet(view) : 'never'];
  return {
    cause: elsewhere ? 'port_lost' : flag.cause,
    summary: `Started again on port ${port}, the program ${what}: SO_REUSEADDR was ${flag.summary}.`,
    expected: `the program listens on port ${port} again at once`,
    actual: `the program ${what}`,
    evidence: [
      `port ${port} was in TIME_WAIT when the program was started again`,
      ...flag.evidence,
      ...describeControlStart(view),
      ...words,
    ],
  };
}

const FLAGGED =
  'a socket of the grader with SO_REUSEADDR could bind the port, so the flag was on the old socket, but not yet on the new one at bind()';

/** What became of SO_REUSEADDR in a program that can't be started again. */
const FLAGS = {
  never: {
    cause: 'no_reuseaddr',
    summary: 'not set on the listening socket',
    evidence: [
      'even a socket of the grader with SO_REUSEADDR could not bind the port, so the flag was missing on the old socket',
    ],
  },
  listener: {
    cause: 'late_reuseaddr',
    summary: 'set too late, after bind()',
    evidence: [
      FLAGGED,
      'once the program runs, the flag is set on its listening socket, where it comes too late',
    ],
  },
  accepted: {
    cause: 'accepted_reuseaddr',
    summary: 'set too late, and on the wrong socket: the accepted one instead of the listening one',
    evidence: [
      FLAGGED,
      'while the program listens, the flag is not set on its listening socket, so it was set on the accepted one',
    ],
  },
  late: {
    cause: 'late_reuseaddr',
    summary: 'set too late (after bind(), or on the accepted socket)',
    evidence: [FLAGGED],
  },
} as const;

/** Where SO_REUSEADDR was set that the old connection had, and that did not help; `late` when that was not seen. */
function whereSet(view: TraceView): 'listener' | 'accepted' | 'late' {
  const flag = view.observed('control_start')?.reuseAddress;
  return flag === undefined ? 'late' : flag ? 'listener' : 'accepted';
}

/** What came of starting the program once more, after the old connections had been cleared away. */
export function describeControlStart(view: TraceView): string[] {
  const control = view.observed('control_start');
  if (!control) return [];
  return control.listens
    ? ['started once more after the old connection had been cleared away, it listened']
    : [
        'started once more after the old connection had been cleared away, it did not listen either: the port is not why',
      ];
}
