import type { PlanStep, ProgramSpec } from '../model/index.ts';
import type { Effect } from '../steps/effect.ts';
import { effectsOf } from '../steps/index.ts';

/**
 * Which port of a run each program that listens has, and each listener of the grader: 0 is the one that all programs are
 * given. Whoever runs beside another that listens, or is looked up as `ports.NAME` beside another, has its own; the first
 * program of the file that needs none keeps the run's. Nothing where one port is enough for all.
 */
export function portsOf(
  steps: readonly PlanStep[],
  programs: Readonly<Record<string, ProgramSpec>>,
  lookedUp: ReadonlySet<string>,
): Readonly<Record<string, number>> | undefined {
  const beside = pairs(steps, (name) => programs[name] !== undefined && listens(programs[name]));
  const own = Object.keys(programs).filter((name) => programs[name] && listens(programs[name]));
  const isHelper = (name: string) => programs[name]?.helper === true;
  const names = [
    ...own.filter((name) => !isHelper(name)),
    ...beside.listeners,
    ...own.filter(isHelper),
  ].filter((name, at, all) => all.indexOf(name) === at);
  const wanted = names.filter((name) => lookedUp.has(name));
  const clash = (a: string, b: string) =>
    beside.has(a, b) || (wanted.includes(a) && wanted.includes(b) && a !== b);
  const shared: string[] = [];
  const ports: Record<string, number> = {};
  let next = 1;
  for (const name of names) {
    if (shared.some((other) => clash(name, other))) ports[name] = next++;
    else {
      shared.push(name);
      ports[name] = 0;
    }
  }
  for (const { givenTo, listener } of beside.given) {
    const program = programs[givenTo];
    if (program !== undefined && !listens(program)) ports[givenTo] = ports[listener] ?? 0;
  }
  return next > 1 || wanted.length > 0 ? ports : undefined;
}

function listens({ ready, port }: ProgramSpec): boolean {
  return ready !== 'none' && typeof port !== 'number';
}

/** Who is there at the same time as whom. */
function pairs(steps: readonly PlanStep[], isServer: (name: string) => boolean) {
  const found = new Set<string>();
  const listeners: string[] = [];
  const given: { givenTo: string; listener: string }[] = [];
  let open: readonly string[] = [];
  const enter = (name: string) => {
    for (const other of open) if (other !== name) found.add(`${name} ${other}`).add(`${other} ${name}`);
    if (!open.includes(name)) open = [...open, name];
  };
  const follow = (effect: Effect, inBranch: boolean) => {
    if (effect.kind === 'listens' && !effect.fixed) {
      if (!listeners.includes(effect.listener)) listeners.push(effect.listener);
      if (effect.givenTo !== undefined) given.push({ givenTo: effect.givenTo, listener: effect.listener });
      enter(effect.listener);
    }
    if (effect.kind === 'starts' && isServer(effect.program)) enter(effect.program);
    // What is stopped in one branch may still run while another one goes on.
    if (!inBranch) open = open.filter((name) => name !== goneBy(effect));
  };
  for (const step of steps) for (const effect of effectsOf(step)) follow(effect, step.parallel !== undefined);
  return { has: (a: string, b: string) => found.has(`${a} ${b}`), listeners, given };
}

function goneBy(effect: Effect): string | undefined {
  if (effect.kind === 'stops') return effect.program;
  return effect.kind === 'unlistens' ? effect.listener : undefined;
}
