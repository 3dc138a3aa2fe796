import stringWidth from 'fast-string-width';
import { plainLine } from '../base/plain.ts';
import { SOURCES } from '../batch/intake/detect.ts';
import { describeTime } from '../batch/page/running.ts';
import type { BatchEvent, QueueState } from '../batch/progress.ts';
import type { Result } from '../batch/result.ts';
import type { Compared } from '../batch/similar.ts';
import { clip } from '../report/html/text.ts';

/** Where progress is shown: a bar that is drawn again and again, or a line for each submission. */
export interface Screen {
  readonly bar: boolean;
  readonly width: () => number;
  readonly write: (text: string) => void;
  /** Why a queue grades nothing, where that is so. */
  readonly describeWait?: (state: QueueState) => string | undefined;
}

/** Milliseconds between two drawings while nothing happens. */
const EVERY = 1_000;

/** Shows how a batch goes on. */
export class BatchProgress {
  readonly #screen: Screen;
  readonly #counts = { passed: 0, failed: 0, inconclusive: 0 };
  #total = 0;
  #kept = 0;
  #done = 0;
  #began = performance.now();
  #note = '';
  #queued = '';
  #wait = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** To be called for every event of the batch. */
  readonly watch = (event: BatchEvent): void => {
    if (event.type === 'damage') {
      const { line, bytes, kept } = event.damage;
      this.say(
        `The journal is damaged from line ${line} on. The results before it count; ${bytes} damaged bytes were moved to ${kept}.`,
      );
    } else if (event.type === 'locked')
      this.say(
        `A batch on ${plainLine(event.host, 80)} has this folder; waiting to see whether it is still at work …`,
      );
    else if (event.type === 'judging is enough')
      this.say(
        `Only what is judged has changed: ${count(event.count, 'result')} can be had from what was recorded, without running anything. Ctrl-C, and the same command with --rejudge, does that; now everything is run again.`,
      );
    else if (event.type === 'begin') this.#begin(event);
    else if (event.type === 'finished') this.#finished(event.submission.id, event.result);
    else if (event.type === 'again') {
      this.#note = 'again, one at a time';
      if (!this.#screen.bar)
        this.say(`${count(event.count, 'inconclusive submission')}: again, one at a time`);
      // They are counted anew.
      this.#counts.inconclusive -= event.count;
      this.#done -= event.count;
    } else if (event.type === 'compared') this.say(`${describeCompared(event)}: similar.html`);
    else if (event.type === 'queue') this.#queue(event.state);
    this.#draw();
  };

  /** A line of its own, above the bar. */
  say(text: string): void {
    this.#screen.write(`${this.#screen.bar ? '\r\x1b[K' : ''}${text}\n`);
    this.#draw();
  }

  end(): void {
    clearInterval(this.#timer);
    if (this.#screen.bar) this.#screen.write('\r\x1b[K');
    this.#total = 0;
  }

  #begin({ manifest, kept }: Extract<BatchEvent, { type: 'begin' }>): void {
    const { submissions, source, elsewhere } = manifest;
    const from = SOURCES[source]?.title ?? source;
    const others = elsewhere.length > 0 ? `, ${elsewhere.length} in other parts` : '';
    const known = kept.length > 0 ? `, ${kept.length} graded already` : '';
    this.say(
      `${manifest.spec.title}: ${count(submissions.length, 'submission')} from ${from}${others}${known}`,
    );
    this.#total = submissions.length;
    this.#kept = kept.length;
    this.#done = kept.length;
    for (const result of kept) this.#counts[kindOf(result)]++;
    this.#began = performance.now();
    if (this.#screen.bar) this.#timer = setInterval(() => this.#draw(), EVERY).unref();
  }

  #finished(id: string, result: Result): void {
    this.#done++;
    const kind = kindOf(result);
    this.#counts[kind]++;
    if (this.#screen.bar) return;
    const sign = { passed: '✓', failed: '✗', inconclusive: '?' }[kind];
    const number = String(this.#done).padStart(String(this.#total).length);
    const start = `[${number}/${this.#total}] ${sign} ${id}: `;
    const what =
      result.open === undefined
        ? `${result.points}/${result.maxPoints}, ${(result.ms / 1000).toFixed(1)} s`
        : clip(plainLine(result.open, 1_000), Math.max(30, this.#screen.width() - stringWidth(start)));
    this.say(`${start}${what}`);
  }

  #queue(state: QueueState): void {
    const { workers, running, all } = state;
    const share = all > running ? ` of ${all}` : '';
    this.#queued = `${count(workers.length, 'worker')}, ${running}${share} running`;
    const wait = this.#screen.describeWait?.(state) ?? '';
    if (wait !== '' && wait !== this.#wait) this.say(wait);
    this.#wait = wait;
  }

  #draw(): void {
    if (!this.#screen.bar || this.#total === 0) return;
    const { passed, failed, inconclusive } = this.#counts;
    const minutes = (performance.now() - this.#began) / 60_000;
    const rate = minutes > 0 ? (this.#done - this.#kept) / minutes : 0;
    const left = this.#total - this.#done;
    const parts = [
      `${this.#done}/${this.#total}`,
      `✓${passed} ✗${failed} ?${inconclusive}`,
      ...(rate > 0 ? [`${rate.toFixed(rate < 10 ? 1 : 0)}/min`] : []),
      ...(rate > 0 && left > 0 ? [`${describeTime((left / rate) * 60)} left`] : []),
      ...(this.#note === '' ? [] : [this.#note]),
      ...(this.#queued === '' ? [] : [this.#queued]),
    ];
    const text = parts.join(' · ');
    const room = Math.min(40, this.#screen.width() - 1 - stringWidth(text) - 1);
    const share = this.#total === 0 ? 0 : this.#done / this.#total;
    const full = Math.round(room * share);
    const bar = room < 5 ? '' : `${'█'.repeat(full)}${'░'.repeat(room - full)} `;
    this.#screen.write(`\r\x1b[K${bar}${text}`.slice(0, this.#screen.width() + 3));
  }
}

function kindOf({ open, status }: Result): 'inconclusive' | 'failed' | 'passed' {
  if (open !== undefined) return 'inconclusive';
  return status === 'fail' ? 'failed' : 'passed';
}

/** "300 submissions compared, 2 pairs are alike". */
export function describeCompared({ submissions, pairs }: Compared): string {
  const alike =
    pairs === 0 ? 'no pairs are alike' : `${count(pairs, 'pair')} ${pairs === 1 ? 'is' : 'are'} alike`;
  return `${count(submissions, 'submission')} compared, ${alike}`;
}

/** "1 submission", "200 submissions". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
