import { createInterface, type Interface, moveCursor } from 'node:readline';

/** How a conversation ended: by `:quit` or the end of the input, by Ctrl-C, or by a signal. */
export type Ending = 'quit' | 'interrupted' | NodeJS.Signals;

export interface ConverseOptions {
  /** Does what a line asks for; false ends the conversation. */
  readonly handle: (line: string) => Promise<boolean>;
  readonly prompt: () => string;
  /** Lines that are taken before those that are typed. */
  readonly script?: readonly string[];
  /** Nothing is typed: the script is all. */
  readonly scriptOnly?: boolean;
  /** Makes what is being done end soon, since the conversation does. */
  readonly interrupt?: () => void;
}

/** Standard input and output as a place to talk: what comes in between is written above the line that is being typed. */
export class Console {
  #reading: Interface | undefined;
  #prompt: () => string = () => '';
  #typing = false;
  readonly #terminal = process.stdin.isTTY === true && process.stdout.isTTY === true;

  readonly say = (line: string): void => {
    if (!this.#typing || !this.#reading) {
      process.stdout.write(`${line}\n`);
      return;
    }
    // What is being typed may take several rows.
    const { rows } = this.#reading.getCursorPos();
    moveCursor(process.stdout, 0, -rows);
    process.stdout.write(`\r\x1b[J${line}\n`);
    this.#reading.prompt(true);
  };

  /** Lines one after another, until one ends it. */
  async converse(options: ConverseOptions): Promise<Ending> {
    const { handle, prompt, script = [], scriptOnly = false } = options;
    for (const line of script) {
      this.say(`${prompt()}${line}`);
      if (!(await handle(line))) return 'quit';
    }
    return scriptOnly ? 'quit' : this.#typed(options);
  }

  #typed({ handle, prompt, interrupt }: ConverseOptions): Promise<Ending> {
    const reading = createInterface({
      input: process.stdin,
      ...(this.#terminal
        ? { output: process.stdout, terminal: true, historySize: 200 }
        : { terminal: false }),
    });
    this.#reading = this.#terminal ? reading : undefined;
    this.#prompt = prompt;
    const waiting: string[] = [];
    let busy = false;
    let ended: Ending | undefined;
    return new Promise<Ending>((resolve, reject) => {
      const finish = (ending: Ending) => {
        // What follows begins on a line of its own.
        if (this.#typing && this.#reading) process.stdout.write('\n');
        for (const signal of SIGNALS) process.off(signal, stopped);
        this.#typing = false;
        this.#reading = undefined;
        reading.close();
        resolve(ending);
      };
      const stopped = (signal: NodeJS.Signals) => {
        interrupt?.();
        finish(signal);
      };
      const go = async () => {
        if (busy) return;
        busy = true;
        if (!(await this.#obeyAll(waiting, { handle, prompt }, () => ended === 'interrupted')))
          ended = 'quit';
        busy = false;
        if (ended !== undefined) finish(ended);
        else this.#ask();
      };
      const end = (ending: Ending) => {
        ended ??= ending;
        if (!busy) go().catch(reject);
      };
      for (const signal of SIGNALS) process.once(signal, stopped);
      reading.on('line', (line) => {
        waiting.push(line);
        go().catch(reject);
      });
      reading.on('SIGINT', () => {
        // The second time it need not end well.
        if (ended === 'interrupted') finish('SIGINT');
        interrupt?.();
        end('interrupted');
      });
      reading.on('close', () => end('quit'));
      this.#ask();
    });
  }

  /** Does what the lines that wait ask for, one after another; false when one ends the conversation. */
  async #obeyAll(
    waiting: string[],
    { handle, prompt }: ConverseOptions,
    isInterrupted: () => boolean,
  ): Promise<boolean> {
    for (let line = waiting.shift(); line !== undefined && !isInterrupted(); line = waiting.shift()) {
      this.#typing = false;
      if (!this.#terminal) process.stdout.write(`${prompt()}${line}\n`);
      if (!(await handle(line))) return false;
    }
    return true;
  }

  #ask(): void {
    if (!this.#reading) return;
    this.#typing = true;
    this.#reading.setPrompt(this.#prompt());
    this.#reading.prompt();
  }
}

const SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;
