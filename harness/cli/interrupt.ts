import { EXIT } from './exit.ts';

/** Ctrl-C and SIGTERM end the run in good order; a second one ends it at once. */
export class Interrupt {
  readonly #controller = new AbortController();
  by: NodeJS.Signals | undefined;

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, this.#handle);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  readonly #handle = (signal: NodeJS.Signals): void => {
    if (this.by !== undefined) process.exit(signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
    this.by = signal;
    process.stderr.write('\nEnding the programs and writing the report …\n');
    this.#controller.abort(new Error('interrupted'));
  };

  dispose(): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, this.#handle);
  }
}
