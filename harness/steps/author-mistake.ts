import type { Plan, PlanStep } from '../model/index.ts';
import type { Effect } from './effect.ts';
import { type Found, inconclusive, type Outcome } from './outcome.ts';
import type { TraceView } from './view.ts';

/**
 * Why a step that failed could not have done otherwise: what the specification wants is impossible where it stands. Such
 * a one is refused when it is read; a recording, or a plan that was made otherwise, may have it all the same.
 */
export function authorsMistake(
  step: PlanStep,
  view: TraceView,
  { steps }: Pick<Plan, 'steps'>,
  effectsOf: (step: PlanStep) => readonly Effect[],
): Outcome | undefined {
  const effects = effectsOf(step);
  for (const effect of effects) {
    const impossible = impossibleHere(effect, view);
    if (impossible) return impossible;
  }
  const early = startedTooEarly(view, steps.map(effectsOf));
  if (early !== undefined)
    return mistake(
      `The program "${early}" was started before the grader listened, so it may have tried to connect in vain.`,
      'Listen in a step before it is started.',
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

function impossibleHere(effect: Effect, view: TraceView): Outcome | undefined {
  const program = 'program' in effect && effect.kind !== 'starts' ? effect.program : undefined;
  if (program !== undefined && isUnstarted(program, view))
    return mistake(
      `It needs the program "${program}", which had not been started.`,
      'Start it in a step before.',
    );
  if (effect.kind === 'awaits_client' && view.instances.size === 0 && view.startErrors.size === 0)
    return mistake('No program had been started that could connect.', 'Start one in a step before.');
  if (effect.kind === 'sends' && view.connection(effect.conn).localClose === 'half_close')
    return mistake(
      `Connection "${effect.conn}" had been half-closed, so nothing more could be sent on it.`,
      'Send first.',
    );
  const paused = pausedReader(effect, view);
  if (paused !== undefined)
    return mistake(
      `The program "${paused}" was paused, so it could not answer.`,
      'Resume it in a step before.',
    );
  return undefined;
}

/** A client that was started before the grader listened, where no client has come since and no step between observed it. */
function startedTooEarly(view: TraceView, effects: readonly (readonly Effect[])[]): string | undefined {
  let step = 0;
  for (const event of view.events) {
    if (event.type === 'step_begin') step = event.step;
    if (event.type !== 'listening' || (view.listeners.get(event.listener)?.arrived ?? 0) > 0) continue;
    for (const effect of effects.slice(0, step).reverse().flat()) {
      if (effect.kind === 'observes') break;
      if (effect.kind === 'starts' && !isServer(effect.program, view)) return effect.program;
    }
  }
  return undefined;
}

function isServer(program: string, { events }: TraceView): boolean {
  return events.some(
    (event) =>
      event.type === 'observed' &&
      event.observation.what === 'listening' &&
      event.observation.program === program &&
      event.observation.state !== 'ready',
  );
}

/** A program that the scenario has stopped (SIGSTOP) and not let go on, and from which something is read. */
function pausedReader(effect: Effect, view: TraceView): string | undefined {
  if (effect.kind !== 'reads') return undefined;
  return [...view.instances.keys()].find((name) => {
    const last = view.events.findLast(
      (event) => event.type === 'signal' && event.program === name && event.reason === 'step',
    );
    return last?.type === 'signal' && last.signal === 'SIGSTOP';
  });
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
