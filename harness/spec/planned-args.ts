import * as v from 'valibot';
import type { Json, PlanStep } from '../model/index.ts';
import { STEPS } from '../steps/index.ts';
import { fillTemplates, isTemplate, pieces } from '../steps/template.ts';
import { show } from './explain-text.ts';

/** The arguments as the step will get them, with stand-ins for what only the run knows; nothing if these do not fit. */
export function checked(step: PlanStep): unknown {
  const definition = STEPS.get(step.verb);
  const names = namesOpen(step.args);
  const standIns = new Map(names.map((name) => [name, name === 'port' ? '$PORT' : `<${name}>`]));
  const { within, ...args } = fillTemplates(step.args, standIns) as Record<string, Json>;
  const waits = definition?.patience !== 'never' || within === undefined;
  const result = definition && v.safeParse(definition.schema, waits ? args : { ...args, within });
  return result?.success ? result.output : undefined;
}

/** The names that are still open. */
function namesOpen(value: Json): string[] {
  if (isTemplate(value))
    return value.$template.flatMap((part) => (typeof part === 'string' ? [] : [part.name]));
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(namesOpen);
}

/** A step of which nothing better can be said: its verb and its values. */
export function generic({ verb, args }: PlanStep): string {
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
