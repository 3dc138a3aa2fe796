import { emitKeypressEvents } from 'node:readline';
import { concerned } from '../authoring/watch/concerned.ts';
import { type Change, Files } from '../authoring/watch/files.ts';
import { plainLines, screenLines, type WatchState } from '../authoring/watch/screen.ts';
import { SpecError } from '../base/spec-error.ts';
import { UserError } from '../base/user-error.ts';
import type { Progress } from '../grading/grade.ts';
import { loadAssignment } from '../grading/load-assignment.ts';
import { chosen } from '../judge/required.ts';
import type { Verdict } from '../model/index.ts';
import type { Assignment } from '../spec/read.ts';
import type { Job } from '../worker/grade-in-worker.ts';
import type { Level } from '../worker/protocol.ts';
import { EXIT } from './exit.ts';
import { terminalStyle } from './terminal-style.ts';

/** Enters a second screen without a cursor, and leaves it. */
const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';

/** `run --watch`: grades again at each change, the failed scenarios first. Ends with `q`, Ctrl-C or a signal. */
export async function watchSubmission(job: Job, level: Level): Promise<number> {
  const watching = new Watching(job, level);
  return watching.run();
}

class Watching {
  readonly #job: Job;
  readonly #level: Level;
  readonly #verdicts = new Map<string, Verdict>();
  readonly #running = new Set<string>();
  readonly #screen = process.stdout.isTTY === true && process.stdin.isTTY === true;
  #assignment: Assignment | undefined;
  #round: AbortController | undefined;
  #grading: Promise<void> = Promise.resolve();
  #selected: string | undefined;
  #trace = false;
  #note = 'first run';
  #end: (code: number) => void = () => {};

  constructor(job: Job, level: Level) {
    this.#job = job;
    this.#level = level;
  }

