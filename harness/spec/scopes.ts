import { defined } from '../base/defined.ts';
import type { Scope, Scoped, ScopeTransports } from '../steps/scope.ts';
import type { Surroundings } from './surroundings.ts';

/** What is known before the first step. */
export function scopeAtStart({
  programs,
  programSpecs,
}: Pick<Surroundings, 'programs' | 'programSpecs'>): Scope {
  const specs = Object.entries(programSpecs);
  return {
    programs,
    connections: [],
    listeners: [],
    helpers: specs.filter(([, { helper }]) => helper).map(([program]) => program),
    transports: {
      programs: Object.fromEntries(specs.map(([program, { transport = 'tcp' }]) => [program, transport])),
      connections: {},
      listeners: {},
    },
  };
}

/** What is known after a step. */
export function afterStep(
  before: Scope,
  { opens, closes, listens, unlistens, transport = 'tcp' }: Scoped,
): Scope {
  const opened = [opens ?? []].flat();
  const others = before.connections.filter((name) => !opened.includes(name) && name !== closes);
  const listening = before.listeners.filter((name) => name !== unlistens);
  const { transports } = before;
  const connections = {
    ...transports.connections,
    ...Object.fromEntries(opened.map((name) => [name, transport])),
  };
  const listeners = listens === undefined ? undefined : { ...transports.listeners, [listens]: transport };
  return {
    ...before,
    connections: [...others, ...opened],
    listeners: listens === undefined ? listening : [...listening, listens],
    transports: { ...transports, connections, ...defined({ listeners }) },
  };
}

/** What is known after rounds beside each other, and a connection that more than one of them has left open, if any. */
export function afterRounds(
  before: Scope,
  rounds: readonly Scope[],
): { readonly scope: Scope; readonly twice: string | undefined } {
  const opened = rounds.flatMap(({ connections }) =>
    connections.filter((name) => !before.connections.includes(name)),
  );
  const twice = opened.find((name, at) => opened.indexOf(name) !== at);
  const transports = {
    ...before.transports,
    connections: merged([before, ...rounds], 'connections'),
  };
  const connections = [...before.connections, ...new Set(opened)];
  return { scope: { ...before, connections, transports }, twice };
}

/** What is known after branches: what all have kept, and what any of them has opened. */
export function afterBranches(before: Scope, branches: readonly Scope[]): Scope {
  const joined = (kind: 'connections' | 'listeners') => [
    ...before[kind].filter((name) => branches.every((scope) => scope[kind].includes(name))),
    ...branches.flatMap((scope) => scope[kind].filter((name) => !before[kind].includes(name))),
  ];
  return {
    ...before,
    transports: {
      programs: before.transports.programs,
      connections: merged(branches, 'connections'),
      listeners: merged(branches, 'listeners'),
    },
    connections: joined('connections'),
    listeners: joined('listeners'),
  };
}

function merged(scopes: readonly Scope[], kind: 'connections' | 'listeners'): ScopeTransports['connections'] {
  return Object.assign({}, ...scopes.map(({ transports }) => transports[kind]));
}
