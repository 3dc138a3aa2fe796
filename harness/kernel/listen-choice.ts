import type { Listener } from '../model/index.ts';
import type { Protocol } from '../model/transport.ts';

/** Which listening socket is wanted. */
export interface ListenWish {
  /** The port that the program was given, or null when it was given none. */
  readonly port: number | null;
  /** `any` accepts another port than the given one. @default 'fixed' with a port */
  readonly rule?: 'fixed' | 'any';
  /** A UDP socket that is bound is to a server what a listening one is by TCP. */
  readonly protocol: Protocol;
  /** The address must be reachable as `localhost`. */
  readonly localhost: boolean;
  /** The one address that it must be reachable at. @default any */
  readonly host?: string;
}

const LOCALHOST = new Set(['0.0.0.0', '::', '127.0.0.1', '::1']);

/** Is an address reached by who connects to `localhost`? */
export function isLocalhost(address: string): boolean {
  return LOCALHOST.has(address);
}

const ANY = { 4: '0.0.0.0', 6: '::' } as const;

/** A socket bound to `::` takes IPv4 as well, unless IPV6_V6ONLY is set, which does not show. */
function isReached(address: string, { localhost, host }: ListenWish): boolean {
  if (host === undefined) return !localhost || isLocalhost(address);
  const any = host.includes(':') ? [ANY[6]] : [ANY[4], ANY[6]];
  return address === host || any.some((one) => one === address);
}

/** Listeners that fulfil the wish in full, those on the given port before others. */
export function wanted(listeners: readonly Listener[], wish: ListenWish): Listener[] {
  const reachable = listeners.filter(({ address }) => isReached(address, wish));
  const givenPort = reachable.filter(({ port }) => port === wish.port);
  const others = takesAny(wish) ? reachable.filter(({ port }) => port !== wish.port) : [];
  return [...givenPort, ...others];
}

function takesAny({ port, rule }: ListenWish): boolean {
  return port === null || rule === 'any';
}

/** The number that comes out when a program forgets htons(3). */
export function swappedPort(port: number): number {
  return ((port & 0xff) << 8) | (port >> 8);
}

/** What is wrong with listeners none of which fulfils the wish. */
export function whyNotWanted(
  listeners: readonly Listener[],
  wish: ListenWish,
): { state: 'other_port' | 'swapped_port' | 'other_address'; port: number | null; detail: string } {
  const onGiven = listeners.find(({ port }) => port === wish.port);
  const first = onGiven ?? listeners[0];
  const places = listeners.map(({ address, port }) => place(address, port)).join(', ');
  if (onGiven || takesAny(wish)) {
    const detail = `it listens on ${places}, which ${wish.host ?? 'localhost'} does not reach`;
    return { state: 'other_address', port: first?.port ?? null, detail };
  }
  const givenPort = wish.port ?? 0;
  const swapped = listeners.find(({ port }) => port === swappedPort(givenPort));
  if (swapped) {
    const detail = `it listens on ${places}: ${swapped.port} is ${givenPort} with its two bytes swapped`;
    return { state: 'swapped_port', port: swapped.port, detail };
  }
  return {
    state: 'other_port',
    port: first?.port ?? null,
    detail: `it listens on ${places}, not on port ${givenPort}`,
  };
}

/** An address with its port as it is usually written. */
export function place(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
