import { setTimeout as delay } from 'node:timers/promises';
import { defined } from '../../base/defined.ts';
import { TRANSPORTS } from '../../model/transport.ts';
import { CARRIERS, type Channel, type Endpoint, isOwnAddress } from '../../net/index.ts';
import type { ConnectOptions } from '../../steps/context.ts';
import { FairDeadline, turn } from '../waiting.ts';
import { callbacks } from './incoming.ts';
import type { Shared } from './shared.ts';

/** Opens a connection; what is left of the time, or undefined where it failed, which is recorded. Where the system does not show who listens, a refusal is tried again until time is up. */
export async function openConnection(
  shared: Shared,
  conn: string,
  options: ConnectOptions,
  within: number,
): Promise<FairDeadline | undefined> {
  await shared.patience.nextClient(options.program, shared.held);
  const deadline = await FairDeadline.begin(within, async () => ({ waitedMs: 0, ranMs: 0 }));
  const retry = !shared.surroundings.kernel.can.listeners && options.expect === 'ok';
  const place = await placeOf(shared, options);
  if (!place) return undefined;
  const { port } = place;
  const hosts = hostsOf(options, place, retry);
  for (;;) {
    const failure = await dialFirst(shared, conn, { ...options, port }, hosts, deadline);
    if (failure === undefined) return deadline;
    if (failure !== 'ECONNREFUSED' || !retry || deadline.left <= 0) {
      const code = hosts.length > 1 && failure === 'EADDRNOTAVAIL' ? 'ECONNREFUSED' : failure;
      shared.recorder.record({ type: 'connect_error', conn, code });
      return undefined;
    }
    shared.surroundings.signal.throwIfAborted();
    await delay(5);
  }
}

/** The addresses to try: where none is named, that of IPv6 as well. */
function hostsOf(
  { host, transport }: ConnectOptions,
  { address }: Endpoint,
  retry: boolean,
): readonly string[] {
  const isUsual = host === undefined && TRANSPORTS[transport].ends;
  return [address, ...(isUsual && (retry || address === '127.0.0.1') ? ['::1'] : [])];
}

/** Tries one address after the other as long as they refuse; returns why the last one failed. */
async function dialFirst(
  shared: Shared,
  conn: string,
  options: ConnectOptions & { port: number },
  hosts: readonly string[],
  deadline: FairDeadline,
): Promise<string | undefined> {
  const { program, port, transport } = options;
  let failure: string | undefined;
  for (const host of hosts) {
    shared.recorder.record({
      type: 'connect',
      conn,
      ...defined({ program }),
      host,
      port,
      ...(transport === 'tcp' ? {} : { transport }),
    });
    failure = await dial(shared, conn, { ...options, host, port, within: deadline.left });
    if (failure !== 'ECONNREFUSED') break;
  }
  return failure;
}

/** Where to connect to; nothing when that can't be done, which has been recorded. */
async function placeOf(
  shared: Shared,
  { program, host, port, transport }: ConnectOptions,
): Promise<Endpoint | undefined> {
  const usual = program === undefined ? undefined : shared.programs.address(program);
  const address = host ?? usual?.host ?? '127.0.0.1';
  if (host !== undefined && !isOwnAddress(host)) {
    shared.recorder.record({
      type: 'trouble',
      because: 'capability',
      message: `This machine has no address ${host} here.`,
    });
    return undefined;
  }
  if (port === undefined) return { address, port: usual?.port ?? 0 };
  // The number may have come from the program: no port of another program is connected to.
  const owner = await shared.programs.ownerOf(port, TRANSPORTS[transport].protocol);
  shared.recorder.record({ type: 'observed', observation: { what: 'owner', port, program: owner } });
  return owner === null ? undefined : { address, port };
}

/** One try; returns why it failed. */
export async function dial(
  shared: Shared,
  conn: string,
  to: ConnectOptions & { host: string; port: number; within: number },
): Promise<string | undefined> {
  const recorder = shared.recorder;
  const { program, port: theirs, transport } = to;
  const channel = CARRIERS[transport].dial({
    ...to,
    // What comes before the handshake is for the handshake.
    reading: to.reading && transport !== 'tls',
    ...callbacks(shared, conn),
    onConnected: (localPort) => {
      shared.held.set(conn, {
        channel,
        transport,
        ...defined({ program }),
        ours: localPort,
        theirs,
      });
      recorder.record({ type: 'connected', conn, localPort });
    },
    onError: (code) => {
      if (channel.connected) recorder.record({ type: 'conn_error', conn, code });
    },
  });
  await opened(shared, channel, to.within);
  if (channel.connected) return undefined;
  channel.drop();
  return channel.failed ?? 'ETIMEDOUT';
}

/** Waits until a connection exists or has failed, or time is up; what is on its way to us by then counts. */
async function opened(shared: Shared, channel: Channel, within: number): Promise<void> {
  const { signal } = shared.surroundings;
  const enough = new AbortController();
  const late = delay(Math.max(0, within), undefined, { signal: AbortSignal.any([signal, enough.signal]) });
  await Promise.race([channel.opening, late.catch(() => undefined)]);
  enough.abort();
  if (!channel.connected && channel.failed === undefined) await turn();
  if (signal.aborted) channel.drop();
  signal.throwIfAborted();
}
