import type { Kernel } from '../../kernel/index.ts';
import type { Json } from '../../model/index.ts';
import type { LiveRun } from '../../run/live-run.ts';
import { Executor } from './executor.ts';
import type { StepReader } from './reader.ts';

/** Longest wait for a program that answers, in milliseconds. */
export const IDLE_DEADLINE = 2_000;

export interface SessionOptions {
  /** The program that is talked to, by its name. */
  readonly program: string;
  readonly role: 'server' | 'client';
  readonly kernel: Kernel;
  /** Shows a line. */
  readonly say: (line: string) => void;
  /** Is handed each command before it is obeyed, also those that a client of the proxy stands behind. */
  readonly onCommand?: (line: string) => void;
}

/** How a conversation stands: its steps so far, its connections, and how lines are sent. */
export class Talk {
  readonly executor: Executor;
  readonly options: SessionOptions;
  readonly run: LiveRun;
  /** The connection that typed lines go to. */
  current: string | undefined;
  newline: 'lf' | 'crlf' = 'lf';
  /** Bytes of a piece; 0 sends all at once. */
  chunk = 0;
  paused = false;
  #connections = 0;
  /** When something was last done to the program. */
  #actedAt = performance.now();

  constructor(run: LiveRun, reader: StepReader, options: SessionOptions) {
    this.executor = new Executor(run, reader);
    this.run = run;
    this.options = options;
  }

  /** Connections that were opened or met so far. */
  get connections(): number {
    return this.#connections;
  }

  /** Milliseconds since something was done to the program. */
  get sinceActed(): number {
    return performance.now() - this.#actedAt;
  }

  say(line: string): void {
    this.options.say(line);
  }

  /** Does a step and keeps it; false when it did not go well, which is shown. */
  async step(verb: string, args: Json): Promise<boolean> {
    if (verb !== 'expect') this.#actedAt = performance.now();
    const wrong = await this.executor.do({ verb, args });
    if (wrong !== undefined) this.say(wrong);
    return wrong === undefined;
  }

  async open(name = this.nextName()): Promise<boolean> {
    if (this.options.role === 'client') {
      this.say('it is the client that connects; :wait waits for it');
      return false;
    }
    const connected = await this.step('connect', name);
    if (connected) this.current = name;
    return connected;
  }

  /** A name for the next connection. */
  nextName(): string {
    const name = 'abcdefghijklmnopqrstuvwxyz'[this.#connections] ?? `c${this.#connections}`;
    this.#connections++;
    return this.executor.entries.some(({ step }) => step.args === name) ? this.nextName() : name;
  }

  /** Ends a connection, in one direction or both. */
  async end(verb: 'half_close' | 'close' | 'reset', conn: string | undefined): Promise<void> {
    if (conn === undefined) {
      this.say('no connection is open');
      return;
    }
    if ((await this.step(verb, conn)) && verb !== 'half_close' && this.current === conn)
      this.current = this.executor.open.at(-1);
  }
}
