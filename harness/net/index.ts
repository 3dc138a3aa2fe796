import type { Transport } from '../model/transport.ts';
import type { Carrier } from './channel.ts';
import { tcp } from './tcp.ts';
import { udp } from './udp.ts';

export { isOwnAddress } from './address.ts';
export type { Arrival, Channel, Door, Endpoint } from './channel.ts';

/** Every transport by its name. */
export const CARRIERS: Readonly<Record<Transport, Carrier>> = { tcp, udp };
