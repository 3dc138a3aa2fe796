import { defined } from '../../base/defined.ts';
import type { PortObservation } from '../../kernel/index.ts';
import type { Listener } from '../../model/index.ts';
import type { PortQuery } from '../../steps/context.ts';
import type { ObserverScene } from './scene.ts';

/** Waits until a program's port is in a state, and records in which it was last. */
export async function port(
  scene: ObserverScene,
  { program, is: wanted, owner, fits }: PortQuery,
  within: number,
): Promise<void> {
  const { kernel } = scene.surroundings;
  const { port } = scene.programs.address(program);
  const protocol = scene.programs.protocol(program);
  if (!kernel.can.states && wanted === 'time_wait') {
    scene.observe({ what: 'port', port, state: 'unseen', timeWait: 0, listeners: [] });
    return;
  }
  const observed = await scene.waiting().poll(
    async (): Promise<PortObservation & { readonly owned?: boolean | null }> => {
      const seen = await kernel.portState(port, protocol);
      return owner === undefined ? seen : { ...seen, owned: await owns(scene, owner, seen.listeners) };
    },
    ({ state, timeWait, listeners, owned }) =>
      wanted === 'time_wait' ? timeWait.length > 0 : state === wanted && fits(listeners) && owned !== false,
    within,
  );
  const { state, timeWait, listeners, owned, detail } = observed;
  scene.observe({
    what: 'port',
    port,
    state,
    timeWait: timeWait.length,
    listeners,
    ...defined({ owned }),
    ...(detail ? { detail } : {}),
  });
}

/** Whether a program holds one of the sockets that listen; null where that can't be seen. */
async function owns(
  scene: ObserverScene,
  program: string,
  listeners: readonly Listener[],
): Promise<boolean | null> {
  const { kernel } = scene.surroundings;
  if (!kernel.can.listeners) return null;
  const ref = scene.programs.ref(program);
  const pids = ref ? await kernel.processes(ref(), { orphans: true }) : [];
  return listeners.some(({ pid }) => pids.includes(pid));
}
