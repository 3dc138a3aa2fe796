import { randomBytes } from 'node:crypto';
import { appendFile, lstat, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { defined } from '../base/defined.ts';
import { replaceFile } from '../base/replace-file.ts';
import { UserError } from '../base/user-error.ts';
import { whyNotWritten } from '../base/why-not-written.ts';
import type { Report } from '../model/index.ts';
import { usualAudience } from '../report/formats/automatic.ts';
import { type Audience, FORMATS, type RenderOptions, type ReportFormat } from '../report/formats/index.ts';
import { makeFolder, removeEmpty } from './report-folder.ts';
import { withoutCommands } from './stop-commands.ts';

/** A report that was asked for, and where it goes. */
export interface WantedReport {
  readonly name: string;
  /** `-` for standard output. @default the format's own file in the folder for reports, or standard output */
  readonly file?: string;
  /** Who reads it. @default as the whole run says, or as is usual for the format in these surroundings */
  readonly audience?: Audience;
}

/** A report that goes to a file. */
export interface WrittenFile {
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  readonly audience: Audience;
}

/** A file from here, as short as it can be said. */
export function shortPath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') ? file : relative;
}

/** The line that names the files that were written; several lines where one would be too wide. */
export function writtenLines(files: readonly string[], width: number): string {
  const label = '  Report: ';
  const names = files.map(shortPath);
  const line = `${label}${names.join(', ')}`;
  return `${line.length < width ? line : names.map((name, at) => (at === 0 ? label : ' '.repeat(label.length)) + name).join('\n')}\n`;
}

interface Target {
  readonly name: string;
  readonly format: ReportFormat;
  readonly audience: Audience;
  /** Absolute; absent for standard output. */
  readonly file?: string;
  /** Whether standard output was named for it: then it is written there, however quiet all else is. */
  readonly printed: boolean;
}

export interface OutputOptions {
  /** Where files go that were not named. */
  readonly folder: string;
  readonly audience?: Audience;
  readonly trace: boolean;
  readonly width: number;
  readonly colour: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether this is Gradescope's container. */
  readonly gradescope: boolean;
}

/** Milliseconds between two writings of the files: a big page takes a while to make. */
const UPDATE_EVERY = 1_000;

/** Writes the reports: files again and again while the run goes on, standard output at the end. */
export class ReportFiles {
  readonly #targets: readonly Target[];
  readonly #options: OutputOptions;
  #writing: Promise<void> = Promise.resolve();
  #pending: Report | undefined;
  #next: NodeJS.Timeout | undefined;
  /** Folders that were made for reports, the outermost first. */
  readonly #made: string[] = [];
  #begun = false;

