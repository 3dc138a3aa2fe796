import type { ProgramRef } from '../kernel/index.ts';
import { asleep, deadlineIn, poll } from '../kernel/index.ts';
import type { EndReason } from '../model/index.ts';
import type { Protocol } from '../model/transport.ts';
import { controlBusy } from './busy-trial.ts';
import { controlStop } from './control-start.ts';
import { Instances, type Scene } from './instances.ts';
import { startProgram } from './launching.ts';
import type { Listeners } from './listeners.ts';
import type { Recorder } from './recorder.ts';
import { endAll, pauseProgram, resumeProgram, stopProgram } from './stopping.ts';
import type { Surroundings } from './surroundings.ts';
import { turn, type Waiting } from './waiting.ts';

/** How long it may take to see who is reached on a port, in milliseconds. */
const OWNING = 300;

/** Longest time to read what programs have printed, in milliseconds. */
const READING = 1_000;
/** How long a program is watched for a moment of sleep, in milliseconds. */
const ASLEEP_MS = 40;

/** The programs of one run: starts them, signals them, and leaves nothing of them behind. */
export class Programs {
  readonly #surroundings: Surroundings;
  readonly #recorder: Recorder;
  readonly #instances: Instances;
  readonly #scene: Scene;

  constructor(surroundings: Surroundings, recorder: Recorder, listeners: Listeners, waiting: () => Waiting) {
    this.#surroundings = surroundings;
    this.#recorder = recorder;
    this.#instances = new Instances(surroundings);
    this.#scene = { surroundings, recorder, listeners, waiting, instances: this.#instances };
  }

  /** Where to connect to a program: where it listens, or where it was to listen. */
  address(program: string): { host: string; port: number } {
    return this.#instances.address(program);
  }

  /** Which table of the kernel a program's sockets are in. */
  protocol(program: string): Protocol {
    return this.#instances.protocol(program);
  }

  /**
   * The program of this run that can be reached on a port; null where there is none, or that can't be seen. A socket is
   * there before the program tells of it, but the table is not read at one instant.
   */
  async ownerOf(port: number, protocol: Protocol): Promise<string | null> {
    const { kernel, signal } = this.#surroundings;
    const look = async () => {
      for (const [program, instances] of this.#instances.all()) {
        const ref = instances.at(-1)?.ref();
        const found = ref ? await kernel.listeners(ref, protocol) : [];
        if (found.some((listener) => listener.port === port)) return program;
      }
      return null;
    };
    return poll(look, { deadline: deadlineIn(OWNING), signal, everyMs: 5 });
  }

  /** The folder that a program runs in. */
  folder(program: string): string {
    return this.#instances.runnable(program).cwd;
  }

  /** The processes of the latest start, for the kernel. */
  ref(program: string): (() => ProgramRef) | undefined {
    return this.#instances.latest(program)?.ref;
  }

  /** All programs that were started, the latest start of each. */
  refs(): (() => ProgramRef)[] {
    return this.#instances.refs();
  }

  /** The ports on which programs are reached, or should be. */
  ports(): readonly number[] {
    return [...this.#instances.all()].map(([program]) => this.address(program).port);
  }

  /** Whether everything that a program printed has come, because no process holds its output any more. */
  drained(program: string): boolean {
    const child = this.#instances.latest(program)?.child;
    return child?.exit !== undefined && child.drained;
  }

  /**
   * Waits until all is recorded that programs have printed by now. Of one that has ended that is all it ever will, unless
   * what it started prints on; one that does so without a pause is cut short, which is noted.
   */
  async outputRead(): Promise<void> {
    const over = deadlineIn(READING);
    const drained = () => [...this.#instances.all()].every(([program]) => this.drained(program));
    for (let quiet = 0; quiet < 2 && !drained(); ) {
      const before = this.#recorder.printed;
      await turn();
      quiet = this.#recorder.printed === before ? quiet + 1 : 0;
      if (quiet === 0 && over()) {
        const text = `Programs print on and on: what came more than ${READING} ms later was not waited for.`;
        this.#recorder.record({ type: 'note', text });
        return;
      }
    }
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
  untilAsleep(): () => Promise<boolean> {
    const { kernel, signal } = this.#surroundings;
    return async () => {
      const deadline = deadlineIn(ASLEEP_MS);
      const answers = await Promise.all(
        this.refs().map((ref) => ref().exited || asleep(kernel, ref, { deadline, signal })),
      );
      return answers.every(Boolean);
    };
  }

  /** Of each program that ended by itself after it was stopped and continued: finds out whether it was that. */
  async controlStops(): Promise<void> {
    for (const [program, instances] of this.#instances.all()) {
      const last = instances.at(-1);
      if (last?.resumed && last.child.exit && last.reason === 'self') await controlStop(this.#scene, program);
    }
  }

  /** Finds out whether a program is busy before any client comes, too. */
  controlBusy(program: string, most: { readonly forMs: number; readonly maxShare: number }): Promise<void> {
    return controlBusy(this.#scene, program, most);
  }

  /** Of each program whose first process ended well: records what of it goes on, and whether that listens. */
  async leftRunning(): Promise<void> {
    const { kernel } = this.#surroundings;
    for (const [program, instances] of this.#instances.all()) {
      const last = instances.at(-1);
      if (last?.reason !== 'self' || last.child.exit === undefined || last.leftRunning) continue;
      const pids = await kernel.processes(last.ref(), { orphans: true });
      if (pids.length === 0) continue;
      last.leftRunning = true;
      const { port } = this.address(program);
      const listening = await kernel.holding(port, pids, this.protocol(program));
      const listens = last.child.exit.code === 0 && listening.length > 0 ? ({ listens: true } as const) : {};
      this.#recorder.record({
        type: 'observed',
        observation: { what: 'left_running', program, processes: pids.length, ...listens },
      });
    }
  }

  /** Launches a program and waits until it is ready. */
  start(program: string, within: number): Promise<void> {
    return startProgram(this.#scene, program, within);
  }

  /** Writes to a program's standard input, and closes it if asked to; a program that is gone misses it. */
  async feed(program: string, bytes: Buffer, eof: boolean): Promise<void> {
    const instance = this.#instances.latest(program);
    if (!instance || instance.child.exit) return;
    const about = { program, instance: instance.number };
    if (bytes.length > 0) this.#recorder.recordBytes({ type: 'input', ...about }, bytes);
    if (eof) this.#recorder.record({ type: 'input_end', ...about });
    instance.child.feed(bytes, eof);
  }

  stop(program: string, signal: NodeJS.Signals, grace: number): Promise<void> {
    return stopProgram(this.#scene, program, signal, grace);
  }

  pause(program: string): Promise<void> {
    return pauseProgram(this.#scene, program);
  }

  resume(program: string): Promise<void> {
    return resumeProgram(this.#scene, program);
  }

  /** Ends everything that was started, and clears the port for whoever comes next. */
  teardown(reason: EndReason): Promise<void> {
    return endAll(this.#scene, reason);
  }
}
