import { namesIn, readFileIn } from '../sandbox/read-file.ts';
import type { FileFits } from '../steps/context.ts';
import type { Programs } from './programs.ts';
import type { Recorder } from './recorder.ts';
import type { Surroundings } from './surroundings.ts';
import type { Waiting } from './waiting.ts';

/** Most bytes of a file that a program wrote. */
const MOST = 64 * 1024 * 1024;
/** Names in a program's folder that are looked at, and how many of them are named. */
const MOST_NAMES = 10_000;
const MOST_NAMED = 8;
/** Events come faster than files can be read: so many milliseconds are between two readings. */
const EVERY = 20;

/** Looks at the files that programs write into their folders. */
export class Files {
  readonly #surroundings: Surroundings;
  readonly #recorder: Recorder;
  readonly #programs: Programs;
  readonly #waiting: () => Waiting;
  readonly #inVain: () => () => Promise<boolean>;
  /** What was in each folder before a program was first started there. */
  readonly #before = new Map<string, ReadonlySet<string>>();

  constructor(
    surroundings: Surroundings,
    recorder: Recorder,
    programs: Programs,
    waiting: () => Waiting,
    inVain: () => () => Promise<boolean>,
  ) {
    this.#surroundings = surroundings;
    this.#recorder = recorder;
    this.#programs = programs;
    this.#waiting = waiting;
    this.#inVain = inVain;
  }

  /** Takes note of what is in a program's folder before it runs. */
  starts(program: string): void {
    const folder = this.#programs.folder(program);
    if (!this.#before.has(folder)) this.#before.set(folder, new Set(namesIn(folder, MOST_NAMES)));
  }

  /** Waits until files of a program are as they should be, or nothing more will come of it, and records them. */
  async await(program: string, fits: ReadonlyMap<string, FileFits>, within: number): Promise<void> {
    const folder = this.#programs.folder(program);
    let last = Number.NEGATIVE_INFINITY;
    let fitted = false;
    const look = () => {
      if (performance.now() - last < EVERY && !this.#isOver(program)) return fitted;
      fitted = [...fits].every(([name, isRight]) => {
        const found = readFileIn(folder, name, MOST);
        return isRight(found.found === 'file' ? found.bytes : found.found);
      });
      last = performance.now();
      return fitted;
    };
    const idle = this.#inVain();
    await this.#waiting().until(look, within, async () => (await this.#programs.gone()) || idle());
    const instance = this.#recorder.view.instance(program)?.instance ?? 1;
    for (const name of fits.keys()) {
      const found = readFileIn(folder, name, MOST);
      const others = found.found === 'missing' ? this.#new(folder) : [];
      this.#recorder.recordBytes(
        {
          type: 'file',
          program,
          instance,
          name,
          found: found.found,
          ...(others.length === 0 ? {} : { others }),
        },
        found.found === 'file' ? found.bytes : Buffer.alloc(0),
      );
    }
  }

  /** Records the source files that were handed in. */
  recordSources(): void {
    const { sources } = this.#surroundings;
    if (sources === undefined) throw new Error('what was handed in is not known here');
    for (const [name, one] of sources)
      this.#recorder.recordBytes(
        { type: 'source', name, found: one.found },
        one.found === 'file' ? one.bytes : Buffer.alloc(0),
      );
  }

  #isOver(program: string): boolean {
    return this.#recorder.view.instance(program)?.exit !== undefined;
  }

  /** Names that were not in a folder before. */
  #new(folder: string): readonly string[] {
    const before = this.#before.get(folder);
    if (before === undefined) return [];
    return namesIn(folder, MOST_NAMES)
      .filter((name) => !before.has(name))
      .slice(0, MOST_NAMED);
  }
}
