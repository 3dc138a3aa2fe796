import { defined } from '../base/defined.ts';
import { milliseconds } from '../base/units.ts';
import type { JsonObject, PlanStep, ScenarioSpec } from '../model/index.ts';
import { filledText } from './fill.ts';
import type { Level } from './level.ts';
import type { ReadStep } from './parts.ts';
import type { Problems } from './problems.ts';

/** A step as it is run. */
export function plannedStep(
  index: number,
  { spec }: ReadStep,
  args: JsonObject,
  { names, from, round, cleanup, parallel }: Level,
): PlanStep {
  const { verb, at, points } = spec;
  const words = (text: string | undefined) => text && filledText(text, names.values, names.used);
  const own = words(spec.name ?? from?.spec.name);
  const name = round === undefined ? own : `${own ?? verb} (${round})`;
  const hint = words(spec.hint ?? from?.spec.hint);
  return {
    index,
    verb,
    args,
    soft: spec.soft || (from?.spec.soft ?? false),
    at,
    ...defined({ name, hint, points, cleanup, parallel }),
  };
}
/** A step that may wait for longer than the scenario as a whole is ended before its time. */
export function checkPatience(
  step: ReadStep,
  written: JsonObject,
  { within }: JsonObject,
  { timeout }: ScenarioSpec,
  problems: Problems,
): void {
  if (written.within === undefined || typeof within !== 'number' || within <= timeout) return;
  const message = `the step may wait for ${milliseconds(within)}, and the whole scenario for ${milliseconds(timeout)}`;
  const fix = 'give the scenario a longer timeout, or the step a shorter within';
  problems.add(step.tree, step.at(['within']), message, fix, { severity: 'warning' });
}

/** For a step in its short form, which has no keys, the long form that can take the fix. */
export function inLongForm(fix: string | undefined, { spec, short }: ReadStep): string | undefined {
  const key = /^say which(?: one)?: (\w+: [\w-]+)/.exec(fix ?? '')?.[1];
  if (key === undefined || short === undefined) return fix;
  return `write ${spec.verb}: { ${short}: …, ${key} }`;
}
