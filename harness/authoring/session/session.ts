import type { Kernel } from '../../kernel/index.ts';
import { textToBytes } from '../../match/text.ts';
import type { Json, JsonObject } from '../../model/index.ts';
import type { LiveRun } from '../../run/live-run.ts';
import { type Bytes, type Command, readCommand, SESSION_HELP, sendCommand } from './commands.ts';
import { expectationOf, payloadOf } from './derive.ts';
import { Executor } from './executor.ts';
import { kernelView } from './kernel-view.ts';
import type { StepReader } from './reader.ts';
import { literally, stepText, type WrittenStep } from './step-text.ts';

/** Longest wait for a program that answers, in milliseconds. */
const IDLE_DEADLINE = 2_000;
/** Longest `:wait`. */
const WAIT = 30_000;
/** An answer that takes longer gets a `within` of its own. */
const SLOW = 1_500;

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

/** A conversation with a program: each command is a step, each answer becomes an expectation. */
export class Session {
  readonly executor: Executor;
  readonly #options: SessionOptions;
  readonly #run: LiveRun;
  #current: string | undefined;
  #newline: 'lf' | 'crlf' = 'lf';
  #chunk = 0;
  #paused = false;
  #printed = 0;
  #connections = 0;
  /** How many events there were at the last look. */
  #looked = 0;
  /** When something was last done to the program. */
  #actedAt = performance.now();

  constructor(run: LiveRun, reader: StepReader, options: SessionOptions) {
    this.executor = new Executor(run, reader);
    this.#run = run;
    this.#options = options;
  }

  /** The program that is talked to. */
  get program(): string {
    return this.#options.program;
  }

  /** The connection that typed lines go to. */
  get current(): string | undefined {
    return this.#current;
  }

  /** Starts the program; a server is connected to, unless others will do that. False when that can't be done. */
  async begin({ connects = true } = {}): Promise<boolean> {
    const { program, role } = this.#options;
    if (role === 'client') {
      if (!(await this.#step('listen', 'door'))) return false;
      if (!(await this.#step('start', program))) return false;
      await this.#meet();
      return true;
    }
    return (await this.#step('start', program)) && (!connects || (await this.#open()));
  }

  /** Opens a connection for a client of somebody else; its name. */
  connect(): Promise<string | undefined> {
    return this.#inTurn(async () => {
      if (!(await this.#open())) return undefined;
      // The first one is open from the start when the commands are given again.
      if (this.#connections > 1) this.#options.onCommand?.(`:open ${this.#current}`);
      return this.#current;
    });
  }

  /** Sends bytes on a connection. */
  sendOn(conn: string, bytes: Buffer): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#choose(conn)) return;
      this.#options.onCommand?.(sendCommand(bytes));
      await this.#step('send', this.executor.on(conn, asArguments(payloadOf(bytes))));
    });
  }

  /** Ends a connection, in one direction or both. */
  endConnection(how: 'half_close' | 'reset', conn: string): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#choose(conn)) return;
      this.#options.onCommand?.(how === 'reset' ? ':reset' : ':half-close');
      await this.#endConnection(how, conn);
    });
  }

  /** Makes a connection the current one, as `:use` does; whether it is open. */
  #choose(conn: string): boolean {
    if (!this.executor.open.includes(conn)) return false;
    if (this.#current !== conn) this.#options.onCommand?.(`:use ${conn}`);
    this.#current = conn;
    return true;
  }

  #turn: Promise<unknown> = Promise.resolve();

