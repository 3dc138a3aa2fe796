import { randomUUID } from 'node:crypto';
import type { ProgramRef } from '../kernel/index.ts';
import { Rest, settled, waitListening } from '../kernel/index.ts';
import type { EndReason, Listener, ReadyState } from '../model.ts';
import { canBind, clearTimeWait, isFree } from '../net/port.ts';
import { endProgram } from '../process/end.ts';
import { markerEntry } from '../process/environment.ts';
import { type Child, LaunchError, launch } from '../process/launch.ts';
import { numbersIn } from '../process/mentions.ts';
import { ADDRESS_IN_USE } from '../steps/words.ts';
import type { Listeners } from './listeners.ts';
import type { Recorder } from './recorder.ts';
import type { Runnable, Surroundings } from './surroundings.ts';
import { FairDeadline, type Waiting } from './waiting.ts';

/** One start of a program. */
interface Instance {
  readonly number: number;
  readonly child: Child;
  readonly ref: () => ProgramRef;
  reason: EndReason;
  /** Processes of it that were alive when it was stopped. */
  known: readonly number[];
}

/** Longest wait for a process to be gone or to be stopped after a signal that can't be refused, in milliseconds. */
const SIGNAL_PATIENCE = 5_000;
/** Longest time that a killed process may take to let go of its sockets, in milliseconds. */
const DYING = 1_500;
/** How long a program is watched for a moment of sleep, in milliseconds. */
const PEACE = 40;
const LOCALHOST = ['127.0.0.1', '0.0.0.0', '::1', '::'];

/** The programs of one run: starts them, signals them, and leaves nothing of them behind. */
export class Programs {
  readonly #surroundings: Surroundings;
  readonly #recorder: Recorder;
  readonly #waiting: () => Waiting;
  readonly #listeners: Listeners;
  readonly #instances = new Map<string, Instance[]>();
  /** Where each program listened last. */
  readonly #addresses = new Map<string, { host: string; port: number }>();

  constructor(surroundings: Surroundings, recorder: Recorder, listeners: Listeners, waiting: () => Waiting) {
    this.#surroundings = surroundings;
    this.#recorder = recorder;
    this.#listeners = listeners;
    this.#waiting = waiting;
  }

  /** Where to connect to a program: where it listens, or where it was told to. */
  address(program: string): { host: string; port: number } {
    return this.#addresses.get(program) ?? { host: '127.0.0.1', port: this.#runnable(program).told };
  }

  /** The processes of the latest start, for the kernel. */
  ref(program: string): (() => ProgramRef) | undefined {
    return this.#instances.get(program)?.at(-1)?.ref;
  }

  /** All programs that were started, the latest start of each. */
  refs(): (() => ProgramRef)[] {
    return [...this.#instances.keys()].map((name) => this.ref(name)).filter((ref) => ref !== undefined);
  }

  /** A question that is answered with yes once all programs have provably come to rest. */
  hopeless(): () => Promise<boolean> {
    const { kernel } = this.#surroundings;
    const rests = this.refs().map((ref) => new Rest(kernel, ref));
    return async () => {
      const answers = await Promise.all(rests.map((rest) => rest.look()));
      return answers.length > 0 && answers.every(Boolean);
    };
  }

  /** Whether everything that a program printed has come, because nobody holds its output any more. */
  drained(program: string): boolean {
    const child = this.#instances.get(program)?.at(-1)?.child;
    return child?.exit !== undefined && child.drained;
  }

  /** Whether nothing of any program is left. */
  async gone(): Promise<boolean> {
    const { kernel } = this.#surroundings;
    const refs = this.refs();
    if (refs.some((ref) => !ref().exited)) return false;
    const left = await Promise.all(refs.map((ref) => kernel.processes(ref(), { orphans: true })));
    return left.flat().length === 0;
  }

  /** The same once all programs sleep, if only for a moment: they are not on their way out. */
  atPeace(): () => Promise<boolean> {
    const { kernel, signal } = this.#surroundings;
    return async () => {
      const until = performance.now() + PEACE;
      const deadline = () => performance.now() > until;
      const answers = await Promise.all(
        this.refs().map((ref) => ref().exited || settled(kernel, ref, { deadline, signal })),
      );
      return answers.every(Boolean);
    };
  }

  #runnable(program: string): Runnable {
    const runnable = this.#surroundings.programs.get(program);
    if (!runnable) throw new Error(`no program ${program}`);
    return runnable;
  }

