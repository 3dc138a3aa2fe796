import { describeThreadWaits } from '../../kernel/describe.ts';
import type { Kernel } from '../../kernel/index.ts';
import type { LiveRun } from '../../run/live-run.ts';

/** Whom to ask about. */
export interface Seen {
  readonly program: string;
  readonly connections: readonly string[];
}

/** What the kernel says about a program and its connections, in lines. */
export async function kernelView(
  kernel: Kernel,
  run: LiveRun,
  { program, connections }: Seen,
): Promise<string[]> {
  const instance = run.view.instance(program);
  if (!instance) return [`${program}: not started`];
  const lines = [await programLine(kernel, run, program)];
  const { port } = run.address(program);
  if (instance.transport === 'tcp') {
    for (const conn of connections) lines.push(await connectionLine(kernel, run, conn));
    const { timeWait } = await kernel.portState(port, 'tcp');
    if (timeWait.length > 0) lines.push(`port ${port}: ${timeWait.length} in TIME_WAIT`);
  } else {
    const sockets = await kernel.datagrams(port);
    for (const { unread } of sockets)
      lines.push(`port ${port}: ${unread ? 'datagrams lie unread' : 'nothing unread'}`);
  }
  return lines;
}

async function programLine(kernel: Kernel, run: LiveRun, program: string): Promise<string> {
  const { exit } = run.view.instance(program) ?? {};
  if (exit)
    return `${program}: ${exit.signal === null ? `exited with status ${exit.code}` : `killed by ${exit.signal}`}`;
  const ref = run.ref(program);
  if (!ref) return `${program}: not started`;
  if (!kernel.can.calls) return `${program}: running`;
  return `${program}: ${describeThreadWaits(await kernel.threads(ref()))}`;
}

async function connectionLine(kernel: Kernel, run: LiveRun, conn: string): Promise<string> {
  const ports = run.ports(conn);
  if (!ports) return `${conn}: not connected`;
  const [theirs, ours] = await Promise.all([
    kernel.serverEnd(ports.serverPort, ports.clientPort),
    kernel.clientEnd(ports.clientPort, ports.serverPort),
  ]);
  if (!theirs) return `${conn}: ${ours ? `${ours.state} here, gone in the program` : 'gone'}`;
  const unread = theirs.unread === 0 ? 'all received' : `${theirs.unread} bytes unread`;
  const parts = [theirs.row.state, theirs.accepted ? 'accepted' : 'not accepted yet', unread];
  if (theirs.fin) parts.push('FIN has arrived');
  return `${conn}: ${parts.join(', ')}`;
}
