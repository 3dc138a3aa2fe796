import {
  asleepOrEnded,
  deadlineIn,
  isStopped,
  naps,
  type ProgramRef,
  receptive,
  type WaitTarget,
} from '../../kernel/index.ts';
import type { Programs } from '../programs.ts';
import type { Recorder } from '../recorder.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Waiting } from '../waiting.ts';
import type { Held } from './held.ts';

/** How long a program may take to finish what it has to say before we close, in milliseconds. */
const IDLE_DEADLINE = 500;
/** How long a program may take over a client that came or went before we go on, in milliseconds. */
const WELCOME = 100;

/** Gives a program the time that a person who types would give it, where it would be a matter of luck otherwise. */
export class Patience {
  readonly #surroundings: Surroundings;
  readonly #recorder: Recorder;
  readonly #programs: Programs;
  readonly #waiting: () => Waiting;

  constructor(surroundings: Surroundings, recorder: Recorder, programs: Programs, waiting: () => Waiting) {
    this.#surroundings = surroundings;
    this.#recorder = recorder;
    this.#programs = programs;
    this.#waiting = waiting;
  }

  /**
   * A client that comes after others have gone comes when the program has done what it does about that: the end of a
   * child may hit it in accept(), or before it.
   */
  async nextClient(program: string | undefined, held: ReadonlyMap<string, Held>): Promise<void> {
    const { kernel, signal } = this.#surroundings;
    const ref = program === undefined ? undefined : this.#programs.ref(program);
    const { view } = this.#recorder;
    const gone = ([conn, other]: [string, Held]) =>
      other.program === program && (view.ended(conn) || view.connection(conn).localClose !== undefined);
    if (ref === undefined || ![...held].some(gone)) return;
    if ((await kernel.threads(ref())).every(isStopped)) return;
    await asleepOrEnded(kernel, ref, { deadline: deadlineIn(WELCOME), signal });
  }

  /** The first bytes come when the program has done what it does with a new client. */
  async firstBytes(conn: string, held: Held): Promise<void> {
    const { kernel, signal } = this.#surroundings;
    const ref = held.program === undefined ? undefined : this.#programs.ref(held.program);
    if (held.welcomed || ref === undefined) return;
    held.welcomed = true;
    const over = deadlineIn(WELCOME);
    const deadline = () => over() || this.#recorder.view.ended(conn);
    const target: WaitTarget =
      held.transport === 'udp'
        ? { kind: 'listener', port: held.theirs, protocol: 'udp' }
        : { kind: 'connection', serverPort: held.theirs, clientPort: held.ours };
    await receptive(kernel, ref, target, { deadline, signal });
  }

  /** Waits until the program has said what it has to say: it sleeps, and nothing is on its way to us. */
  async awaitIdle(conn: string, held: Held | undefined): Promise<void> {
    const refs = this.#refs(held);
    const { kernel, signal } = this.#surroundings;
    if (!held || refs.length === 0 || this.#recorder.view.ended(conn)) return;
    if (!kernel.can.cpu || !kernel.can.unread) {
      await this.#waiting().elapse(50, () => this.#recorder.view.ended(conn));
      return;
    }
    const deadline = deadlineIn(IDLE_DEADLINE);
    await Promise.all(refs.map((ref) => asleepOrEnded(kernel, ref, { deadline, signal, throughNaps: true })));
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  }

  /** The programs that may have something to say on a connection. */
  #refs(held: Held | undefined): (() => ProgramRef)[] {
    const own = held?.program === undefined ? undefined : this.#programs.ref(held.program);
    return (own ? [own] : this.#programs.refs()).filter((ref) => !ref().exited);
  }

  /** As `awaitIdle`, where a program sleeps for a time: it will go on by itself. */
  async outlastNap(conn: string, held: Held | undefined): Promise<void> {
    const { kernel } = this.#surroundings;
    const threads = await Promise.all(this.#refs(held).map((ref) => kernel.threads(ref())));
    if (threads.flat().some(naps)) await this.awaitIdle(conn, held);
  }
}
