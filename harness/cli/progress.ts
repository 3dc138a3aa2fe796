import stringWidth from 'fast-string-width';
import { plainLine } from '../base/plain.ts';
import type { Progress } from '../grading/grade.ts';
import type { ScenarioSpec, Status, Verdict } from '../model/index.ts';
import { mayKnow } from '../report/audience.ts';
import { type Surroundings, usualAudience } from '../report/formats/automatic.ts';
import type { Audience } from '../report/formats/index.ts';
import { showsColour } from './terminal-style.ts';

/** Someone who watches a run go on. */
export interface Watcher {
  take(event: Progress): void;
  /** Leaves the screen as if it had never been there. */
  end(): void;
}

const SILENT: Watcher = { take: () => {}, end: () => {} };

/** Tells on standard error how a run goes on: one live line on a terminal, a line for each scenario elsewhere. */
export function watchRun(
  { quiet, audience }: { readonly quiet: boolean; readonly audience?: Audience },
  surroundings: Surroundings,
): Watcher {
  if (quiet) return SILENT;
  const reader = audience ?? usualAudience('terminal', surroundings);
  const tally = new Tally(reader);
  const lives = process.stderr.isTTY === true && process.env.TERM !== 'dumb';
  return lives ? new LiveLine(process.stderr, tally) : new PlainLines(process.stderr, tally);
}

/** What the reader may know of how far a run is. */
class Tally {
  readonly #reader: Audience;
  #shown = new Map<string, ScenarioSpec>();
  readonly running = new Set<string>();
  readonly done = new Map<string, Verdict>();
  planned = false;

  constructor(reader: Audience) {
    this.#reader = reader;
  }

  get size(): number {
    return this.#shown.size;
  }

  /** Takes in an event; returns the verdict that it brings, unless that is hidden from the reader. */
  take(event: Progress): Verdict | undefined {
    if (event.type === 'planned') {
      const shown = event.scenarios.filter(({ visibility }) => mayKnow(this.#reader, visibility));
      this.#shown = new Map(shown.map((scenario) => [scenario.id, scenario]));
      this.planned = true;
    }
    if (event.type === 'started' && this.#shown.has(event.scenario)) this.running.add(event.scenario);
    if (event.type !== 'finished' || !this.#shown.has(event.verdict.id)) return undefined;
    this.running.delete(event.verdict.id);
    this.done.set(event.verdict.id, event.verdict);
    return event.verdict;
  }

  count(status: Status): number {
    return [...this.done.values()].filter((verdict) => verdict.status === status).length;
  }
}

const MARKS: Readonly<Record<Status, string>> = { pass: '✓', fail: '✗', inconclusive: '?', skip: '-' };
const COLOURS: Readonly<Record<Status, number>> = { pass: 32, fail: 31, inconclusive: 33, skip: 90 };

/** A line for each scenario that is done, for logs. */
class PlainLines implements Watcher {
  readonly #stream: NodeJS.WriteStream;
  readonly #tally: Tally;

  constructor(stream: NodeJS.WriteStream, tally: Tally) {
    this.#stream = stream;
    this.#tally = tally;
  }

  take(event: Progress): void {
    const verdict = this.#tally.take(event);
    if (verdict === undefined) return;
    const { done, size } = this.#tally;
    const { status, id, durationMs } = verdict;
    const so = `${String(done.size).padStart(String(size).length)}/${size}`;
    this.#stream.write(`${so} ${status} ${plainLine(id)} ${seconds(durationMs)}\n`);
  }

  end(): void {}
}

/** Milliseconds between two drawings; what is over before the first is never drawn. */
const REDRAW = 100;

/** One line that is drawn over and over. */
class LiveLine implements Watcher {
  readonly #stream: NodeJS.WriteStream;
  readonly #tally: Tally;
  readonly #began = performance.now();
  readonly #colour: boolean;
  readonly #timer: NodeJS.Timeout;
  /** Columns of what is on the screen. */
  #drawn = 0;
  #last = '';

  constructor(stream: NodeJS.WriteStream, tally: Tally) {
    this.#stream = stream;
    this.#tally = tally;
    this.#colour = showsColour(stream);
    this.#timer = setInterval(() => this.#draw(), REDRAW).unref();
  }

  take(event: Progress): void {
    this.#tally.take(event);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#stream.write(this.#clear());
    this.#drawn = 0;
  }

  #draw(): void {
    const columns = Math.max(1, (this.#stream.columns || 80) - 1);
    const { text, width } = this.#fit(columns);
    if (text === this.#last && this.#drawn <= columns) return;
    this.#last = text;
    // One write, the new text before the rest of the old is cleared: nothing blinks.
    this.#stream.write(this.#drawn > columns ? `${this.#clear()}${text}` : `\r${text}\u001b[K`);
    this.#drawn = width;
  }

  /** A line that became longer than a narrowed terminal stands on several rows. */
  #clear(): string {
    if (this.#drawn === 0) return '';
    const rows = Math.ceil(this.#drawn / (this.#stream.columns || 80)) - 1;
    return `${rows > 0 ? `\u001b[${rows}A` : ''}\r\u001b[J`;
  }

  /** As much as there is room for: the time first, then the counts, then what is running. */
  #fit(columns: number): { text: string; width: number } {
    const { running, done, size, planned } = this.#tally;
    const started = running.size + done.size > 0;
    const counts = (['pass', 'fail', 'inconclusive', 'skip'] as const)
      .filter((status) => this.#tally.count(status) > 0)
      .map((status) => ({ status, text: `${MARKS[status]} ${this.#tally.count(status)}` }));
    const parts: { text: string; status?: Status }[] = [
      { text: seconds(performance.now() - this.#began) },
      ...(planned ? [{ text: started ? `${done.size}/${size}` : 'preparing' }] : []),
      ...counts,
    ];
    let text = '';
    let width = 0;
    for (const part of parts) {
      const room = width + stringWidth(part.text) + (width > 0 ? 2 : 0);
      if (room > columns) return { text, width };
      text += `${width > 0 ? '  ' : ''}${this.#paint(part)}`;
      width = room;
    }
    const list = listed([...running], columns - width - 2);
    return list === '' ? { text, width } : { text: `${text}  ${list}`, width: width + 2 + stringWidth(list) };
  }

  #paint({ text, status }: { text: string; status?: Status }): string {
    return this.#colour && status !== undefined ? `\u001b[${COLOURS[status]}m${text}\u001b[0m` : text;
  }
}

/** As many names as there is room for, and the number of the others. */
function listed(names: readonly string[], columns: number): string {
  for (let count = names.length; count > 0; count -= 1) {
    const more = names.length - count;
    const text = `${names
      .slice(0, count)
      .map((name) => plainLine(name))
      .join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    if (stringWidth(text) <= columns) return text;
  }
  return '';
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
