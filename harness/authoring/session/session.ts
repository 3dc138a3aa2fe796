import type { LiveRun } from '../../run/live-run.ts';
import { Arrivals } from './arrivals.ts';
import { readCommand, sendCommand } from './commands.ts';
import { asArguments, payloadOf } from './derive.ts';
import type { Executor } from './executor.ts';
import { type Desk, obey, stateOf } from './obey.ts';
import { Pause } from './pause.ts';
import type { StepReader } from './reader.ts';
import { type SessionOptions, Talk } from './talk.ts';

/** A conversation with a program: each command is a step, each answer becomes an expectation. */
export class Session {
  readonly #talk: Talk;
  readonly #desk: Desk;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(run: LiveRun, reader: StepReader, options: SessionOptions) {
    const talk = new Talk(run, reader, options);
    this.#talk = talk;
    this.#desk = { talk, arrivals: new Arrivals(talk), pause: new Pause(run) };
  }

  /** The steps so far. */
  get executor(): Executor {
    return this.#talk.executor;
  }

  /** The program that is talked to. */
  get program(): string {
    return this.#talk.options.program;
  }

  /** The connection that typed lines go to. */
  get current(): string | undefined {
    return this.#talk.current;
  }

  /** Starts the program; a server is connected to, unless others will do that. False when that can't be done. */
  async begin({ connects = true } = {}): Promise<boolean> {
    const talk = this.#talk;
    const { program, role } = talk.options;
    if (role === 'client') {
      if (!(await talk.step('listen', 'door'))) return false;
      if (!(await talk.step('start', program))) return false;
      await this.#desk.arrivals.meet();
      return true;
    }
    return (await talk.step('start', program)) && (!connects || (await talk.open()));
  }

  /** Opens a connection for a client of the proxy; its name. */
  connect(): Promise<string | undefined> {
    return this.#inTurn(async () => {
      if (!(await this.#talk.open())) return undefined;
      // The first one is open from the start when the commands are given again.
      if (this.#talk.connections > 1) this.#tell(`:open ${this.current}`);
      return this.current;
    });
  }

  /** Sends bytes on a connection. */
  sendOn(conn: string, bytes: Buffer): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#choose(conn)) return;
      this.#tell(sendCommand(bytes));
      await this.#talk.step('send', this.executor.on(conn, asArguments(payloadOf(bytes))));
    });
  }

  /** Ends a connection, in one direction or both. */
  endConnection(how: 'half_close' | 'reset', conn: string): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#choose(conn)) return;
      this.#tell(how === 'reset' ? ':reset' : ':half-close');
      await this.#talk.end(how, conn);
    });
  }

  /** Makes a connection the current one, as `:use` does; whether it is open. */
  #choose(conn: string): boolean {
    if (!this.executor.open.includes(conn)) return false;
    if (this.current !== conn) this.#tell(`:use ${conn}`);
    this.#talk.current = conn;
    return true;
  }

  /** One thing at a time; what has come is taken in before and after it. */
  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(async () => {
      await this.flush();
      const done = await act();
      await this.flush();
      return done;
    });
    this.#turn = result.catch(() => {});
    return result;
  }

  /** Does what one line asks for; false at the end of the session. */
  async handle(line: string): Promise<boolean> {
    const command = readCommand(line);
    if (typeof command === 'string') {
      this.#talk.say(command);
      return true;
    }
    if (command.kind === 'quit') return false;
    this.#tell(line);
    await this.#inTurn(() => obey(this.#desk, command));
    return true;
  }

  /** Turns what has come into expectations, once the program is idle. */
  flush(): Promise<void> {
    return this.#desk.arrivals.take();
  }

  /** What the kernel sees. */
  state(): Promise<string[]> {
    return stateOf(this.#talk);
  }

  /** Waits no longer for what may never come: the session ends. */
  interrupt(): void {
    this.#desk.pause.interrupt();
  }

  #tell(command: string): void {
    this.#talk.options.onCommand?.(command);
  }
}
