import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Report } from '../model.ts';
import { FORMATS } from '../report/index.ts';
import { UserError } from '../user-error.ts';
import type { WantedReport } from './run-options.ts';

/** Writes report files again and again while the run goes on, each time as a whole. */
export class ReportFiles {
  readonly #targets: readonly { readonly name: string; readonly file: string }[];
  #last: Promise<void> = Promise.resolve();
  #pending: Report | undefined;

  constructor(wanted: readonly WantedReport[], folder: string) {
    this.#targets = wanted.flatMap(({ name, file }) => {
      const usual = FORMATS[name]?.file;
      if (file !== undefined) return [{ name, file: path.resolve(file) }];
      return usual === undefined ? [] : [{ name, file: path.resolve(folder, usual) }];
    });
  }

  /** The files, as they were asked for. */
  get files(): readonly string[] {
    return this.#targets.map(({ file }) => path.relative(process.cwd(), file) || file);
  }

  /** Makes sure, before anything runs, that the files can be written. */
  async prepare(): Promise<void> {
    for (const { file } of this.#targets) {
      try {
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(temporary(file), '');
        await rename(temporary(file), file);
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        const why =
          {
            EACCES: 'permission denied',
            EROFS: 'the file system is read-only',
            ENOTDIR: 'a part of the path is a file',
            EEXIST: 'a part of the path is a file',
            EISDIR: 'it is a folder',
            ENOSPC: 'the disk is full',
          }[code ?? ''] ?? message;
        throw new UserError({
          where: file,
          what: `the report can't be written: ${why}`,
          fix: 'Choose another place with --out DIR or --report json=FILE.',
        });
      }
    }
  }

  /** Writes the latest report; of several that come while one is being written only the last. */
  write(report: Report): void {
    const idle = this.#pending === undefined;
    this.#pending = report;
    if (idle) this.#last = this.#last.then(() => this.#flush());
  }

  async #flush(): Promise<void> {
    const report = this.#pending;
    this.#pending = undefined;
    if (!report) return;
    for (const { name, file } of this.#targets) {
      const text = FORMATS[name]?.render(report, { width: 80, colour: false, trace: false }) ?? '';
      await writeFile(temporary(file), text);
      await rename(temporary(file), file);
    }
  }

  /** Waits until everything is on disk. */
  done(): Promise<void> {
    return this.#last;
  }
}

/** Beside the file, so that renaming it is one step. */
function temporary(file: string): string {
  return `${file}.${process.pid}.tmp`;
}
