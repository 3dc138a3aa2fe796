import path from 'node:path';
import { type FSWatcher, watch } from 'chokidar';

/** What has changed since it was last asked for. */
export interface Change {
  readonly spec: boolean;
  readonly submission: boolean;
  /** The files, as they are called where the command was given. */
  readonly names: readonly string[];
}

/** Editors write a file in several steps; what comes within this time is one change, in milliseconds. */
const TOGETHER = 120;
/** Folders in which programs of others, and what they leave behind, change without end. */
const IGNORED = /(^|[/\\])(\.git|node_modules|__pycache__|reports)([/\\]|$)|~$|\.sw[a-z]$/;

/** Watches a specification with everything that it reads, and a submission. */
export class Files {
  readonly #watcher: FSWatcher;
  readonly #submission: string;
  readonly #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  /** Calls back after each change; the files of the specification are added with `read`. */
  constructor(submission: string, onChange: (change: Change) => void) {
    this.#submission = path.resolve(submission);
    this.#watcher = watch(this.#submission, {
      ignoreInitial: true,
      ignored: (file) => IGNORED.test(path.relative(this.#submission, file)),
    });
    this.#watcher.on('all', (_, file) => {
      this.#changed.add(path.resolve(file));
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        const files = [...this.#changed];
        this.#changed.clear();
        onChange({
          spec: files.some((each) => this.#specs.has(each)),
          submission: files.some((each) => this.#isSubmitted(each)),
          names: files.map((each) => path.relative(process.cwd(), each)),
        });
      }, TOGETHER);
    });
  }

  readonly #specs = new Set<string>();

  /** Resolves once changes are noticed. */
  ready(): Promise<void> {
    return new Promise((resolve) => this.#watcher.once('ready', () => resolve()));
  }

  /** The specification, the files that it extends, and its payloads. */
  read(files: readonly string[]): void {
    for (const file of files.map((each) => path.resolve(each))) {
      if (!this.#specs.has(file)) this.#watcher.add(file);
      this.#specs.add(file);
    }
  }

  #isSubmitted(file: string): boolean {
    return (
      file === this.#submission || (file.startsWith(this.#submission + path.sep) && !this.#specs.has(file))
    );
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#watcher.close();
  }
}
