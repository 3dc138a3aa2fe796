import type { ObserverScene } from './scene.ts';

interface DatagramAnswer {
  readonly socket: 'bound' | 'connected' | 'none' | 'unseen';
  readonly peer?: number;
  readonly unread: boolean;
  readonly drops: number;
}

/** Waits until something lies in the queue of a program's UDP socket, or nothing does. */
export async function queue(
  scene: ObserverScene,
  program: string,
  unread: 'none' | 'some',
  within: number,
): Promise<void> {
  const { port } = scene.programs.address(program);
  const look = () => datagrams(scene, port);
  const good = ({ socket, unread: some }: DatagramAnswer) =>
    socket === 'unseen' || some === (unread === 'some');
  const seen = await scene.waiting().poll(look, good, within);
  scene.observe({ what: 'datagrams', port, ...seen, ownDrops: 0, noPort: null });
}

/** Records whether a UDP port is bound. */
export async function bound(scene: ObserverScene, port: number): Promise<void> {
  const seen = await datagrams(scene, port);
  scene.observe({ what: 'datagrams', port, ...seen, ownDrops: 0, noPort: null });
}

/** Records what has become of the datagrams of each connection that has such, for one that waits in vain. */
export async function lostDatagrams(scene: ObserverScene): Promise<void> {
  const { kernel } = scene.surroundings;
  for (const { conn, ours, theirs, noPortBefore } of scene.connections.datagramConnections()) {
    const [seen, own, noPort] = await Promise.all([
      datagrams(scene, theirs),
      kernel.datagrams(ours),
      kernel.noPort(),
    ]);
    const ownDrops = own.reduce((sum, { drops }) => sum + drops, 0);
    const since = noPort === null || noPortBefore === null ? null : noPort - noPortBefore;
    scene.observe({ what: 'datagrams', conn, port: theirs, ...seen, ownDrops, noPort: since });
  }
}

async function datagrams(scene: ObserverScene, port: number): Promise<DatagramAnswer> {
  const { kernel } = scene.surroundings;
  if (kernel.kind !== 'kernel') return { socket: 'unseen', unread: false, drops: 0 };
  const sockets = await kernel.datagrams(port);
  const open = sockets.find(({ remotePort }) => remotePort === 0);
  const one = open ?? sockets[0];
  return {
    socket: open ? 'bound' : one ? 'connected' : 'none',
    ...(open || !one ? {} : { peer: one.remotePort }),
    unread: sockets.some((socket) => socket.unread),
    drops: sockets.reduce((sum, { drops }) => sum + drops, 0),
  };
}
