import { defined } from '../../base/defined.ts';
import type { Agreement } from '../../net/index.ts';
import type { TlsOptions } from '../../steps/context.ts';
import type { Shared } from './shared.ts';

/** Goes on encrypted; a handshake that fails is recorded with its error. */
export async function secure(
  shared: Shared,
  conn: string,
  { alpn, ca, name }: TlsOptions,
  within: number,
): Promise<void> {
  const held = shared.held.get(conn);
  if (!held) return;
  const certificates = await shared.surroundings.certificates?.();
  const isServer = shared.recorder.view.connection(conn).accepted;
  const own = isServer ? certificates?.server : undefined;
  const trusted = ca ?? certificates?.ca;
  const handshake = held.channel.secure({
    role: isServer ? 'server' : 'client',
    ...defined({ alpn, name, ca: trusted }),
    ...own,
  });
  let outcome: Agreement | string | undefined;
  const negotiated = handshake.then(
    (agreed) => {
      outcome = agreed;
      if (!isServer || held.channel.reading) held.channel.startReading();
    },
    (error: NodeJS.ErrnoException) => {
      outcome = error.code ?? error.message;
    },
  );
  await Promise.race([negotiated, shared.waiting().until(() => outcome !== undefined, within)]);
  if (typeof outcome === 'object') shared.recorder.record({ type: 'secured', conn, ...outcome });
  else shared.recorder.record({ type: 'tls_error', conn, code: outcome ?? 'ETIMEDOUT' });
}
