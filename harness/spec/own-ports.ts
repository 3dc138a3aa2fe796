import type { PlanStep, ProgramSpec } from '../model/index.ts';

/**
 * Which port of a run each program that listens has, and each listener of the grader: 0 is the one that all programs are
 * told. Whoever runs beside another that listens, or is looked up as `ports.NAME` beside another, has its own; the first
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
  return next > 1 || wanted.length > 0 ? ports : undefined;
}

function listens({ ready, port }: ProgramSpec): boolean {
  return ready !== 'none' && typeof port !== 'number';
}

/** Who is there at the same time as whom. */
function pairs(steps: readonly PlanStep[], isServer: (name: string) => boolean) {
  const found = new Set<string>();
  const listeners: string[] = [];
  let open: readonly string[] = [];
  const enter = (name: string) => {
    for (const other of open) if (other !== name) found.add(`${name} ${other}`).add(`${other} ${name}`);
    if (!open.includes(name)) open = [...open, name];
  };
  for (const { verb, args, parallel } of steps) {
    const { program, as, on, port } = args;
    if (verb === 'listen' && typeof as === 'string' && port === undefined) {
      if (!listeners.includes(as)) listeners.push(as);
      enter(as);
    }
    if ((verb === 'start' || verb === 'restart') && typeof program === 'string' && isServer(program))
      enter(program);
    // What is stopped in one branch may still run while another one goes on.
    const gone = verb === 'stop' ? program : verb === 'unlisten' ? on : undefined;
    if (!parallel) open = open.filter((name) => name !== gone);
  }
  return { has: (a: string, b: string) => found.has(`${a} ${b}`), listeners };
}