  /** Launches a program and waits until it is ready. */
  async start(program: string, within: number): Promise<void> {
    const runnable = this.#runnable(program);
    const earlier = this.#instances.get(program) ?? [];
    const again = this.#addresses.get(program);
    const wanted = chosenBySystem(runnable, again)
      ? null
      : (again?.port ?? (runnable.rule === 'any' ? null : runnable.told));
    const leftover = await this.#whoHolds(wanted ?? runnable.told, earlier);
    if (leftover === 'stranger') {
      const port = wanted ?? runnable.told;
      this.#observe(program, 'port_taken', [], port, 'something else listens there');
      return;
    }
    const instance = await this.#launch(program, runnable, earlier.length + 1);
    if (!instance) return;
    const state = await this.#awaitReady(program, runnable, instance, wanted, within);
    if (state === 'exited' && earlier.length === 0 && (await this.#foundPortTaken(program, runnable))) return;
    if (state === 'listening' || state === 'ready' || state === 'unseen' || wanted === null) return;
    if (leftover === 'own') {
      this.#observe(
        program,
        'leftover_child',
        [],
        wanted,
        `a process of the earlier start holds port ${wanted}`,
      );
    } else if (
      earlier.length > 0 &&
      (await this.#surroundings.kernel.portState(wanted)).timeWait.length > 0
    ) {
      const { works, code } = await canBind(again?.host ?? '127.0.0.1', wanted);
      this.#recorder.record({
        type: 'observed',
        observation: {
          what: 'bind_trial',
          port: wanted,
          works,
          ...(code === undefined ? {} : { detail: code }),
        },
      });
    }
  }

  /**
   * Whether something listens on a port already: what an earlier start left behind, or a stranger.
   * A process on its way out may hold its sockets for a moment longer, so a stranger is looked at twice.
   */
  async #whoHolds(port: number, earlier: readonly Instance[]): Promise<'own' | 'stranger' | undefined> {
    const { kernel } = this.#surroundings;
    if (this.#listeners.owns(port)) return undefined;
    // Much quicker than a look at the table, but not in between two starts: what is bound may bear on a later bind.
    if (earlier.length === 0 && (await isFree(port))) return undefined;
    const look = async () => {
      const listeners = await kernel.listenersOn(port);
      if (listeners.length === 0) return undefined;
      const own = new Set<number>(earlier.flatMap(({ known }) => known));
      for (const { ref } of earlier)
        for (const pid of await kernel.processes(ref(), { orphans: true })) own.add(pid);
      return listeners.some(({ pid }) => own.has(pid)) ? 'own' : 'stranger';
    };
    return this.#waiting().poll(look, (found) => found !== 'stranger', DYING);
  }

