import { percent } from '../percent.ts';

/** What the kernel said about who listens where. Addresses are in their usual text form. */
export interface Listener {
  readonly address: string;
  readonly port: number;
  readonly pid: number;
}

/** What one thread was doing when it was looked at. */
export interface ThreadState {
  readonly pid: number;
  readonly tid: number;
  /** One letter of proc_pid_stat(5): R running, S sleeping, D disk sleep, T stopped, Z zombie … */
  readonly state: string;
  /** System call it sleeps in, by name, or `unknown`. */
  readonly call?: string;
  /** In words: `recv on the connection "a"`, `read on standard input`. */
  readonly waitsFor?: string;
}

/** "127.0.0.1:8080 and [::1]:8080". */
export function describeListeners(listeners: readonly Listener[]): string {
  const texts = listeners.map(({ address, port }) =>
    address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
  );
  return texts.length > 1 ? `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}` : (texts[0] ?? 'nothing');
}

/** "used 97 % CPU"; "was looked at" where the system does not show how much. */
export function describeShare(share: number): string {
  return share < 0 ? 'was looked at' : `used ${percent(share)} CPU`;
}
