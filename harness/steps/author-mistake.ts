import type { PlanStep } from '../model/index.ts';
import { type Found, inconclusive, type Outcome } from './outcome.ts';
import type { TraceView } from './view.ts';

/**
 * Why a step that failed could not have done otherwise: what the specification wants is impossible where it stands. Such
 * a one is refused when it is read; a recording, or a plan that was made otherwise, may have it all the same.
 */
export function authorsMistake({ verb, args }: PlanStep, view: TraceView): Outcome | undefined {
  const program = [args.to, args.program, verb === 'check' || verb === 'assume' ? args.port : undefined].find(
    (name) => typeof name === 'string' && isUnstarted(name, view),
  );
  if (program !== undefined && verb !== 'start' && verb !== 'restart')
    return mistake(
      `It needs the program "${program}", which had not been started.`,
      'Start it in a step before.',
    );
  if (verb === 'accept' && view.instances.size === 0 && view.startErrors.size === 0)
    return mistake('No program had been started that could connect.', 'Start one in a step before.');
  const conn = typeof args.on === 'string' ? args.on : undefined;
  if (verb === 'send' && conn !== undefined && view.connection(conn).localClose === 'half_close')
    return mistake(
      `Connection "${conn}" had been half-closed, so nothing more could be sent on it.`,
      'Send first.',
    );
  const helper = endedHelper(view);
  if (helper !== undefined)
    return mistake(
      `The helper "${helper}", which comes with the assignment, ended by itself or was not ready.`,
      'Look at its output, and start it by hand.',
    );
  if (view.observed('listening')?.state === 'still_running')
    return mistake('The program still ran when it was to be started again.', 'Stop it in a step before.');
  return undefined;
}

/** A helper that did not become ready in this step, or that has ended with an error. */
function endedHelper(view: TraceView): string | undefined {
  const seen = view.observed('listening');
  const isReady = seen === undefined || ['listening', 'ready', 'unseen'].includes(seen.state);
  return [...view.instances].find(([name, instances]) => {
    const last = instances.at(-1);
    if (!last?.helper) return false;
    const { exit } = last;
    const crashed = exit?.reason === 'self' && (exit.signal !== null || exit.code !== 0);
    return crashed || (!isReady && seen.program === name);
  })?.[0];
}

function isUnstarted(name: string, { instances, startErrors }: TraceView): boolean {
  return !instances.has(name) && !startErrors.has(name);
}

function mistake(summary: string, hint: string): Outcome {
  const found: Found = {
    cause: 'unknown',
    summary: `The specification asks for what can't be: ${summary}`,
    hint,
  };
  return inconclusive('precondition', found);
}
