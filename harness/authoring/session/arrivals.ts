import type { JsonObject } from '../../model/index.ts';
import { expectationOf } from './derive.ts';
import { literally, type WrittenStep } from './step-text.ts';
import { IDLE_DEADLINE, type Talk } from './talk.ts';

/** An answer that takes longer gets a `within` of its own, in milliseconds. */
const SLOW = 1_500;

/** Turns what has come into expectations. */
export class Arrivals {
  readonly #talk: Talk;
  #printed = 0;
  /** How many events there were when this was done last. */
  #seen = 0;

  constructor(talk: Talk) {
    this.#talk = talk;
  }

  /** Takes in what has come, once the program is idle. */
  async take(): Promise<void> {
    const { run, executor, paused, options } = this.#talk;
    const { view } = run;
    if (view.events.length === this.#seen) return;
    const answered = () => executor.open.some((conn) => view.hasPending(conn) || view.ended(conn));
    await run.idle(paused ? 50 : IDLE_DEADLINE, answered);
    // Who is met only now may have spoken.
    if (options.role === 'client' && (await this.meet())) await run.idle(IDLE_DEADLINE, answered);
    for (const conn of executor.open) await this.#takeFrom(conn);
    await this.#observeProgram();
    this.#seen = view.events.length;
  }

  async #takeFrom(conn: string): Promise<void> {
    const talk = this.#talk;
    for (const message of this.#pending(conn)) await this.#expect(conn, message);
    if (!talk.run.view.ended(conn)) return;
    await talk.step('expect', talk.executor.on(conn, { closed: true }));
    await talk.step('close', conn);
    if (talk.current === conn) talk.current = undefined;
  }

  /** The messages that came and that nothing was said of: datagrams one by one, a stream as one. */
  #pending(conn: string): Buffer[] {
    const { view } = this.#talk.run;
    const bytes = Buffer.from(view.pending(conn));
    const lengths = view.pendingMessages(conn);
    if (!lengths) return bytes.length > 0 ? [bytes] : [];
    const ends = lengths.map((_, index) =>
      lengths.slice(0, index + 1).reduce((sum, length) => sum + length, 0),
    );
    return ends.map((end, index) => bytes.subarray(end - (lengths[index] ?? 0), end));
  }

  async #expect(conn: string, bytes: Buffer): Promise<void> {
    const { executor, sinceActed: took } = this.#talk;
    const within = took > SLOW ? { within: `${Math.ceil((2 * took) / 1000)}s` } : {};
    const args = executor.on(conn, { ...expectationOf(bytes), ...within });
    const wrong = await executor.do({ verb: 'expect', args }, { conn, bytes });
    if (wrong !== undefined) this.#talk.say(wrong);
  }

  /** Of a client: what it printed, and its end. */
  async #observeProgram(): Promise<void> {
    const talk = this.#talk;
    const { program, role } = talk.options;
    const instance = talk.run.view.instance(program);
    if (!instance || role === 'server') return;
    const printed = instance.stdout.from(this.#printed).toString('utf8').trim();
    this.#printed = instance.stdout.length;
    if (printed !== '') await talk.step('check', { program, stdout: { contains: literally(printed) } });
    const ended = talk.executor.entries.some(({ step }) => isExitCheck(step));
    if (instance.exit && !ended && instance.exit.code !== null)
      await talk.step('check', { program, is: 'exited', code: instance.exit.code });
  }

  /** Gives a name to each client that has connected; whether there was one. */
  async meet(): Promise<boolean> {
    const talk = this.#talk;
    const door = talk.run.view.listeners.get('door');
    let met = false;
    while (door && door.waiting > 0) {
      const name = talk.nextName();
      if (!(await talk.step('accept', name))) break;
      talk.current = name;
      met = true;
    }
    return met;
  }
}

function isExitCheck({ verb, args }: WrittenStep): boolean {
  return (
    verb === 'check' && typeof args === 'object' && args !== null && (args as JsonObject).is === 'exited'
  );
}
