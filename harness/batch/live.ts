import { defined } from '../base/defined.ts';
import { Heartbeat } from '../base/heartbeat.ts';
import type { BatchEvent, QueueState } from './progress.ts';
import { type Running, removeRunning, shareOf, writeRunning } from './running.ts';

/** Milliseconds between two writings of how far it is. */
const EVERY = 1_000;
/** Milliseconds between two overviews at least, and how much longer than making one takes: a fortieth of the time at most. */
const PAGE_EVERY = 4_000;
const PAGE_SHARE = 40;

/** Keeps a folder's status and overview up to date while a batch runs: what others look at meanwhile. */
export class LiveStatus {
  readonly #out: string;
  readonly #check: () => Promise<void>;
  readonly #writePage: (running: Running) => Promise<void>;
  readonly #began = new Date().toISOString();
  #kept = 0;
  #done = 0;
  #total = 0;
  readonly #running = new Set<string>();
  #queue: QueueState | undefined;
  readonly #heartbeat = new Heartbeat(() => this.#write());
  #pageDue = performance.now() + PAGE_EVERY;

  /**
   * `check` throws when the folder is another process's by now; `writePage` makes the overview anew, with what is said of
   * the run.
   */
  constructor(out: string, check: () => Promise<void>, writePage: (running: Running) => Promise<void>) {
    this.#out = out;
    this.#check = check;
    this.#writePage = writePage;
  }

  /** To be called for every event of the batch. */
  hear(event: BatchEvent): void {
    if (event.type === 'begin') {
      this.#total = event.manifest.submissions.length;
      this.#kept = event.kept.length;
      this.#done = event.kept.length;
      this.#heartbeat.begin(EVERY);
    } else if (event.type === 'started') this.#running.add(event.submission.id);
    else if (event.type === 'finished') {
      this.#running.delete(event.submission.id);
      this.#done++;
    } else if (event.type === 'again') this.#done -= event.count;
    else if (event.type === 'queue') this.#queue = event.state;
  }

  /** Nothing is written any more when this settles, and nothing says that the batch runs. */
  async end(): Promise<void> {
    await this.#heartbeat.end();
    await removeRunning(this.#out);
  }

  async #write(): Promise<void> {
    const running = {
      began: this.#began,
      updated: new Date().toISOString(),
      kept: this.#kept,
      done: this.#done,
      total: this.#total,
      running: this.#queue?.running ?? this.#running.size,
      ...defined({ queue: this.#queue && shareOf(this.#queue) }),
    };
    await this.#check();
    const whole = await writeRunning(this.#out, running);
    const began = performance.now();
    if (began < this.#pageDue) return;
    await this.#writePage(whole);
    const took = performance.now() - began;
    this.#pageDue = performance.now() + Math.max(PAGE_EVERY, PAGE_SHARE * took);
  }
}
