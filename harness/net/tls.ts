import type net from 'node:net';
import tls from 'node:tls';
import { defined } from '../base/defined.ts';

/** How a connection is to be encrypted. */
export interface SecureOptions {
  /** Who begins the handshake: the client, whichever side of the connection we are. */
  readonly role: 'client' | 'server';
  /** Authorities to trust, in PEM; what they say of the other side is reported and never enforced. */
  readonly ca?: string;
  /** Our own certificate and key, in PEM; a server needs them. */
  readonly certificate?: string;
  readonly key?: string;
  /** Protocols to offer, or to choose from, such as `http/1.1`. @default none */
  readonly alpn?: readonly string[];
  /** The name that the server's certificate must be for. @default localhost */
  readonly name?: string;
}

/** The outcome of a handshake. */
export interface Agreement {
  /** `TLSv1.3` for instance. */
  readonly protocol: string;
  readonly cipher: string;
  /** The protocol that was chosen; null without ALPN. */
  readonly alpn: string | null;
  /** Why the other side's certificate is not to be trusted, by OpenSSL's name; null when it is, or has none to show. */
  readonly problem: string | null;
}

/** Begins the handshake on a connection; the answer comes by events of the socket that is returned. */
export function wrap(raw: net.Socket, options: SecureOptions): tls.TLSSocket {
  const { role, ca, certificate, key, alpn = [], name = 'localhost' } = options;
  const common = {
    ...defined({ ca, cert: certificate, key }),
    ...(alpn.length === 0 ? {} : { ALPNProtocols: [...alpn] }),
    // What is old is agreed on as well: which version it was is said, and judged by the author.
    minVersion: 'TLSv1' as const,
    rejectUnauthorized: false,
  };
  if (role === 'server') return new tls.TLSSocket(raw, { ...common, isServer: true });
  return tls.connect({ ...common, socket: raw, servername: name });
}

/** What was agreed on, once the handshake is done. */
export function agreementOf(socket: tls.TLSSocket, { role }: SecureOptions): Agreement {
  const error = socket.authorizationError as unknown;
  const problem =
    error instanceof Error && 'code' in error ? String(error.code) : error ? String(error) : null;
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher()?.name ?? 'unknown',
    alpn: socket.alpnProtocol || null,
    problem: role === 'client' ? problem : null,
  };
}
