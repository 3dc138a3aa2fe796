import type { Listener } from '../model/index.ts';
import type { Protocol } from '../model/transport.ts';
import { describeThreadWaits } from './describe.ts';
import { currentOf } from './program.ts';
import { SleepTracker, sleepsForGood } from './sleep-tracker.ts';
import type { Kernel, ProgramRef, ThreadObservation } from './types.ts';

const IDLE_MS = 700;
const STDIN_MS = 300;
const LOOK_EVERY_MS = 40;
const OTHER_EVERY_MS = 100;
/** What a program may have taken for the wanted protocol. */
const OTHER = { tcp: 'udp', udp: 'tcp' } as const;

const OTHER_DETAIL = {
  udp: (port: number) => `it has a UDP socket on port ${port} and listens on no TCP port`,
  tcp: (port: number) => `it listens on TCP port ${port} and has no UDP socket`,
};

/** Gathers evidence on a program that does not listen where it should. */
export class NotListening {
  readonly #kernel: Kernel;
  readonly #program: () => ProgramRef;
  readonly #givenPort: number | null;
  readonly #protocol: Protocol;
  readonly #sleepTracker = new SleepTracker();
  #threads: readonly ThreadObservation[] = [];
  #others: readonly Listener[] = [];
  #nextObservation = 0;
  #nextOther: number | null = null;
  #now = 0;

  constructor(
    kernel: Kernel,
    program: () => ProgramRef,
    { port, protocol }: { readonly port: number | null; readonly protocol: Protocol },
  ) {
    this.#kernel = kernel;
    this.#program = program;
    this.#givenPort = port;
    this.#protocol = protocol;
  }

  /** Is it certain that nothing will change? `held`: what it listens on has been the same for a while. */
  async isCertain(listeners: readonly Listener[], held: boolean, now: number): Promise<boolean> {
    if (now < this.#nextObservation) return false;
    this.#nextObservation = now + LOOK_EVERY_MS;
    await this.#observed(now);
    if (listeners.length > 0 && held && (await this.#serves(listeners))) return true;
    if (listeners.length === 0 && (await this.#servesOther(now))) return true;
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
      const observed = await this.#kernel.waiters(this.#ref(), {
        kind: 'listener',
        port,
        protocol: this.#protocol,
      });
      if (observed.state === 'waiting') return true;
    }
    return false;
  }

  /** Whether it waits for clients by the other protocol. */
  async #servesOther(now: number): Promise<boolean> {
    this.#nextOther ??= now + OTHER_EVERY_MS;
    if (now < this.#nextOther) return false;
    this.#nextOther = now + OTHER_EVERY_MS;
    const before = new Set(this.#others.map(({ port }) => port));
    this.#others = await this.#kernel.listeners(this.#ref(), OTHER[this.#protocol]);
    const lasting = this.#others.filter(({ port }) => before.has(port));
    if (this.#protocol === 'udp') return lasting.length > 0;
    // A resolver's socket is connected or has a time limit; a server waits on its own without one, or on the given port.
    return lasting.some(({ port }) => this.#threads.some((look) => this.#waitsOn(port, look)));
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

  /** Who else listens on the given port. */
  async strangers(port: number): Promise<Listener[]> {
    const found = await this.#kernel.listenersOn(port, this.#protocol);
    if (found.length === 0) return [];
    const own = await this.#kernel.processes(this.#ref(), { orphans: true });
    const holding = await this.#kernel.holding(port, own, this.#protocol);
    return holding.length > 0 ? [] : found.filter(({ pid }) => !own.includes(pid));
  }

  /** Why a program that is alive listens on nothing. */
  async silent(): Promise<{
    state: 'udp' | 'tcp' | 'no_listen' | 'waits_on_stdin' | 'idle' | 'starting';
    port: number | null;
    detail: string;
  }> {
    if (this.#threads.length === 0) await this.#observed(performance.now());
    const description = describeThreadWaits(this.#threads);
    const protocol = OTHER[this.#protocol];
    this.#others = await this.#kernel.listeners(this.#ref(), protocol);
    const other = this.#others.find(({ port }) => port === this.#givenPort) ?? this.#others[0];
    if (other) return { state: protocol, port: other.port, detail: OTHER_DETAIL[protocol](other.port) };
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
