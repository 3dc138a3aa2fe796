import { EXIT } from './exit.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What is said when a batch, or another long job, is to end. */
interface Texts {
  readonly drain: string;
  readonly stop: string;
}

const OF_BATCH: Texts = {
  drain: 'Finishing what runs; Ctrl-C again ends it now. Run the same command again to resume.',
  stop: 'Ending. Run the same command again to resume.',
};

/**
 * Ctrl-C once lets those that run finish, twice ends them, and a third time leaves at once. SIGTERM and SIGHUP, which
 * machines send, end them at once.
 */
export class BatchInterrupt {
  readonly #drain = new AbortController();
  readonly #stop = new AbortController();
  readonly #say: (text: string) => void;
  readonly #texts: Texts;
  by: NodeJS.Signals | undefined;

  constructor(say: (text: string) => void, texts: Texts = OF_BATCH) {
    this.#say = say;
    this.#texts = texts;
    for (const signal of SIGNALS) process.on(signal, this.#handle);
  }

  get drain(): AbortSignal {
    return this.#drain.signal;
  }

  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  /** The exit status for the shell. */
  get status(): number | undefined {
    if (this.by === undefined) return undefined;
    return this.by === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  }

  readonly #handle = (signal: NodeJS.Signals): void => {
    if (this.#stop.signal.aborted) process.exit(signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
    const first = this.by === undefined;
    this.by ??= signal;
    if (first && signal === 'SIGINT') {
      this.#say(this.#texts.drain);
      this.#drain.abort(new Error('interrupted'));
      return;
    }
    this.#say(this.#texts.stop);
    this.#drain.abort(new Error('interrupted'));
    this.#stop.abort(new Error('interrupted'));
  };

  dispose(): void {
    for (const signal of SIGNALS) process.off(signal, this.#handle);
  }
}
