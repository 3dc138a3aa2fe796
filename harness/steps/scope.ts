import leven from 'leven';
import { defined } from '../base/defined.ts';
import { own } from '../base/own.ts';
import type { JsonObject } from '../model/index.ts';
import { TRANSPORTS, type Transport } from '../model/transport.ts';

/** The names that are known where a step stands. */
export interface Scope {
  readonly programs: readonly string[];
  readonly connections: readonly string[];
  /** Ports on which the harness listens. */
  readonly listeners: readonly string[];
  /** Programs that come with the assignment. */
  readonly helpers: readonly string[];
  /** What each of them talks by, by name; TCP where a name is missing. */
  readonly transports: ScopeTransports;
}

/** What programs, connections and listeners talk by that is not TCP. */
export interface ScopeTransports {
  readonly programs: Readonly<Record<string, Transport>>;
  readonly connections: Readonly<Record<string, Transport>>;
  readonly listeners: Readonly<Record<string, Transport>>;
}

/** A name in a step that does not fit, with the key it stands under. */
export interface ScopeProblem {
  readonly key?: string;
  /** It is one whatever the steps before may open, those included that could not be read. */
  readonly certain?: true;
  /** @default 'error' */
  readonly severity?: 'warning';
  readonly message: string;
  readonly fix?: string;
}

/** A step's arguments with omitted names filled in, and what the step changes for those after it. */
export interface Scoped {
  readonly args: JsonObject;
  readonly opens?: string | readonly string[];
  readonly closes?: string;
  readonly listens?: string;
  readonly unlistens?: string;
  /** What that which is opened, or listened with, talks by. @default 'tcp' */
  readonly transport?: Transport;
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
  // What comes with the assignment is not what is meant when nothing is said.
  const own = scope.programs.filter((name) => !scope.helpers.includes(name));
  const [only, ...others] = own.length > 0 ? own : scope.programs;
  if (only !== undefined && others.length === 0) return { args: { ...args, [key]: only }, problems: [] };
  const fix = only === undefined ? 'add one under programs' : `say which one: ${key}: ${only}`;
  const message = only ? 'there are several programs' : 'there is no program';
  return { args, problems: [{ certain: true, message, fix }] };
}

/** Fills in where the grader listens, when there is only one such place, and checks it when it is named. */
export function useListener(args: JsonObject, { listeners }: Scope): Scoped {
  const { on } = args;
  const [only, ...others] = listeners;
  if (typeof on === 'string') {
    if (listeners.includes(on)) return { args, problems: [] };
    const fix = only === undefined ? `listen first: listen: ${on}` : suggest(on, listeners);
    return { args, problems: [{ key: 'on', message: `the grader does not listen as "${on}" here`, fix }] };
  }
  if (on !== undefined) return { args, problems: [] };
  if (only !== undefined && others.length === 0) return { args: { ...args, on: only }, problems: [] };
  const message = only === undefined ? 'the grader does not listen here' : 'the grader listens twice';
  const fix = only === undefined ? 'listen first: listen: l' : `add on: ${only}`;
  return { args: only === undefined ? args : { ...args, on: only }, problems: [{ message, fix }] };
}

/** Features of a transport that a step may need, each with what lacks where it is missing. */
const NEEDS = {
  halfClose: 'has no half-close',
  ends: 'has no end that the other side sees',
  countsUnread: 'does not show how much is unread',
} as const;

/** Complains when a step asks a connection for something that its transport can't do. */
export function needs(
  conn: unknown,
  feature: keyof typeof NEEDS,
  scope: Scope,
  { key, what, fix }: { readonly key?: string; readonly what: string; readonly fix: string },
): ScopeProblem[] {
  const { [feature]: can, name } = TRANSPORTS[transportOf(conn, scope)];
  if (can) return [];
  return [{ ...defined({ key }), message: `${name} ${NEEDS[feature]}, so ${what}`, fix }];
}

/** What a connection talks by. */
export function transportOf(conn: unknown, scope: Scope): Transport {
  return (typeof conn === 'string' ? own(scope.transports.connections, conn) : undefined) ?? 'tcp';
}

/** What a program talks by. */
export function transportOfProgram(program: unknown, scope: Scope): Transport {
  return (typeof program === 'string' ? own(scope.transports.programs, program) : undefined) ?? 'tcp';
}

/** What was scoped, with more that does not fit. */
export function withProblems(scoped: Scoped, problems: readonly ScopeProblem[]): Scoped {
  return { ...scoped, problems: [...scoped.problems, ...problems] };
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
