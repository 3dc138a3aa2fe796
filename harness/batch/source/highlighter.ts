import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { bundleFile } from '../../base/bundle.ts';
import type { SourceFile } from '../../report/html/source.ts';

type Lines = SourceFile['lines'];

/** Longest text that is highlighted, in characters, and how long it may take, in milliseconds. */
const MOST_TEXT = 128 * 1024;
const PATIENCE = 1_000;
const STARTING = 5_000;

/**
 * Highlights source code in a thread of its own. Some text makes the patterns of a highlighter slow, and whoever handed it
 * in may mean to: the thread is ended then, and the text stays plain.
 */
export class Highlighter {
  readonly #file = bundleFile('highlight');
  readonly #patience: number;
  readonly #starting: number;
  /** Threads that were started. */
  started = 0;
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** How long a text may take, and the first one, in milliseconds. */
  constructor({ patience = PATIENCE, starting = STARTING } = {}) {
    this.#patience = patience;
    this.#starting = starting;
  }

  /** The lines of a text; undefined where it is too long, took too long, or can't be highlighted at all. */
  highlight(text: string, language: string): Promise<Lines | undefined> {
    if (text.length > MOST_TEXT || !existsSync(this.#file)) return Promise.resolve(undefined);
    const next = this.#last.then(() => this.#ask(text, language));
    this.#last = next;
    return next;
  }

  #ask(text: string, language: string): Promise<Lines | undefined> {
    const isNew = this.#worker === undefined;
    const worker = this.#worker ?? this.#start();
    return new Promise((resolve) => {
      const conclude = (lines: Lines | undefined) => {
        clearTimeout(timer);
        worker.off('message', answer).off('error', fail);
        // Between two texts it keeps no process from ending.
        worker.unref();
        resolve(lines);
      };
      const answer = ({ lines }: { readonly lines: Lines | undefined }) => conclude(lines);
      const fail = () => {
        this.#worker = undefined;
        conclude(undefined);
        void worker.terminate();
      };
      const timer = setTimeout(fail, isNew ? this.#starting : this.#patience);
      worker.ref();
      worker.once('message', answer).once('error', fail);
      worker.postMessage({ text, language });
    });
  }

  #start(): Worker {
    const worker = new Worker(this.#file);
    this.#worker = worker;
    this.started++;
    return worker;
  }
}
