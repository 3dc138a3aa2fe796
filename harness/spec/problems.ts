import type { Position } from '../model/index.ts';
import { type Diagnostic, diagnosticAt } from './diagnostic.ts';
import type { Place } from './source-text.ts';
import { find, type Path, type Tree } from './tree.ts';

interface Options {
  /** Complain about the key at the end of the path, not about its value. */
  readonly part?: 'key' | 'value';
  readonly severity?: Diagnostic['severity'];
}

/** More mistakes than anybody fixes at once. */
const MOST = 200;

/** Collects what is wrong with a specification, each with its place, nothing twice. */
export class Problems {
  readonly diagnostics: Diagnostic[] = [];
  readonly #known = new Set<string>();
  readonly #leftOut = new Set<string>();

  get any(): boolean {
    return this.diagnostics.some(({ severity }) => severity === 'error');
  }

  /** Complains about what stands at a path below a tree. */
  add(tree: Tree, path: Path, message: string, fix?: string, { part, severity }: Options = {}): void {
    this.at(find(tree, path, part).place, message, fix, severity);
  }

  /** Complains about a stretch of a file. */
  at(place: Place, message: string, fix?: string, severity: Diagnostic['severity'] = 'error'): void {
    this.push(diagnosticAt(place, message, { fix, severity }));
  }

  /** Says nothing more of some lines of a file. */
  leaveOut(file: string, lines: readonly number[]): void {
    for (const line of lines) this.#leftOut.add(`${file}:${line}`);
  }

  push(...diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) {
      const { file, line, column, message } = diagnostic;
      const key = `${file}:${line}:${column}:${message}`;
      if (this.#leftOut.has(`${file}:${line}`) || this.#known.has(key) || this.diagnostics.length >= MOST)
        continue;
      this.#known.add(key);
      this.diagnostics.push(diagnostic);
    }
  }
}

/** Where a tree begins. */
export function positionOf({ place }: Tree): Position {
  return { file: place.source.file, ...place.source.at(place.start) };
}
