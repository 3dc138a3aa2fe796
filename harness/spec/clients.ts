import { effectsOf } from '../steps/index.ts';
import { allSteps } from './nested.ts';
import type { ReadStep, Shape } from './parts.ts';
import { isCalledClient } from './usual-variants.ts';

/**
 * The programs that are clients: those that are called one, and those that are started while the grader listens and that
 * nothing connects to, or asks for their port. One that says itself when it is ready, or is a helper, needs no guess.
 */
export function clientsIn(shape: Shape, texts: readonly string[]): ReadonlySet<string> {
  const lists = shape.scenarios.map(({ setup, steps }) => [...allSteps([...setup, ...steps])]);
  const templates = [...shape.templates.values()].flatMap(({ steps }) => [...allSteps(steps)]);
  const all = [...lists.flat(), ...templates];
  const names = [...shape.programs].flatMap(([name, { file }]) => {
    if (isCalledClient(name)) return [name];
    const isSaid = file.ready !== undefined || file.helper === true;
    const isLookedUp = texts.some((text) => text.includes(`ports.${name}`));
    if (isSaid || isLookedUp || all.some((step) => isReached(name, step))) return [];
    return lists.some((steps) => isListenedFor(name, steps)) ? [name] : [];
  });
  return new Set(names);
}

/** Whether the program is started while the grader listens. */
function isListenedFor(name: string, steps: readonly ReadStep[]): boolean {
  const effects = steps.flatMap(({ spec }) => effectsOf(spec));
  const listens = effects.findIndex(({ kind }) => kind === 'listens');
  return (
    listens !== -1 &&
    effects.slice(listens).some((effect) => effect.kind === 'starts' && effect.program === name)
  );
}

/** Whether a step takes the program for a server. */
function isReached(name: string, { spec }: ReadStep): boolean {
  return effectsOf(spec).some(
    (effect) =>
      (effect.kind === 'asks_port' && effect.program === name) ||
      (effect.kind === 'dials' && (effect.program ?? name) === name),
  );
}
