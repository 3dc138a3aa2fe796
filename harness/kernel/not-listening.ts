import type { Listener } from '../model/index.ts';
import { describeThreadWaits } from './describe.ts';
import { currentOf } from './program.ts';
import { SleepTracker, sleepsForGood } from './sleep-tracker.ts';
import type { Kernel, ProgramRef, ThreadObservation } from './types.ts';

const IDLE_MS = 700;
const STDIN_MS = 300;
const LOOK_EVERY_MS = 40;
const UDP_EVERY_MS = 100;

/** Gathers evidence on a program that does not listen where it should. */
export class NotListening {
  readonly #kernel: Kernel;
  readonly #program: () => ProgramRef;
  readonly #givenPort: number | null;
  readonly #sleepTracker = new SleepTracker();
  #threads: readonly ThreadObservation[] = [];
  #udp: readonly Listener[] = [];
  #nextObservation = 0;
  #nextUdp: number | null = null;
  #now = 0;

  constructor(kernel: Kernel, program: () => ProgramRef, { port }: { readonly port: number | null }) {
    this.#kernel = kernel;
    this.#program = program;
    this.#givenPort = port;
  }

  /** Is it certain that nothing will change? `held`: what it listens on has been the same for a while. */
  async isCertain(listeners: readonly Listener[], held: boolean, now: number): Promise<boolean> {
    if (now < this.#nextObservation) return false;
    this.#nextObservation = now + LOOK_EVERY_MS;
    await this.#observed(now);
    if (listeners.length > 0 && held && (await this.#serves(listeners))) return true;
    if (listeners.length === 0 && (await this.#servesUdp(now))) return true;
    return this.#idle() && !(await this.#hasOthers());
  }

  async #observed(now: number): Promise<void> {
    this.#threads = await this.#kernel.threads(this.#ref());
    this.#now = now;
    this.#sleepTracker.update(this.#threads, now);
  }

  #ref(): ProgramRef {
    return currentOf(this.#program);
  }

  async #serves(listeners: readonly Listener[]): Promise<boolean> {
    for (const port of new Set(listeners.map((listener) => listener.port))) {
      const observed = await this.#kernel.waiters(this.#ref(), { kind: 'listener', port });
      if (observed.state === 'waiting') return true;
    }
    return false;
  }

  /** A resolver's socket is connected or has a time limit; a server waits on its own without one, or on the told port. */
  async #servesUdp(now: number): Promise<boolean> {
    this.#nextUdp ??= now + UDP_EVERY_MS;
    if (now < this.#nextUdp) return false;
    this.#nextUdp = now + UDP_EVERY_MS;
    const before = new Set(this.#udp.map(({ port }) => port));
    this.#udp = await this.#kernel.udp(this.#ref());
    return this.#udp.some(
      ({ port }) => before.has(port) && this.#threads.some((observed) => this.#waitsOn(port, observed)),
    );
  }

  #waitsOn(port: number, { waitSet }: ThreadObservation): boolean {
    const waits = waitSet?.fds.some(({ read, target }) => read && target === `UDP socket :${port}`) ?? false;
    return waits && (waitSet?.timeoutMs === null || port === this.#givenPort);
  }

  #idle(): boolean {
    return this.#sleepTracker.allUnchangedMs(this.#now) >= IDLE_MS && this.#lastingSleep();
  }

  #lastingSleep(): boolean {
    return this.#threads.length > 0 && this.#threads.every(sleepsForGood);
  }

  /** Are there processes that left the tree, whose threads were not among those looked at? */
  async #hasOthers(): Promise<boolean> {
    const all = await this.#kernel.processes(this.#ref(), { orphans: true });
    const looked = new Set(this.#threads.map(({ pid }) => pid));
    return all.some((pid) => !looked.has(pid));
  }

  /** Who else listens on the told port. */
  async strangers(port: number): Promise<Listener[]> {
    const found = await this.#kernel.listenersOn(port);
    if (found.length === 0) return [];
    const own = await this.#kernel.processes(this.#ref(), { orphans: true });
    const holding = await this.#kernel.holding(port, own);
    return holding.length > 0 ? [] : found.filter(({ pid }) => !own.includes(pid));
  }

  /** Why a program that is alive listens on nothing. */
  async silent(): Promise<{
    state: 'udp' | 'no_listen' | 'waits_on_stdin' | 'idle' | 'starting';
    port: number | null;
    detail: string;
  }> {
    if (this.#threads.length === 0) await this.#observed(performance.now());
    const description = describeThreadWaits(this.#threads);
    this.#udp = await this.#kernel.udp(this.#ref());
    const udp = this.#udp.find(({ port }) => port === this.#givenPort) ?? this.#udp[0];
    if (udp) {
      return {
        state: 'udp',
        port: udp.port,
        detail: `it has a UDP socket on port ${udp.port} and listens on no TCP port`,
      };
    }
    if (this.#readsStdin())
      return { state: 'waits_on_stdin', port: null, detail: `it does not listen; it ${description}` };
    const [unused] = await this.#kernel.unused(this.#ref());
    if (unused) {
      return {
        state: 'no_listen',
        port: this.#givenPort,
        detail: `its socket (descriptor ${unused.fd}) neither listens nor is connected; it ${description}`,
      };
    }
    if (this.#idle())
      return {
        state: 'idle',
        port: null,
        detail: `it does not listen and has nothing to do; it ${description}`,
      };
    return { state: 'starting', port: null, detail: `it does not listen yet; it ${description}` };
  }

  #readsStdin(): boolean {
    return this.#threads.some((observed) => {
      const reads =
        observed.waitSet?.fds.some(({ read, target }) => read && target === 'standard input') ?? false;
      return reads && this.#sleepTracker.unchangedMs(observed, this.#now) >= STDIN_MS;
    });
  }
}
