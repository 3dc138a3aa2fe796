import { defined } from '../base/defined.ts';
import type { ProgramRef } from '../kernel/index.ts';
import type { EndReason, Listener, ReadyState } from '../model/index.ts';
import { type Protocol, TRANSPORTS } from '../model/transport.ts';
import type { Child } from '../process/launch.ts';
import type { Listeners } from './listeners.ts';
import type { Recorder } from './recorder.ts';
import type { Runnable, Surroundings } from './surroundings.ts';
import type { Waiting } from './waiting.ts';

/** One start of a program. */
export interface Instance {
  readonly number: number;
  readonly child: Child;
  readonly ref: () => ProgramRef;
  reason: EndReason;
  /** It was stopped (SIGSTOP) and continued. */
  resumed?: true;
  /** What goes on after the end of its first process has been recorded. */
  leftRunning?: true;
  /** Sees that it keeps to its limits; absent before it runs. */
  watch?: {
    printed(bytes: number): void;
    ended(signal: string | null): void;
    end(): void;
  };
  /** Processes of it that were alive when it was stopped. */
  known: readonly number[];
}

/** What starting, stopping and clearing up after programs work with: the parts of one run, and who runs in it. */
export interface Scene {
  readonly surroundings: Surroundings;
  readonly recorder: Recorder;
  readonly listeners: Listeners;
  readonly waiting: () => Waiting;
  readonly instances: Instances;
}

/** Which programs of a run were started, how often, and where each listened last. */
export class Instances {
  readonly #surroundings: Surroundings;
  readonly #started = new Map<string, Instance[]>();
  readonly #addresses = new Map<string, { host: string; port: number }>();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** How a program is started. */
  runnable(program: string): Runnable {
    const runnable = this.#surroundings.programs.get(program);
    if (!runnable) throw new Error(`no program ${program}`);
    return runnable;
  }

  /** Which table of the kernel a program's sockets are in. */
  protocol(program: string): Protocol {
    return protocolOf(this.runnable(program));
  }

  /** All starts of a program so far. */
  of(program: string): readonly Instance[] {
    return this.#started.get(program) ?? [];
  }

  latest(program: string): Instance | undefined {
    return this.of(program).at(-1);
  }

  add(program: string, instance: Instance): void {
    this.#started.set(program, [...this.of(program), instance]);
  }

  /** Programs in the order of their first start, with all starts of each. */
  all(): Iterable<[string, readonly Instance[]]> {
    return this.#started;
  }

  /** All programs that were started, the latest start of each. */
  refs(): (() => ProgramRef)[] {
    return [...this.#started.values()].flatMap((started) => started.at(-1)?.ref ?? []);
  }

  /** Where a program listened last, if it ever did. */
  listened(program: string): { host: string; port: number } | undefined {
    return this.#addresses.get(program);
  }

  /** Where to connect to a program: where it listens, or where it was to listen. */
  address(program: string): { host: string; port: number } {
    return this.listened(program) ?? { host: '127.0.0.1', port: this.runnable(program).givenPort };
  }

  setAddress(program: string, address: { host: string; port: number }): void {
    this.#addresses.set(program, address);
  }
}

/** Records what was found about a program's socket, and tells whoever waits for it. */
export function observeReady(
  { recorder, surroundings }: Scene,
  program: string,
  found: {
    readonly state: ReadyState;
    readonly listeners?: readonly Listener[];
    readonly port: number | null;
    readonly swappedFrom?: number;
    readonly detail?: string | undefined;
  },
): ReadyState {
  const { state, listeners = [], port, swappedFrom, detail } = found;
  recorder.record({
    type: 'observed',
    observation: {
      what: 'listening',
      program,
      state,
      listeners,
      port,
      ...defined({ swappedFrom }),
      ...(detail ? { detail } : {}),
    },
  });
  surroundings.onReady?.(state, port);
  return state;
}

/** Which table of the kernel the sockets of a program are in. */
export function protocolOf({ transport = 'tcp' }: Runnable): Protocol {
  return TRANSPORTS[transport].protocol;
}