  /**
   * A program that found its own port taken at its first start is not to blame when something else holds a port that
   * its files name. Old connections there are cleared away, so that the next try finds the port free.
   */
  async #foundPortTaken(program: string, runnable: Runnable): Promise<boolean> {
    const printed = this.#recorder.view.instance(program);
    if (
      !printed ||
      !ADDRESS_IN_USE.test(
        printed.stderr.from(0).toString('latin1') + printed.stdout.from(0).toString('latin1'),
      )
    )
      return false;
    const named = new Set([runnable.told, ...(await numbersIn(runnable.cwd))]);
    const rows = (await this.#surroundings.kernel.tcp()).filter(({ localPort }) => named.has(localPort));
    const listening = rows.find(({ state }) => state === 'LISTEN');
    const old = rows.filter(({ state }) => state === 'TIME_WAIT');
    const port = (listening ?? old[0])?.localPort;
    if (port === undefined) return false;
    await Promise.all(old.map((row) => clearTimeWait(row)));
    this.#observe(
      program,
      'port_taken',
      [],
      port,
      listening ? 'something else listens there' : 'an old connection is still in TIME_WAIT there',
    );
    return true;
  }

  async #launch(program: string, runnable: Runnable, number: number): Promise<Instance | undefined> {
    const marker = randomUUID();
    const recorder = this.#recorder;
    const about = { program, instance: number };
    let instance: Instance | undefined;
    try {
      const child = await launch({
        argv: runnable.argv,
        cwd: runnable.cwd,
        env: { ...runnable.env, SOCKET_GRADER_RUN: marker },
        stdinEof: runnable.stdinEof,
        ...(runnable.stdin === undefined ? {} : { stdin: runnable.stdin }),
        onOutput: (stream, bytes) => recorder.recordBytes({ type: 'output', ...about, stream }, bytes),
        onExit: (exit) =>
          recorder.record({ type: 'process_exit', ...about, ...exit, reason: instance?.reason ?? 'self' }),
      });
      recorder.record({
        type: 'process_start',
        ...about,
        pid: child.pid,
        argv: runnable.argv,
        cwd: runnable.cwd,
        port: runnable.rule === 'any' ? null : runnable.told,
      });
      instance = {
        number,
        child,
        reason: 'self',
        known: [],
        ref: () => ({ pid: child.pid, marker: markerEntry(marker), exited: child.exit !== undefined }),
      };
    } catch (error) {
      if (!(error instanceof LaunchError)) throw error;
      recorder.record({ type: 'process_error', ...about, code: error.code, message: error.message });
      return undefined;
    }
    this.#instances.set(program, [...(this.#instances.get(program) ?? []), instance]);
    return instance;
  }

  async #awaitReady(
    program: string,
    runnable: Runnable,
    instance: Instance,
    wanted: number | null,
    within: number,
  ): Promise<ReadyState> {
    const { kernel, signal } = this.#surroundings;
    const { ready } = runnable;
    const waiting = this.#waiting();
    if (ready !== 'listening') {
      if (typeof ready === 'object' && 'stdout' in ready) {
        const printed = () =>
          this.#recorder.view.instance(program)?.stdout.from(0).includes(ready.stdout) ?? false;
        const held = await waiting.until(() => printed() || instance.child.exit !== undefined, within);
        return this.#observe(
          program,
          held && printed() ? 'ready' : instance.child.exit ? 'exited' : 'starting',
          [],
          wanted,
        );
      }
      if (typeof ready === 'object')
        await waiting.elapse(ready.after, () => instance.child.exit !== undefined);
      return this.#observe(program, 'ready', [], wanted);
    }
    if (!kernel.can.listeners) {
      return this.#observe(
        program,
        instance.child.exit ? 'exited' : 'unseen',
        [],
        wanted,
        'this system does not show who listens',
      );
    }
    const deadline = await FairDeadline.begin(
      within,
      async () => kernel.ownWaitMs() + ((await kernel.cpu(instance.ref()))?.maxWaitMs ?? 0),
    );
    const found = await waitListening(kernel, instance.ref, {
      port: wanted ?? runnable.told,
      rule: wanted === null ? 'any' : 'fixed',
      localhost: true,
      deadline: deadline.overNow,
      signal,
    });
    waiting.granted += deadline.granted;
    this.#observe(program, found.state, found.listeners, found.port, found.detail);
    if (found.state === 'listening' && found.port !== null) {
      this.#addresses.set(program, { host: dialable(found.listeners, found.port), port: found.port });
      this.#recorder.record({ type: 'variable', name: 'port', value: String(found.port) });
      this.#recorder.record({ type: 'variable', name: 'host', value: dialable(found.listeners, found.port) });
    }
    return found.state;
  }

  #observe(
    program: string,
    state: ReadyState,
    listeners: readonly Listener[],
    port: number | null,
    detail?: string,
  ): ReadyState {
    this.#recorder.record({
      type: 'observed',
      observation: { what: 'listening', program, state, listeners, port, ...(detail ? { detail } : {}) },
    });
    this.#surroundings.onReady?.(state, port);
    return state;
  }

  /** Writes to a program's standard input, and closes it if asked to; a program that is gone misses it. */
  async feed(program: string, bytes: Buffer, eof: boolean): Promise<void> {
    const instance = this.#instances.get(program)?.at(-1);
    if (!instance || instance.child.exit) return;
    const about = { program, instance: instance.number };
    if (bytes.length > 0) this.#recorder.recordBytes({ type: 'input', ...about }, bytes);
    if (eof) this.#recorder.record({ type: 'input_end', ...about });
    instance.child.feed(bytes, eof);
  }

  /**
   * Sends a signal to the process group as a terminal does; SIGKILL follows after the grace time. What
   * it had started elsewhere ends with it, but for a process that holds the port: that one stays, as it
   * would for the student.
   */
  async stop(program: string, signal: NodeJS.Signals, grace: number): Promise<void> {
    const instance = this.#instances.get(program)?.at(-1);
    if (!instance) return;
    const { kernel } = this.#surroundings;
    instance.known = await kernel.processes(instance.ref(), { orphans: true });
    if (instance.known.length === 0) return;
    instance.reason = instance.child.exit ? instance.reason : 'step';
    const gone = async () => (await kernel.alive(instance.known)).length === 0;
    this.#signalKnown(program, instance, signal);
    if (signal !== 'SIGKILL') {
      instance.child.signal('SIGCONT');
      if (await this.#waiting().poll(gone, Boolean, grace)) return;
      this.#signalKnown(program, instance, 'SIGKILL');
    }
    await this.#waiting().until(() => instance.child.exit !== undefined, SIGNAL_PATIENCE);
    await this.#waiting().poll(() => this.#endOthers(program, instance), Boolean, DYING);
  }

  /** To the group while its leader lives; a daemon has left it, so its processes get the signal one by one. */
  #signalKnown(program: string, instance: Instance, signal: NodeJS.Signals): void {
    const daemon = instance.child.exit !== undefined;
    this.#signal(program, instance, signal, 'step');
    if (daemon) for (const pid of instance.known) kill(pid, signal);
  }

  /** Ends what is left of a stopped program; true once only processes that hold the port are left, if any. */
  async #endOthers(program: string, instance: Instance): Promise<boolean> {
    const { kernel } = this.#surroundings;
    const left = await kernel.alive(instance.known);
    if (left.length === 0) return true;
    const holders = new Set((await kernel.listenersOn(this.address(program).port)).map(({ pid }) => pid));
    const others = left.filter(({ pid, group }) => group === instance.child.pid || !holders.has(pid));
    for (const { pid } of others) kill(pid, 'SIGKILL');
    return others.length === 0;
  }

  #signal(program: string, instance: Instance, signal: NodeJS.Signals, reason: EndReason): void {
    this.#recorder.record({ type: 'signal', program, instance: instance.number, signal, reason });
    instance.child.signal(signal);
  }

  /** Stops every thread of a program, and sees that it is so. */
  async pause(program: string): Promise<void> {
    const instance = this.#instances.get(program)?.at(-1);
    if (!instance) return;
    const { kernel } = this.#surroundings;
    await this.#signalAll(program, instance, 'SIGSTOP');
    const stopped = kernel.can.calls
      ? await this.#waiting().poll(
          () => kernel.threads(instance.ref()),
          (threads) => threads.length > 0 && threads.every(({ state }) => state === 'T' || state === 't'),
          SIGNAL_PATIENCE,
        )
      : [];
    const all = stopped.length > 0 && stopped.every(({ state }) => state === 'T' || state === 't');
    this.#recorder.record({
      type: 'observed',
      observation: { what: 'stopped', program, stopped: all || (!kernel.can.calls && !instance.child.exit) },
    });
  }

  async resume(program: string): Promise<void> {
    const instance = this.#instances.get(program)?.at(-1);
    if (instance) await this.#signalAll(program, instance, 'SIGCONT');
  }

  /** A signal to the group, and to what left the group but still belongs to the program. */
  async #signalAll(program: string, instance: Instance, signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    this.#signal(program, instance, signal, 'step');
    for (const pid of await this.#surroundings.kernel.processes(instance.ref(), { orphans: true }))
      kill(pid, signal);
  }

  /** Ends everything that was started, and clears the port for whoever comes next. */
  async teardown(reason: EndReason): Promise<void> {
    const { kernel } = this.#surroundings;
    for (const [program, instances] of this.#instances) {
      for (const instance of instances) {
        if (!instance.child.exit) {
          if (instance.reason === 'self') instance.reason = reason;
          this.#recorder.record({
            type: 'signal',
            program,
            instance: instance.number,
            signal: 'SIGKILL',
            reason,
          });
        }
        const gone = await endProgram(instance.child, () =>
          kernel.processes(instance.ref(), { orphans: true }),
        );
        if (!gone)
          this.#recorder.record({
            type: 'trouble',
            because: 'harness',
            message: 'A process of the program could not be ended.',
          });
      }
      await this.#clearPort(program);
    }
  }

  /** A port that the next scenario uses again must not be left in TIME_WAIT: that would be held against it. */
  async #clearPort(program: string): Promise<void> {
    const address = this.#addresses.get(program);
    const runnable = this.#runnable(program);
    if (!address || (typeof runnable.rule !== 'number' && address.port === runnable.told)) return;
    const { kernel } = this.#surroundings;
    const { timeWait, closing } = await kernel.portState(address.port);
    await Promise.all(
      [...timeWait, ...closing].map((old) => clearTimeWait({ ...old, localPort: address.port })),
    );
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already.
  }
}

/** Linux takes ports from here on when a program leaves the choice to it (bind to port 0), see ip(7). */
const FIRST_EPHEMERAL = 32_768;

/** Whether a program left the choice of its port to the system, so that it will listen elsewhere next time. */
function chosenBySystem({ rule, told }: Runnable, last: { port: number } | undefined): boolean {
  return rule === 'any' && last !== undefined && last.port !== told && last.port >= FIRST_EPHEMERAL;
}

/** An address to connect to: that of a listener, with "all addresses" turned into localhost. */
function dialable(listeners: readonly Listener[], port: number): string {
  const addresses = listeners.filter((listener) => listener.port === port).map(({ address }) => address);
  if (addresses.some((address) => address === '127.0.0.1' || address === '0.0.0.0' || address === '::'))
    return '127.0.0.1';
  if (addresses.includes('::1')) return '::1';
  return addresses.find((address) => !LOCALHOST.includes(address)) ?? '127.0.0.1';
}
