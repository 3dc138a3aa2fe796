import { type PortObservation, swappedPort } from '../kernel/index.ts';
import type { Protocol } from '../model/transport.ts';
import { canBind, clearTimeWait, isFree } from '../net/port.ts';
import { numbersIn } from '../process/mentions.ts';
import { ADDRESS_IN_USE } from '../steps/describe.ts';
import { type Instance, observeReady, type Scene } from './instances.ts';
import { describeHolder } from './port-watch.ts';
import type { Recorder } from './recorder.ts';
import type { Runnable } from './surroundings.ts';

/** Longest time that a killed process may take to let go of its sockets, in milliseconds. */
export const DYING = 1_500;

/**
 * Whether something listens on a port already: what an earlier start left behind, or a stranger.
 * A process on its way out may hold its sockets for a moment longer, so a stranger is looked at twice.
 */
export async function whoHolds(
  { surroundings, listeners: own, waiting, instances }: Scene,
  port: number,
  { protocol, earlier }: { readonly protocol: Protocol; readonly earlier: readonly Instance[] },
): Promise<'own' | 'stranger' | undefined> {
  const { kernel } = surroundings;
  if (own.owns(port, protocol)) return undefined;
  // A client that is given the port of another program of the same run finds it as it should be.
  const beside = [...instances.all()].filter(([, started]) => started !== earlier).map(([name]) => name);
  if (beside.some((name) => instances.listened(name)?.port === port && instances.protocol(name) === protocol))
    return undefined;
  // Much quicker than reading the table, but not in between two starts: what is bound may bear on a later bind.
  if (earlier.length === 0) {
    const isOrBecomesFree = async () => {
      if (await isFree(port, protocol)) return true;
      // Old connections of others keep programs off as well, and can be ended.
      if (protocol === 'tcp') await clearOld(port, await kernel.portState(port, protocol));
      return false;
    };
    if (await waiting().poll(isOrBecomesFree, Boolean, DYING)) return undefined;
    // What is bound and does not listen, or a client's own end, shows as no listener, and keeps everybody off all the same.
    if (protocol === 'tcp' && (await canBind('0.0.0.0', port)).code === 'EADDRINUSE') return 'stranger';
  }
  const observed = async () => {
    const listeners = await kernel.listenersOn(port, protocol);
    if (listeners.length === 0) return undefined;
    const own = new Set<number>(earlier.flatMap(({ known }) => known));
    for (const { ref } of earlier)
      for (const pid of await kernel.processes(ref(), { orphans: true })) own.add(pid);
    return (await kernel.holding(port, [...own], protocol)).length > 0 ? 'own' : 'stranger';
  };
  return waiting().poll(observed, (found) => found !== 'stranger', DYING);
}

/** All that the latest start of a program has printed so far. */
export function printed({ view }: Recorder, program: string): string {
  const instance = view.instance(program);
  if (!instance) return '';
  return instance.stderr.from(0).toString('latin1') + instance.stdout.from(0).toString('latin1');
}

const OLD_CONNECTION = 'an old connection is still in TIME_WAIT there';

/**
 * A program that found its own port taken at its first start is not to blame when something else holds it, the same with
 * its bytes swapped, or a port that its files name. Old connections there are cleared away, so that the next try finds
 * the port free.
 */
export async function foundPortTaken(scene: Scene, program: string, runnable: Runnable): Promise<boolean> {
  if (!ADDRESS_IN_USE.test(printed(scene.recorder, program))) return false;
  const { givenPort } = runnable;
  if (scene.instances.protocol(program) === 'udp') {
    const { state } = await scene.surroundings.kernel.portState(givenPort, 'udp');
    if (state === 'free') return false;
    observeReady(scene, program, {
      state: 'port_taken',
      port: givenPort,
      detail: await whoIsOn(scene, givenPort, 'udp'),
    });
    return true;
  }
  const named = new Set([givenPort, swappedPort(givenPort), ...(await numbersIn(runnable.cwd))]);
  const rows = (await scene.surroundings.kernel.tcp()).filter(({ localPort }) => named.has(localPort));
  const listening = rows.find(({ state }) => state === 'LISTEN');
  const old = rows.filter(({ state }) => state === 'TIME_WAIT');
  const port = (listening ?? old[0] ?? rows[0])?.localPort;
  if (port === undefined) return false;
  await Promise.all(old.map((row) => clearTimeWait(row)));
  observeReady(scene, program, {
    state: 'port_taken',
    port,
    detail: !listening && old.length > 0 ? OLD_CONNECTION : await whoIsOn(scene, port, 'tcp'),
  });
  return true;
}

/** Who holds a port, as a clause; what is only bound shows nowhere. */
export async function whoIsOn(
  { surroundings: { kernel } }: Scene,
  port: number,
  protocol: Protocol,
): Promise<string> {
  const [first] = await kernel.holders(new Set([port]), protocol);
  return first === undefined
    ? 'a socket that cannot be seen is bound to it, so the grader cannot bind it either'
    : describeHolder(first);
}

/** A program that went to another port is not to blame where an old connection kept it from its own; that is cleared. */
export async function wasKeptAway(scene: Scene, program: string, port: number): Promise<boolean> {
  const seen = await scene.surroundings.kernel.portState(port, 'tcp');
  if ((await clearOld(port, seen)) === 0) return false;
  observeReady(scene, program, { state: 'port_taken', port, detail: OLD_CONNECTION });
  return true;
}

/** A port that the next scenario uses again must not be left in TIME_WAIT: that would be held against it. */
export async function clearPort({ surroundings, instances }: Scene, program: string): Promise<void> {
  const address = instances.listened(program);
  const runnable = instances.runnable(program);
  if (!address || (typeof runnable.rule !== 'number' && address.port === runnable.givenPort)) return;
  await clearOld(address.port, await surroundings.kernel.portState(address.port, 'tcp'));
}

/** Clears a port of the connections that linger on it; returns how many it was tried with. */
export async function clearOld(
  port: number,
  { timeWait, closing }: Pick<PortObservation, 'timeWait' | 'closing'>,
): Promise<number> {
  const old = [...timeWait, ...closing];
  await Promise.all(old.map((each) => clearTimeWait({ ...each, localPort: port })));
  return old.length;
}