  constructor(wanted: readonly WantedReport[], options: OutputOptions) {
    this.#options = options;
    this.#targets = wanted.flatMap(({ name, file, audience }) => {
      const format = FORMATS[name];
      if (!format) return [];
      const printed = file === '-';
      const place = printed ? undefined : (file ?? inFolder(format, options.folder));
      return [
        {
          name,
          format,
          printed,
          audience: this.#options.audience ?? audience ?? usualAudience(name, this.#options),
          ...defined({ file: place === undefined ? undefined : path.resolve(place) }),
        },
      ];
    });
  }

  /** The files that will be there, and who may read each. */
  get files(): readonly WrittenFile[] {
    return this.#targets.flatMap(({ name, file, audience }) =>
      file === undefined ? [] : [{ name, file, audience }],
    );
  }

  /** Whether a person reads the result on standard output. */
  get printsTerminal(): boolean {
    return this.#targets.some(({ name, file }) => name === 'terminal' && file === undefined);
  }

  /** Makes sure, before anything runs, that every report can be written. What an earlier run left stays as it is. */
  async prepare(): Promise<void> {
    const places = new Map<string, string>();
    for (const { name, format, file } of this.#targets) {
      const missing = (format.needs ?? []).filter((variable) => !this.#options.env[variable]);
      if (missing.length > 0) {
        throw new UserError({
          where: `--report ${name}`,
          what: `the environment does not set ${missing.join(', ')}`,
          fix: 'Set it, or choose another format.',
        });
      }
      if (file === undefined) continue;
      const other = places.get(file);
      if (other !== undefined && !format.append)
        throw new UserError({
          where: `--report ${name}`,
          what: `it would overwrite the report ${other} in ${shortPath(file)}`,
          fix: `Name another file: --report ${name}=FILE.`,
        });
      places.set(file, name);
      if (!(await isSpecial(file))) await this.#tryWriting(file);
    }
  }

  async #tryWriting(file: string): Promise<void> {
    try {
      this.#made.push(...(await makeFolder(path.dirname(file))));
      await writeFile(temporary(file), '');
      await rm(temporary(file));
    } catch (error) {
      const { message } = error as Error;
      throw new UserError({
        where: file,
        what: `the report can't be written: ${whyNotWritten(error) ?? message}`,
        fix: 'Choose another place with --out DIR or --report json=FILE.',
      });
    }
  }

  /** Removes what an earlier run left, and the files that are named as stale: from here on there are new results. */
  async begin(stale: readonly string[] = []): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    for (const { format, file } of this.#targets)
      if (file !== undefined && !format.append && !(await isSpecial(file))) await rm(file, { force: true });
    for (const file of stale) await rm(file, { force: true });
  }

  /** Where nothing was run after all, no empty folder is left. */
  async abandon(): Promise<void> {
    await removeEmpty(this.#made);
  }

  /** Loads what makes the reports, for which there is time while programs run. */
  async load(): Promise<void> {
    await Promise.all(this.#targets.map(({ format }) => format.load()));
  }

  /** Writes the files as things stand, now and then: of the states that come within a second only the last. */
  update(report: Report): void {
    this.#pending = report;
    this.#next ??= setTimeout(() => {
      this.#next = undefined;
      this.#writing = this.#writing.then(() => this.#flush());
    }, UPDATE_EVERY);
  }

  async #flush(): Promise<void> {
    const report = this.#pending;
    this.#pending = undefined;
    if (!report) return;
    for (const target of this.#targets) {
      const { format, file } = target;
      // Nothing has been lost if this fails: the last writing tells.
      if (file !== undefined && !format.append && !(await isSpecial(file)))
        await this.#write(target, file, report).catch(() => {});
    }
  }

  /** Writes everything for good; one report that can't be made does not stop the others. Returns what failed. */
  async finish(report: Report, { quiet }: { quiet: boolean }): Promise<readonly string[]> {
    clearTimeout(this.#next);
    await this.#writing;
    const failures: string[] = [];
    for (const target of this.#targets) {
      const { name, file, printed } = target;
      try {
        if (file !== undefined) await this.#write(target, file, report);
        // What a platform reads there is no talk.
        else if (printed || !quiet || name !== 'terminal') await this.#print(target, report);
      } catch (error) {
        failures.push(`report ${name}: ${describeError(error)}`);
      }
    }
    return failures;
  }

  async #print(target: Target, report: Report): Promise<void> {
    const { format, printed } = target;
    const render = await format.load();
    const text = render(report, this.#render(target));
    const write = async () => void process.stdout.write(text);
    // A line of JSON begins with no command, and GitHub's own format takes care of itself.
    const safe = format.file === undefined || format.file.endsWith('.json');
    await (printed && !safe ? withoutCommands(write) : write());
  }

  async #write(target: Target, file: string, report: Report): Promise<void> {
    const { format } = target;
    const render = await format.load();
    const text = render(report, { ...this.#render(target), width: 80, colour: false });
    if (format.append || (await isSpecial(file))) {
      await appendFile(file, text);
      return;
    }
    await replaceFile(file, text);
  }

  #render({ format: { needs = [], takes = [] }, audience }: Target): RenderOptions {
    const { trace, width, colour, env } = this.#options;
    const known = [...needs, ...takes].map((variable) => [variable, env[variable]] as const);
    return {
      width,
      colour,
      trace,
      audience,
      env: Object.fromEntries(known.filter((entry): entry is [string, string] => entry[1] !== undefined)),
      token: randomBytes(16).toString('hex'),
    };
  }
}

/** Where a report goes that no file was named for; undefined for standard output. */
function inFolder({ file }: ReportFormat, folder: string): string | undefined {
  return file === undefined ? undefined : path.join(folder, file);
}

/** Why a report could not be made or written, for people. */
function describeError(error: unknown): string {
  const reason = whyNotWritten(error);
  if (reason !== undefined) return `it can't be written: ${reason}`;
  return error instanceof Error ? error.message : String(error);
}

/** A device, a pipe or a link, as /dev/stdout: it is written through and must not be replaced by a file. */
async function isSpecial(file: string): Promise<boolean> {
  const found = await lstat(file).catch(() => undefined);
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

/** Beside the file, so that renaming it is one step. */
function temporary(file: string): string {
  return `${file}.${process.pid}.tmp`;
}
