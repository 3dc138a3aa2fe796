import leven from 'leven';
import type { JsonObject } from '../model/index.ts';

/** The names that are known where a step stands. */
export interface Scope {
  readonly programs: readonly string[];
  readonly connections: readonly string[];
  /** Ports on which the harness listens. */
  readonly listeners: readonly string[];
}

/** A name in a step that does not fit, with the key it stands under. */
export interface ScopeProblem {
  readonly key?: string;
  /** It is one whatever the steps before may open, those included that could not be read. */
  readonly certain?: true;
  readonly message: string;
  readonly fix?: string;
}

/** A step's arguments with omitted names filled in, and what the step changes for those after it. */
export interface Scoped {
  readonly args: JsonObject;
  readonly opens?: string;
  readonly closes?: string;
  readonly listens?: string;
  readonly problems: readonly ScopeProblem[];
}

/** The nearest of some known words, when one is near enough to have been meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = leven(word.toLowerCase(), candidate.toLowerCase());
    const alike = distance < Math.max(word.length, candidate.length);
    if (alike && distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** `did you mean "x"?`, or the choices when nothing is near. */
export function suggest(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  return known.length > 0 ? `known: ${known.join(', ')}` : 'there is none';
}

/** Checks the name of a program. */
export function useProgram(args: JsonObject, scope: Scope, key = 'program'): ScopeProblem[] {
  const name = args[key];
  if (typeof name !== 'string' || scope.programs.includes(name)) return [];
  return [{ key, certain: true, message: `unknown program "${name}"`, fix: suggest(name, scope.programs) }];
}

/** Fills in the program when there is only one, and checks it when it is named. */
export function onlyProgram(args: JsonObject, scope: Scope, key = 'program'): Scoped {
  if (args[key] !== undefined) return { args, problems: useProgram(args, scope, key) };
  const [only, ...others] = scope.programs;
  if (only !== undefined && others.length === 0) return { args: { ...args, [key]: only }, problems: [] };
  const fix = only === undefined ? 'add one under programs' : `say which one: ${key}: ${only}`;
  const message = only ? 'there are several programs' : 'there is no program';
  return { args, problems: [{ certain: true, message, fix }] };
}

/** Fills in the connection when only one is open, and checks it when it is named. */
export function useConnection(args: JsonObject, scope: Scope, key: 'on' | 'conn' = 'on'): Scoped {
  const name = args[key];
  if (typeof name === 'string') {
    if (scope.connections.includes(name)) return { args, problems: [] };
    const fix =
      scope.connections.length > 0 ? suggest(name, scope.connections) : `open it first: connect: ${name}`;
    return { args, problems: [{ key, message: `no connection "${name}" is open here`, fix }] };
  }
  if (name !== undefined) return { args, problems: [] };
  const [only, ...others] = scope.connections;
  if (only !== undefined && others.length === 0) return { args: { ...args, [key]: only }, problems: [] };
  const message =
    only === undefined
      ? 'no connection is open here'
      : `several connections are open: ${scope.connections.join(', ')}`;
  const fix =
    only === undefined
      ? 'open one first: connect: a'
      : `say which: ${key}: ${only}, or close the others first`;
  return { args, problems: [{ message, fix }] };
}

/** As `useConnection`, for a step after which the connection is no longer open. */
export function closeConnection(args: JsonObject, scope: Scope): Scoped {
  const scoped = useConnection(args, scope);
  const { on } = scoped.args;
  return typeof on === 'string' ? { ...scoped, closes: on } : scoped;
}
