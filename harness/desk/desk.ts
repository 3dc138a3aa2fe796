import { readdir, readFile } from 'node:fs/promises';
import { defined } from '../base/defined.ts';
import { UserError } from '../base/user-error.ts';
import { decide, type Entered } from '../batch/decisions/decide.ts';
import { writeOverrides } from '../batch/decisions/overrides.ts';
import { lock } from '../batch/lock.ts';
import { writeOutputs } from '../batch/outputs.ts';
import type { DeskForm } from '../batch/page/decide-form.ts';
import { renderIndex } from '../batch/page/page.ts';
import { renderStaffPage } from '../batch/page/staff-page.ts';
import { notesOf } from '../batch/report-notes.ts';
import { withSource } from '../batch/source/staff-source.ts';
import { loadReport, notedReport } from '../batch/student-files.ts';
import { isExported, KeptState, readState, type State } from './state.ts';

/** What has become of a decision that was sent. */
export type Saved =
  | { readonly type: 'saved'; readonly next: string | undefined }
  /** Someone else has decided, or the result is another one, since the page was made. */
  | { readonly type: 'conflict' }
  | { readonly type: 'wrong'; readonly wrong: ReadonlyMap<string | undefined, string> };

/** A decision as a page sends it. */
export interface Sent extends Omit<Entered, 'by' | 'at'> {
  /** See `OwnDecisions`. */
  readonly version: string;
}

/** A notice on a page. */
export interface Notice {
  readonly text: string;
  readonly isError: boolean;
}

/** What an assistant does with the results of a batch: look, decide, export. */
export class Desk {
  readonly folder: string;
  readonly by: string;
  readonly #state: KeptState;
  /** What writes to the folder, one after the other. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(folder: string, by: string) {
    this.folder = folder;
    this.by = by;
    this.#state = new KeptState(folder);
  }

  state(): Promise<State> {
    return this.#state.read();
  }

  /** The overview as it is now. */
  async overview(notice?: Notice): Promise<string> {
    const { gathered } = await this.state();
    const names = await readdir(this.folder);
    return renderIndex(gathered.page, 'staff', {
      by: this.by,
      isExported: await isExported(this.folder, gathered),
      files: names.filter((name) => /^(?:gradebook.*\.csv|feedback-.*\.zip|comments-.*)$/.test(name)).sort(),
      ...defined({ notice: notice?.text, isError: notice?.isError }),
    });
  }

  /** The page of a submission as it is now; undefined where there is none. */
  async staffPage(id: string, form: Omit<DeskForm, 'by'> = {}): Promise<string | undefined> {
    const { gathered, heads, done } = await this.state();
    const report = heads.ids.includes(id) ? await loadReport(this.folder, id) : undefined;
    if (report === undefined) return undefined;
    const notes = notesOf(
      done.manifest,
      gathered.rows.filter(({ submission }) => submission.id === id),
    );
    return renderStaffPage({
      ...(await withSource(this.folder, notedReport(report, notes.get(id) ?? {}))),
      head: heads.headOf(id, { ...form, by: this.by }),
      served: true,
    });
  }

  /**
   * Saves a decision to `overrides.csv`. Throws a UserError when something else writes to the folder, or the table was
   * edited into something that can't be read.
   */
  save(id: string, { version, entries, note }: Sent): Promise<Saved> {
    return this.#alone(async (): Promise<Saved> => {
      const { done, gathered, heads } = await readState(this.folder);
      const own = heads.decisionsOf(id);
      if (own.version !== version) return { type: 'conflict' };
      const file = done.decisions.files.overrides;
      const before = await textOf(file);
      const entered = { entries, note, by: this.by, at: new Date().toISOString() };
      const decided = decide(gathered.lines, own, entered, gathered.page.manifest.scenarios);
      if ('wrong' in decided) return { type: 'wrong', wrong: decided.wrong };
      // An editor takes no lock.
      if ((await textOf(file)) !== before) return { type: 'conflict' };
      await writeOverrides(file, decided.lines);
      return { type: 'saved', next: heads.after(id) };
    });
  }

  /** Writes gradebooks, feedback and pages anew, with all that is decided. Throws a UserError as `save`. */
  export(): Promise<void> {
    return this.#alone(async () => {
      const { done } = await readState(this.folder);
      await writeOutputs(this.folder, done, done.manifest.options ?? {});
    });
  }

  /** When all that was begun is written. */
  async close(): Promise<void> {
    await this.#writing.catch(() => {});
  }

  /** Does something while nothing else writes to the folder, be it a batch or another desk. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const locked = async () => {
      const held = await lock(this.folder).catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        throw new UserError({
          where: error.where,
          what: error.what,
          fix: 'Nothing was saved. Wait for it, and try again.',
        });
      });
      try {
        return await work();
      } finally {
        await held.release();
      }
    };
    const next = this.#writing.then(locked, locked);
    this.#writing = next;
    return next;
  }
}

function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