  /** One thing at a time, each between two looks at what has come. */
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
      this.#say(command);
      return true;
    }
    if (command.kind === 'quit') return false;
    this.#options.onCommand?.(line);
    await this.#inTurn(() => this.#obey(command));
    return true;
  }

  /** Turns what has come into expectations, once the program is idle. */
  async flush(): Promise<void> {
    const { view } = this.#run;
    // Nothing has happened since the last look.
    if (view.events.length === this.#looked) return;
    const answered = () => this.executor.open.some((conn) => view.hasPending(conn) || view.ended(conn));
    await this.#run.idle(this.#paused ? 50 : IDLE_DEADLINE, answered);
    // Who is met only now may have spoken.
    if (this.#options.role === 'client' && (await this.#meet()))
      await this.#run.idle(IDLE_DEADLINE, answered);
    for (const conn of this.executor.open) {
      for (const message of this.#pending(conn)) await this.#expect(conn, message);
      if (!view.ended(conn)) continue;
      await this.#step('expect', this.executor.on(conn, { closed: true }));
      await this.#step('close', conn);
      if (this.#current === conn) this.#current = undefined;
    }
    await this.#observeProgram();
    this.#looked = view.events.length;
  }

  /** The messages that came and that nothing was said of: datagrams one by one, a stream as one. */
  #pending(conn: string): Buffer[] {
    const { view } = this.#run;
    const bytes = Buffer.from(view.pending(conn));
    const lengths = view.pendingMessages(conn);
    if (!lengths) return bytes.length > 0 ? [bytes] : [];
    const ends = lengths.map((_, index) =>
      lengths.slice(0, index + 1).reduce((sum, length) => sum + length, 0),
    );
    return ends.map((end, index) => bytes.subarray(end - (lengths[index] ?? 0), end));
  }

  async #expect(conn: string, bytes: Buffer): Promise<void> {
    const took = performance.now() - this.#actedAt;
    const within = took > SLOW ? { within: `${Math.ceil((2 * took) / 1000)}s` } : {};
    const args = this.executor.on(conn, { ...expectationOf(bytes), ...within });
    const wrong = await this.executor.do({ verb: 'expect', args }, { conn, bytes });
    if (wrong !== undefined) this.#say(wrong);
  }

  /** Of a client: what it printed, and its end. Of a server: only its end is told. */
  async #observeProgram(): Promise<void> {
    const { program, role } = this.#options;
    const instance = this.#run.view.instance(program);
    if (!instance || role === 'server') return;
    const printed = instance.stdout.from(this.#printed).toString('utf8').trim();
    this.#printed = instance.stdout.length;
    if (printed !== '') await this.#step('check', { program, stdout: { contains: literally(printed) } });
    const ended = this.executor.entries.some(({ step }) => isExitCheck(step));
    if (instance.exit && !ended && instance.exit.code !== null)
      await this.#step('check', { program, is: 'exited', code: instance.exit.code });
  }

  /** Gives a name to each client that has connected; whether there was one. */
  async #meet(): Promise<boolean> {
    const door = this.#run.view.listeners.get('door');
    let met = false;
    while (door && door.waiting > 0) {
      const name = this.#nextName();
      if (!(await this.#step('accept', name))) break;
      this.#current = name;
      met = true;
    }
    return met;
  }

  async #obey(command: Command): Promise<void> {
    const { program } = this.#options;
    switch (command.kind) {
      case 'send':
        return this.#send(command.bytes);
      case 'open':
        await this.#open(command.conn);
        return;
      case 'use':
        if (this.executor.open.includes(command.conn ?? '')) this.#current = command.conn;
        else
          this.#say(
            `no connection "${command.conn}" is open (${this.executor.open.join(', ') || 'none is'})`,
          );
        return;
      case 'half_close':
      case 'close':
      case 'reset':
        return this.#endConnection(command.kind, command.conn ?? this.#current);
      case 'pause':
      case 'resume':
        if (await this.#step(command.kind, program)) this.#paused = command.kind === 'pause';
        return;
      case 'start':
        await this.#step('start', program);
        return;
      case 'stop':
        await this.#step(
          'stop',
          command.signal === undefined ? program : { program, signal: command.signal },
        );
        return;
      case 'restart':
        return this.#restart();
      case 'wait':
        return this.#wait(command.time);
      case 'type':
        await this.#step('stdin', { line: literally(command.text) });
        return;
      case 'eof':
        await this.#step('stdin', { program, eof: true });
        return;
      case 'check':
        if (await this.#check(command.what)) this.#say('it is so');
        return;
      case 'note':
        await this.#step('note', literally(command.text));
        return;
      case 'step':
        return this.#written(command.yaml);
      case 'newline':
        this.#newline = command.newline;
        return;
      case 'chunk':
        this.#chunk = command.size;
        return;
      case 'state':
        for (const line of await this.state()) this.#say(`  ${line}`);
        return;
      case 'steps':
        for (const { step } of this.executor.entries) this.#say(`  - ${stepText(step)}`);
        return;
      case 'undo':
        this.#undo();
        return;
      case 'help':
        for (const line of SESSION_HELP.trimEnd().split('\n')) this.#say(line);
        return;
      default:
        return;
    }
  }

  /** What the kernel sees. */
  state(): Promise<string[]> {
    const { kernel, program } = this.#options;
    return kernelView(kernel, this.#run, { program, connections: this.executor.open });
  }

  async #send(bytes: Bytes): Promise<void> {
    if (this.#current === undefined) {
      if (this.#options.role === 'client') {
        this.#say('the client has not connected; :type TEXT types for it');
        return;
      }
      this.#say('opening another connection');
      if (!(await this.#open())) return;
      await this.flush();
    }
    const payload: JsonObject =
      'line' in bytes
        ? { line: literally(bytes.line), ...(this.#newline === 'crlf' ? { newline: 'crlf' } : {}) }
        : 'text' in bytes
          ? asArguments(payloadOf(textToBytes(bytes.text)))
          : { ...bytes };
    const pieces = this.#chunk > 0 ? { chunk: this.#chunk, every: 'received' } : {};
    await this.#step('send', this.executor.on(this.#current ?? '', { ...payload, ...pieces }));
  }

  async #open(name = this.#nextName()): Promise<boolean> {
    if (this.#options.role === 'client') {
      this.#say('it is the client that connects; :wait waits for it');
      return false;
    }
    const connected = await this.#step('connect', name);
    if (connected) this.#current = name;
    return connected;
  }

  #nextName(): string {
    const name = 'abcdefghijklmnopqrstuvwxyz'[this.#connections] ?? `c${this.#connections}`;
    this.#connections++;
    return this.executor.entries.some(({ step }) => step.args === name) ? this.#nextName() : name;
  }

  async #endConnection(verb: 'half_close' | 'close' | 'reset', conn: string | undefined): Promise<void> {
    if (conn === undefined) {
      this.#say('no connection is open');
      return;
    }
    if ((await this.#step(verb, conn)) && verb !== 'half_close' && this.#current === conn)
      this.#current = this.executor.open.at(-1);
  }

  /** Kills the program while its clients are connected, so that their connections lie in TIME_WAIT when it starts again. */
  async #restart(): Promise<void> {
    const { program, kernel } = this.#options;
    const open = [...this.executor.open];
    await this.#step('stop', { program, signal: 'SIGKILL' });
    const { view } = this.#run;
    for (const conn of open) {
      // Of a datagram socket nobody sees an end.
      if (view.pendingMessages(conn) === undefined)
        await this.#step('expect', this.executor.on(conn, { closed: true }));
      await this.#step('close', conn);
    }
    this.#current = undefined;
    const waits = { verb: 'assume', args: { port: program, is: 'time_wait' } };
    if (open.length > 0 && kernel.can.states && (await this.executor.probe(waits)))
      await this.executor.do(waits);
    await this.#step('start', program);
  }

  async #wait(time: string | undefined): Promise<void> {
    const conn = this.#current;
    if (time !== undefined && conn !== undefined) {
      const silence = { verb: 'expect', args: this.executor.on(conn, { nothing: true, for: time }) };
      // Something came: it becomes an expectation of its own.
      const wrong = await this.executor.do(silence);
      if (wrong !== undefined) this.#say(this.#run.view.hasPending(conn) ? 'something came' : wrong);
      return;
    }
    const { view } = this.#run;
    const came = () =>
      this.executor.open.some((each) => view.hasPending(each) || view.ended(each)) ||
      (view.listeners.get('door')?.waiting ?? 0) > 0;
    const until = performance.now() + WAIT;
    while (!came() && !this.#interrupted && performance.now() < until)
      await this.#event(until - performance.now());
    if (!came() && !this.#interrupted) this.#say(`nothing came within ${WAIT / 1000} s`);
  }

  #interrupted = false;
  #wake = () => {};

  /** Waits no longer for what may never come: the session ends. */
  interrupt(): void {
    this.#interrupted = true;
    this.#wake();
  }

  /** The next thing that happens, or the end of a time. */
  #event(most: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        unlisten();
        resolve();
      };
      const timer = setTimeout(done, most);
      const unlisten = this.#run.listen(done);
      this.#wake = done;
    });
  }

  async #check(what: string): Promise<boolean> {
    const { program, kernel } = this.#options;
    const conn = this.#current;
    if (what === 'listening' || what === 'time_wait') {
      return this.#step(what === 'listening' ? 'check' : 'assume', { port: program, is: what });
    }
    if (what === 'running' || what === 'exited') {
      const code = this.#run.view.instance(program)?.exit?.code;
      await this.#step('check', {
        program,
        is: what,
        ...(what === 'exited' && code != null ? { code } : {}),
      });
    }
    if (what === 'blocked') {
      const waiting = conn === undefined ? 'accept' : 'recv';
      const on = conn === undefined || this.executor.open.length === 1 ? {} : { on: conn };
      return this.#step('check', { program, is: 'blocked', in: waiting, ...on, cpu: '<20%', for: '200ms' });
    }
    if (conn === undefined) {
      this.#say('no connection is open');
      return false;
    }
    if (what === 'accepted') return this.#step('check', { conn, is: 'accepted' });
    const ports = this.#run.ports(conn);
    const end = ports && (await kernel.serverEnd(ports.serverPort, ports.clientPort));
    return this.#step('check', { conn, unread: end?.unread ?? 0 });
  }

  async #written(yaml: string): Promise<void> {
    const { parse } = await import('yaml');
    try {
      const parsed: unknown = parse(yaml);
      const [pair, ...more] = Object.entries((parsed ?? {}) as Record<string, Json>);
      if (!pair || more.length > 0 || typeof parsed !== 'object')
        this.#say('a step is written as :step VERB: { … }');
      else await this.#step(pair[0], pair[1]);
    } catch (error) {
      this.#say(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
    }
  }

  /** Only what changed nothing can be forgotten: the rest has happened. */
  #undo(): void {
    const last = this.executor.entries.at(-1);
    if (!last) return;
    if (!['expect', 'check', 'assume', 'note'].includes(last.step.verb)) {
      this.#say(`"${stepText(last.step)}" has happened, and what follows rests on it`);
      return;
    }
    this.executor.entries.pop();
    this.#say(`forgotten: ${stepText(last.step)}`);
  }

  async #step(verb: string, args: Json): Promise<boolean> {
    if (verb !== 'expect') this.#actedAt = performance.now();
    const wrong = await this.executor.do({ verb, args });
    if (wrong !== undefined) this.#say(wrong);
    return wrong === undefined;
  }

  #say(line: string): void {
    this.#options.say(line);
  }
}

/** A payload as what stands behind `send`. */
function asArguments(payload: Json): JsonObject {
  return typeof payload === 'string' ? { text: payload } : (payload as JsonObject);
}

function isExitCheck({ verb, args }: WrittenStep): boolean {
  return (
    verb === 'check' && typeof args === 'object' && args !== null && (args as JsonObject).is === 'exited'
  );
}
