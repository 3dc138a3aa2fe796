import { statfsSync } from 'node:fs';
import { monotonic } from '../kernel/index.ts';
import type { EndReason, LimitName } from '../model/index.ts';
import { sendSignal } from '../process/spawn.ts';
import type { Instance, Scene } from './instances.ts';
import type { Runnable } from './surroundings.ts';

/** How often it is looked whether a program keeps to its limits, in milliseconds. */
const EVERY = 100;
/** How often it is tried to end what multiplies. */
const ROUNDS = 50;

/** Sees that one start of a program keeps to its limits, and ends it when it does not. */
export class LimitWatch {
  readonly #scene: Scene;
  readonly #program: string;
  readonly #runnable: Runnable;
  readonly #instance: Instance;
  readonly #began = monotonic();
  readonly #timer: NodeJS.Timeout;
  #printed = 0;
  #over = false;

  constructor(scene: Scene, program: string, runnable: Runnable, instance: Instance) {
    this.#scene = scene;
    this.#program = program;
    this.#runnable = runnable;
    this.#instance = instance;
    this.#timer = setInterval(() => void this.#observed(), EVERY).unref();
  }

  /** Called for what the program prints. */
  printed(bytes: number): void {
    this.#printed += bytes;
    if (this.#printed > this.#runnable.limits.output) void this.#exceeded('output');
  }

  /** Called at its end, with the signal that the kernel may have sent for a limit of its own. */
  ended(signal: string | null): void {
    if (this.#instance.reason === 'self') {
      if (this.#instance.child.controlGroup?.outOfMemory()) this.#tell('memory');
      else if (signal === 'SIGXCPU') this.#tell('cpu');
      else if (signal === 'SIGXFSZ' || this.#diskIsFull()) this.#tell('disk');
    }
  }

  /** Observes once more, since much can happen between two observations, and stops: whatever comes then is the grader's doing. */
  async end(): Promise<void> {
    if (this.#instance.child.exit === undefined) await this.#observed();
    this.#stop();
  }

  /** Stops looking; a folder that has been filled still counts. */
  #stop(): void {
    if (!this.#over && this.#instance.reason === 'self' && this.#diskIsFull()) this.#tell('disk');
    this.#over = true;
    clearInterval(this.#timer);
  }

  async #observed(): Promise<void> {
    if (this.#over) return;
    const { kernel } = this.#scene.surroundings;
    const { limits } = this.#runnable;
    if (monotonic() - this.#began > limits.time) return this.#exceeded('time');
    const { controlGroup } = this.#instance.child;
    // Who multiplies leaves little time to look at all of it.
    if (controlGroup?.outOfProcesses()) return this.#exceeded('processes');
    const footprint = await kernel.footprint(this.#instance.ref(), limits.memory);
    const held = await this.#held();
    if (footprint === null || this.#over) return;
    const counted = controlGroup?.memory(limits.memory) ?? 0;
    const isOver = Math.max(footprint.memory + held, counted) > limits.memory;
    if (isOver || controlGroup?.outOfMemory()) await this.#exceeded('memory');
    else if (footprint.cpuMs > limits.cpu) await this.#exceeded('cpu');
    else if (footprint.tasks > limits.processes) await this.#exceeded('processes');
    else if (this.#diskIsFull()) await this.#exceeded('disk');
  }

  /** Kernel memory that none of its processes shows. */
  async #held(): Promise<number> {
    const { programSandbox } = this.#runnable;
    const { keeper } = this.#instance.child;
    if (keeper === undefined || programSandbox?.heldMemory === undefined) return 0;
    const { kernel } = this.#scene.surroundings;
    return programSandbox.heldMemory(keeper, await kernel.processes(this.#instance.ref()));
  }

  /** Whether its folder, which is a file system of its own at level `full`, takes nothing more. */
  #diskIsFull(): boolean {
    if (this.#runnable.programSandbox?.ownDisk !== true) return false;
    const { bavail, ffree } = statfsSync(this.#runnable.cwd);
    return bavail === 0 || ffree === 0;
  }

  #tell(limit: LimitName): void {
    const about = { program: this.#program, instance: this.#instance.number };
    this.#scene.recorder.record({ type: 'limit', ...about, limit, allowed: this.#runnable.limits[limit] });
  }

  async #exceeded(limit: LimitName): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    this.#stop();
    const { recorder, surroundings } = this.#scene;
    const reason: EndReason = `${limit}_limit`;
    const instance = this.#instance;
    if (instance.child.exit === undefined && instance.reason === 'self') instance.reason = reason;
    this.#tell(limit);
    recorder.record({
      type: 'signal',
      program: this.#program,
      instance: instance.number,
      signal: 'SIGKILL',
      reason,
    });
    const { keeper, controlGroup } = instance.child;
    if (keeper !== undefined || controlGroup !== undefined) await instance.child.collapse();
    if (keeper !== undefined) return;
    // What is stopped makes no more of its kind, and its numbers stay taken: then all can be ended.
    const processes = () => surroundings.kernel.processes(instance.ref(), { orphans: true });
    let known = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const found = await processes();
      for (const pid of found) sendSignal(pid, 'SIGSTOP');
      if (found.length === known) break;
      known = found.length;
    }
    for (const pid of await processes()) sendSignal(pid, 'SIGKILL');
    instance.child.signal('SIGKILL');
  }
}
