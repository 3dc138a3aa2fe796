import type { ObserverScene } from './scene.ts';
import { UNSEEN } from './scene.ts';

/** How often a program is observed for a moment that is never idle. */
const BUSY_OBSERVATIONS = 5;

interface ServerEndAnswer {
  readonly bytes: number | null;
  readonly accepted: boolean;
  readonly fin: boolean;
}

/** Waits until so many bytes lie unread before the program; a connection that is gone ends the wait as well. */
export async function unread(
  scene: ObserverScene,
  conn: string,
  bytes: number,
  within: number,
): Promise<boolean> {
  const asleep = scene.programs.untilAsleep();
  const look = async () => {
    const seen = await serverEnd(scene, conn);
    if (bytes === 0 || seen.bytes !== bytes) return seen;
    // A thread that these bytes have woken may not have had the processor yet.
    for (let count = 0; count < BUSY_OBSERVATIONS && !(await asleep()); count++);
    return serverEnd(scene, conn);
  };
  return untilServerEnd(
    scene,
    conn,
    within,
    (end) => end.bytes === bytes || end.bytes === UNSEEN || (end.bytes === null && isOver(scene, conn)),
    look,
  );
}

/** Waits until the program has taken the connection out of the queue. */
export async function accepted(scene: ObserverScene, conn: string, within: number): Promise<boolean> {
  return untilServerEnd(
    scene,
    conn,
    within,
    (end) => end.accepted || end.bytes === UNSEEN || (end.bytes === null && scene.recorder.view.ended(conn)),
  );
}

/** Whether how a connection ended is known; one who does not read cannot see it. */
function isOver(scene: ObserverScene, conn: string): boolean {
  return scene.recorder.view.ended(conn) || !scene.connections.reads(conn);
}

async function untilServerEnd(
  scene: ObserverScene,
  conn: string,
  within: number,
  good: (end: ServerEndAnswer) => boolean,
  look = () => serverEnd(scene, conn),
): Promise<boolean> {
  const answer = await scene.waiting().poll(look, good, within);
  scene.observe({ what: 'unread', conn, ...answer });
  return good(answer);
}

/** What the kernel says of the program's end of a connection. */
export async function serverEnd(scene: ObserverScene, conn: string): Promise<ServerEndAnswer> {
  const { kernel } = scene.surroundings;
  const ports = scene.connections.ports(conn);
  if (!kernel.can.unread) return { bytes: UNSEEN, accepted: false, fin: false };
  if (!ports) return { bytes: null, accepted: false, fin: false };
  const observed = () => kernel.serverEnd(ports.serverPort, ports.clientPort);
  const end = (await observed()) ?? (await observed());
  return end
    ? { bytes: end.unread, accepted: end.accepted, fin: end.fin }
    : { bytes: null, accepted: false, fin: false };
}
