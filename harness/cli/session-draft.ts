import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The commands of a session on disk, each written before it is obeyed: whatever ends the recording, even SIGKILL, they
 * stay. The drafts of earlier sessions are never overwritten.
 */
export class SessionDraft {
  /** Where it is: beside the specification, `lab.session`, or `lab-2.session` where that is taken. */
  readonly file: string;
  #begun = false;

  constructor(spec: string) {
    const base = spec.replace(/(\.grade)?\.ya?ml$/, '');
    let file = `${base}.session`;
    for (let number = 2; existsSync(file); number++) file = `${base}-${number}.session`;
    this.file = file;
  }

  add(line: string): void {
    if (!this.#begun) {
      mkdirSync(path.dirname(path.resolve(this.file)), { recursive: true });
      writeFileSync(this.file, '', { flag: 'wx' });
      this.#begun = true;
    }
    appendFileSync(this.file, `${line}\n`);
  }

  /** The draft has done its duty: the scenario is in its file. */
  remove(): void {
    if (this.#begun) rmSync(this.file, { force: true });
  }
}
