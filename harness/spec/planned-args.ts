import type { Json, Plan, PlanStep } from '../model/index.ts';
import type { BoundStep } from '../steps/definition.ts';
import { STEPS } from '../steps/index.ts';
import { fillTemplates, isTemplate, namesOpen, pieces } from '../steps/template.ts';
import { show } from './explain-text.ts';

/** A port in place of one that only the run knows, by the name under which it is looked up. */
export type StandIn = (name: string) => string | undefined;

/** The step as it will be, with stand-ins for what only the run knows; nothing if these do not fit. */
export function boundStep(step: PlanStep, standIn: StandIn = () => undefined): BoundStep | undefined {
  const names = namesOpen(step.args);
  const standIns = new Map(names.map((name) => [name, standIn(name) ?? `<${name}>`]));
  return STEPS.get(step.verb)?.tryBind(fillTemplates(step.args, standIns));
}

/** What a step does, in one plain sentence. */
export function stepSentence(
  step: PlanStep,
  { seed, ports }: Pick<Plan, 'seed' | 'ports'>,
  standIn?: StandIn,
): string {
  return boundStep(step, standIn)?.sentence(seed, ports) ?? generic(step);
}

/** A step of which nothing better can be said: its verb and its values. */
function generic({ verb, args }: PlanStep): string {
  const values = Object.entries(args).filter(([key]) => key !== 'within');
  return `${verb} ${values.map(([key, value]) => `${key}: ${show(readable(value))}`).join(', ')}`;
}

/** With names that only the run knows as the author wrote them. */
function readable(value: Json): Json {
  if (isTemplate(value))
    return value.$template.map((part) => (typeof part === 'string' ? part : `\${{ ${part.name} }}`)).join('');
  if (Array.isArray(value)) return value.map(readable);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readable(item as Json)]));
}

/** The names that a value looks up, as it was written. */
export function namesIn(value: Json): string[] {
  if (typeof value === 'string')
    return pieces(value).flatMap((piece) => (typeof piece === 'string' ? [] : [piece.name]));
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(namesIn);
}
