import type { Plan, PlanStep } from '../model/index.ts';
import { effectsOf } from '../steps/index.ts';
import type { Shape } from './parts.ts';
import type { Problems } from './problems.ts';
import { isClient } from './usual-variants.ts';

/** What the steps of a file make of its programs. */
interface Planned {
  readonly plans: ReadonlyMap<string, readonly Plan[]>;
  /** The programs whose ports something looks up. */
  readonly lookedUp: ReadonlySet<string>;
}

/**
 * Warns of a program that nobody connects to while the grader listens for it: most likely a client, which its name does not
 * say. It would have to listen before the next step, and a right client would fail.
 */
export function lintClients(shape: Shape, { plans, lookedUp }: Planned, problems: Problems): void {
  if (problems.any) return;
  const all = [...plans.values()].flat().map(({ steps }) => steps);
  for (const [name, { file }] of shape.programs) {
    const said = file.ready !== undefined || file.helper === true || isClient(name) || lookedUp.has(name);
    if (said || !all.some((steps) => isListenedFor(name, steps))) continue;
    if (all.some((steps) => steps.some((step) => isReached(name, step)))) continue;
    const own = file.run !== undefined || file.variants !== undefined;
    const command = own
      ? ''
      : `, and run: "python3 ${name}.py \${{ host }} \${{ port }}" where it needs both`;
    problems.add(
      shape.tree,
      ['programs', name],
      `"${name}" must listen before the next step, but no step connects to it, and the grader listens itself`,
      `if it is a client, say ready: none${command}; if it does listen, say ready: listening`,
      { part: 'key', severity: 'warning' },
    );
  }
}

/** Whether the program is started while the grader listens. */
function isListenedFor(name: string, steps: readonly PlanStep[]): boolean {
  const effects = steps.flatMap(effectsOf);
  const listens = effects.findIndex(({ kind }) => kind === 'listens');
  return (
    listens !== -1 &&
    effects.slice(listens).some((effect) => effect.kind === 'starts' && effect.program === name)
  );
}

/** Whether a step takes the program for a server. */
function isReached(name: string, step: PlanStep): boolean {
  return effectsOf(step).some(
    (effect) => (effect.kind === 'asks_port' || effect.kind === 'opens') && effect.program === name,
  );
}
