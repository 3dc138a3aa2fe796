import { installing } from '../../base/debian-packages.ts';
import { defined } from '../../base/defined.ts';
import type { Listener, Observation } from '../../model/index.ts';
import { describeListeners } from '../../model/observations/kernel-facts.ts';
import { describePorts } from '../describe.ts';
import { type Found, fail, inconclusive, type Outcome, PASS } from '../outcome.ts';
import type { InstanceView, TraceView } from '../view.ts';
import { explainNotReady, HTONS } from './not-ready.ts';
import { judgeRestart, movedAway, restartCause } from './restart-findings.ts';

/** Generous, since a JVM on a loaded machine takes its time; a deadline met early costs nothing. */
export const START_WITHIN = 10_000;
/** What the start of a small interpreted program takes. */
export const USUAL_START = 50;

type Seen = Extract<Observation, { what: 'listening' }>;

/** What came of a start, be it by `start` or by `restart`. */
export function judgeStart(program: string, view: TraceView): Outcome {
  const failed = view.startErrors.get(program);
  if (failed?.code === 'COMMAND_NOT_FOUND') {
    return inconclusive('capability', {
      cause: 'start_failed',
      summary: `This machine can't start the program: ${failed.message}.`,
      ...defined({ hint: installing(failed.message.split(' ')[0] ?? '') }),
    });
  }
  if (failed)
    return fail({ cause: 'start_failed', summary: `The program could not be started: ${failed.message}.` });
  const instance = view.instance(program);
  const seen = view.observed('listening');
  if (seen?.state === 'port_taken') return inconclusive('interference', strangerOn(seen.port, seen.detail));
  if (seen?.state === 'port_denied') return inconclusive('precondition', deniedPort(seen.port));
  const moved = movedAway(view, instance);
  if (moved !== undefined) return inconclusive('precondition', moved);
  if (!instance || !seen) return inconclusive('harness', NOT_OBSERVED);
  const { state } = seen;
  if (state === 'listening') return listens(view, instance, seen);
  if (state === 'ready' || state === 'unseen') return PASS;
  // Another step says whose fault that is.
  if (state === 'still_running') return fail({ cause: 'unknown', summary: 'The program still runs.' });
  return fail(
    restartCause(program, view, instance) ?? explainNotReady({ ...seen, state }, program, view, instance),
  );
}

const NOT_OBSERVED: Found = {
  cause: 'unknown',
  summary: 'How the start of the program ended was not observed.',
};

/** It listens; there may be something to remark about how that happened. */
function listens(view: TraceView, instance: InstanceView, { port, swappedFrom, listeners }: Seen): Outcome {
  const remark = judgeRestart(view, instance, port);
  if (remark) return remark;
  if (swappedFrom === undefined) return port === instance.givenPort ? PASS : oneOf(listeners, port);
  return {
    status: 'pass',
    remark: {
      cause: 'swapped_port',
      summary: `The program listens on port ${port}, which is the given ${swappedFrom} with its two bytes swapped; here any port will do.`,
      expected: `port ${swappedFrom}`,
      actual: `port ${port}`,
      hint: HTONS,
    },
  };
}

/** Of several ports, none of them the given one, the first one is talked to: it may be the wrong one. */
function oneOf(listeners: readonly Listener[], port: number | null): Outcome {
  const others = listeners.filter((listener) => listener.port !== port);
  if (others.length === 0) return PASS;
  return {
    status: 'pass',
    remark: {
      cause: 'other_port',
      summary: `The program listens on ${describePorts(listeners)}, and none of them is the one that it was given; this check uses port ${port}.`,
      expected: 'one port',
      actual: `listens on ${describeListeners(listeners)}`,
      hint: `If another one is meant, tell the grader with --port, for example --port ${others[0]?.port}.`,
    },
  };
}

/** The author asks for a port that no program may have here. */
function deniedPort(port: number | null): Found {
  return {
    cause: 'port_taken',
    summary: `Port ${port} is for the administrator only at this level of isolation, so no program can listen on it.`,
    expected: 'a port that the program may listen on',
    actual: `the grader itself may not bind port ${port} here (EACCES)`,
    hint: `Grade with --isolation require, or let everybody have the port: sudo sysctl net.ipv4.ip_unprivileged_port_start=${port}, in a container docker run --sysctl net.ipv4.ip_unprivileged_port_start=0.`,
  };
}

function strangerOn(port: number | null, detail?: string): Found {
  return {
    cause: 'port_taken',
    summary: `Port ${port} is taken: ${detail ?? 'something else uses it'}, which has nothing to do with this start of the program.`,
    actual: detail ?? 'taken',
    hint: 'End the other program, or choose another port.',
  };
}
