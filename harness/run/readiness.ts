import { waitListening } from '../kernel/index.ts';
import type { Listener, ReadyState } from '../model/index.ts';
import { type Instance, observeReady, type Scene } from './instances.ts';
import { describeHolder } from './port-watch.ts';
import { keptFrom } from './starvation.ts';
import type { Runnable } from './surroundings.ts';
import { FairDeadline } from './waiting.ts';

const LOCALHOST = ['127.0.0.1', '0.0.0.0', '::1', '::'];

/** Waits until a program that was just launched is ready in the way that its specification asks for. */
export async function awaitReady(
  scene: Scene,
  program: string,
  runnable: Runnable,
  instance: Instance,
  wanted: number | null,
  within: number,
): Promise<ReadyState> {
  const { ready } = runnable;
  if (ready === 'listening') return awaitListening(scene, program, runnable, instance, wanted, within);
  const waiting = scene.waiting();
  const exited = () => instance.child.exit !== undefined;
  if (typeof ready === 'object' && 'stdout' in ready) {
    const printed = () =>
      scene.recorder.view.instance(program)?.stdout.from(0).includes(ready.stdout) ?? false;
    const held = await waiting.until(() => printed() || exited(), within);
    const state = held && printed() ? 'ready' : exited() ? 'exited' : 'starting';
    return observeReady(scene, program, { state, port: wanted });
  }
  if (typeof ready === 'object') await waiting.elapse(ready.after, exited);
  return observeReady(scene, program, { state: 'ready', port: wanted });
}

async function awaitListening(
  scene: Scene,
  program: string,
  runnable: Runnable,
  instance: Instance,
  wanted: number | null,
  within: number,
): Promise<ReadyState> {
  const { recorder, instances } = scene;
  const { kernel, signal } = scene.surroundings;
  if (!kernel.can.listeners) {
    return observeReady(scene, program, {
      state: instance.child.exit ? 'exited' : 'unseen',
      port: wanted,
      detail: 'this system does not show who listens',
    });
  }
  const waiting = scene.waiting();
  const deadline = await FairDeadline.begin(within, keptFrom(kernel, instance.ref));
  const found = await waitListening(kernel, instance.ref, {
    port: wanted ?? runnable.givenPort,
    rule: wanted === null ? 'any' : 'fixed',
    protocol: instances.protocol(program),
    ...(runnable.host === undefined ? { localhost: true } : { localhost: false, host: runnable.host }),
    deadline: deadline.overNow,
    signal,
  });
  waiting.count(deadline);
  const [holder] =
    found.state === 'port_taken' && found.port !== null
      ? await kernel.holders(new Set([found.port]), instances.protocol(program))
      : [];
  observeReady(scene, program, holder ? { ...found, detail: describeHolder(holder) } : found);
  if (found.state === 'listening' && found.port !== null) {
    const host = runnable.host ?? dialable(found.listeners, found.port);
    instances.setAddress(program, { host, port: found.port });
    const { ports, port } = scene.surroundings;
    const own = ports?.get(program);
    if (own !== undefined)
      recorder.record({ type: 'variable', name: `ports.${program}`, value: String(found.port) });
    if (own === undefined || own === port) {
      recorder.record({ type: 'variable', name: 'port', value: String(found.port) });
      recorder.record({ type: 'variable', name: 'host', value: host });
    }
  }
  return found.state;
}

/** An address to connect to: that of a listener, with "all addresses" turned into localhost. */
function dialable(listeners: readonly Listener[], port: number): string {
  const addresses = listeners.filter((listener) => listener.port === port).map(({ address }) => address);
  if (addresses.some((address) => address === '127.0.0.1' || address === '0.0.0.0' || address === '::'))
    return '127.0.0.1';
  if (addresses.includes('::1')) return '::1';
  return addresses.find((address) => !LOCALHOST.includes(address)) ?? '127.0.0.1';
}