  async run(): Promise<number> {
    const ended = new Promise<number>((resolve) => {
      this.#end = resolve;
    });
    const files = new Files(this.#job.submission, (change) => {
      this.#change(change, files).catch((error: unknown) =>
        this.#tell(`the grader failed: ${String(error)}`),
      );
    });
    const stop = () => this.#end(EXIT.interrupted);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
    const restore = this.#screen ? this.#openScreen() : () => {};
    try {
      await files.ready();
      await this.#load(files);
      this.#start(this.#ids());
      return await ended;
    } finally {
      this.#round?.abort();
      await this.#grading;
      await files.close();
      restore();
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, stop);
      if (this.#screen) process.stdout.write(`${plainLines([...this.#verdicts.values()]).join('\n')}\n`);
    }
  }

  /** The scenarios that are asked for. */
  #scenarios() {
    return this.#assignment ? chosen(this.#assignment.spec.scenarios, this.#job.only ?? []) : [];
  }

  #ids(): readonly string[] {
    return this.#scenarios().map(({ id }) => id);
  }

  /** Reads the specification; false, and why on the screen, when it is not right. */
  async #load(files: Files): Promise<boolean> {
    const { spec, params = {}, env } = this.#job;
    files.read([spec]);
    try {
      const assignment = await loadAssignment(spec, params, '', env);
      files.read([...(assignment.files ?? [])]);
      this.#assignment = assignment;
      return true;
    } catch (error) {
      if (!(error instanceof SpecError) && !(error instanceof UserError)) throw error;
      this.#tell(
        `the specification is not right:\n${error instanceof SpecError ? error.rendered : error.message}`,
      );
      return false;
    }
  }

  async #change({ spec, submission, names }: Change, files: Files): Promise<void> {
    if (!spec && !submission) return;
    const before = this.#assignment;
    if (spec && !(await this.#load(files))) return;
    const ids = this.#ids();
    const wanted =
      submission || !before || !this.#assignment
        ? ids
        : concerned(before, this.#assignment).filter((id) => ids.includes(id));
    for (const id of [...this.#verdicts.keys()]) if (!ids.includes(id)) this.#verdicts.delete(id);
    this.#tell(
      `changed: ${names.slice(0, 3).join(', ')}${wanted.length === 0 ? ' (nothing that is tried)' : ''}`,
    );
    this.#start([...new Set([...wanted, ...this.#running])]);
  }

  /** Ends what is going on, and grades these scenarios: those that failed come first. */
  #start(ids: readonly string[]): void {
    this.#round?.abort();
    const round = new AbortController();
    this.#round = round;
    this.#grading = this.#grading.then(async () => {
      const failed = ids.filter((id) => (this.#verdicts.get(id)?.status ?? 'pass') !== 'pass');
      const others = ids.filter((id) => !failed.includes(id));
      let graded = false;
      for (const only of [failed, others])
        if (only.length > 0 && !round.signal.aborted) graded = await this.#grade(only, round.signal);
      if (graded && !round.signal.aborted && !this.#screen) this.#sum();
    });
  }

  /** Whether there are verdicts. */
  async #grade(only: readonly string[], signal: AbortSignal): Promise<boolean> {
    for (const id of only) this.#running.add(id);
    this.#draw();
    const take = (event: Progress) => {
      if (event.type !== 'finished' || signal.aborted) return;
      this.#verdicts.set(event.verdict.id, event.verdict);
      this.#running.delete(event.verdict.id);
      if (!this.#screen) process.stdout.write(`${plainLines([event.verdict])[0]}\n`);
      this.#draw();
    };
    try {
      const job = { ...this.#job, only };
      if (this.#level === 'none') await (await import('../grading/grade.ts')).grade({ ...job, signal }, take);
      else
        await (await import('../worker/grade-in-worker.ts')).gradeInWorker(
          job,
          { level: this.#level, signal },
          take,
        );
      return true;
    } catch (error) {
      if (!signal.aborted)
        this.#tell(error instanceof UserError ? `it can't be graded: ${error.what}` : String(error));
      return false;
    } finally {
      if (!signal.aborted) for (const id of only) this.#running.delete(id);
      this.#draw();
    }
  }

  #sum(): void {
    const all = [...this.#verdicts.values()];
    const passed = all.filter(({ status }) => status === 'pass').length;
    process.stdout.write(`${passed} of ${all.length} passed; waiting for changes\n`);
  }

  #tell(note: string): void {
    this.#note = note;
    if (!this.#screen) process.stdout.write(`${note}\n`);
    this.#draw();
  }

  #draw(): void {
    if (!this.#screen) return;
    const { width, colour } = terminalStyle();
    const state: WatchState = {
      title: `${this.#assignment?.spec.title ?? this.#job.spec}: ${this.#job.submission}`,
      scenarios: this.#scenarios(),
      verdicts: this.#verdicts,
      running: this.#running,
      selected: this.#selected,
      trace: this.#trace,
      note: this.#note,
    };
    const lines = screenLines(state, { width, height: process.stdout.rows ?? 24, colour });
    process.stdout.write(`\x1b[H${lines.map((line) => `${line}\x1b[K`).join('\r\n')}\x1b[J`);
  }

  #openScreen(): () => void {
    const draw = () => this.#draw();
    process.stdout.write(ENTER);
    emitKeypressEvents(process.stdin);
    process.stdin.setRawMode(true);
    process.stdin.on('keypress', this.#key);
    process.stdin.resume();
    process.stdout.on('resize', draw);
    return () => {
      process.stdout.off('resize', draw);
      process.stdin.off('keypress', this.#key);
      process.stdin.setRawMode(false);
      process.stdin.pause();
      process.stdout.write(LEAVE);
    };
  }

  readonly #key = (_: string, { name, ctrl }: { readonly name?: string; readonly ctrl?: boolean }): void => {
    const ids = this.#ids();
    if (name === 'q' || (ctrl && name === 'c')) this.#end(name === 'q' ? EXIT.passed : EXIT.interrupted);
    else if (name === 'a') this.#start(ids);
    else if (name === 't') this.#trace = !this.#trace;
    else if (name === 'up' || name === 'down') {
      const at = this.#selected === undefined ? -1 : ids.indexOf(this.#selected);
      this.#selected = ids[Math.max(0, Math.min(ids.length - 1, at + (name === 'down' ? 1 : -1)))];
    } else if ((name === 'return' || name === 'enter') && this.#selected !== undefined)
      this.#start([this.#selected]);
    else if (name === 'escape') this.#selected = undefined;
    this.#draw();
  };
}
