import type { Transport } from '../model/transport.ts';
import type { Carrier } from './channel.ts';
import { tcp } from './tcp.ts';
import { udp } from './udp.ts';

export { isOwnAddress } from './address.ts';
export { type Certificates, runCertificates } from './certificates.ts';
export type { Arrival, Channel, Door, Endpoint } from './channel.ts';
export type { Agreement } from './tls.ts';

/** Every transport by its name; TLS begins as TCP, and is secured once there is a connection. */
export const CARRIERS: Readonly<Record<Transport, Carrier>> = { tcp, udp, tls: tcp };
