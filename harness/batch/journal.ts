import { createHash } from 'node:crypto';
import { appendFile, type FileHandle, open, readFile, truncate } from 'node:fs/promises';
import type { Result } from './result.ts';
import { isResult } from './result-schema.ts';
import { put } from './student-files.ts';

/** Its name in the folder of the results. */
export const JOURNAL = 'journal.jsonl';

/** A line of the journal: a finished submission, or ones whose results count no more. */
type Entry = { readonly result: Result } | { readonly again: readonly string[] };

/** A journal that can't be read to its end. */
export interface Damage {
  readonly line: number;
  /** Bytes that were not read. */
  readonly bytes: number;
  /** Where they were put. */
  readonly kept: string;
}

/**
 * What has been graded, one line of JSON a submission, each with a checksum. Only ever appended to, and flushed to the
 * disk at each line, so that whatever happens to the machine, what is in it is true.
 */
export class Journal {
  readonly results: Map<string, Result>;
  readonly damage: Damage | undefined;
  readonly #file: FileHandle;
  #last: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle, results: Map<string, Result>, damage: Damage | undefined) {
    this.#file = file;
    this.results = results;
    this.damage = damage;
  }

  /** Reads what there is, up to the first damage; what comes behind it is put aside. */
  static async open(file: string): Promise<Journal> {
    const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    });
    const { results, end, line } = readEntries(bytes);
    let damage: Damage | undefined;
    if (end < bytes.length) {
      damage = { line, bytes: bytes.length - end, kept: `${file}.damaged` };
      await appendFile(damage.kept, bytes.subarray(end));
      await truncate(file, end);
    }
    return new Journal(await open(file, 'a'), results, damage);
  }

  add(result: Result): Promise<void> {
    this.results.set(result.id, result);
    return this.#append({ result });
  }

  /** Forgets results, so that these submissions are graded again, also after an interruption. */
  async forget(ids: readonly string[]): Promise<void> {
    const known = ids.filter((id) => this.results.delete(id));
    if (known.length > 0) await this.#append({ again: known });
  }

  #append(entry: Entry): Promise<void> {
    const write = async () => {
      await this.#file.write(format(entry));
      await this.#file.datasync();
    };
    this.#last = this.#last.then(write);
    return this.#last;
  }

  async close(): Promise<void> {
    await this.#last.catch(() => {});
    await this.#file.close();
  }
}

/** Writes a journal of these results, in one step. */
export function writeJournal(file: string, results: Iterable<Result>): Promise<void> {
  return put(file, [...results].map((result) => format({ result })).join(''));
}

/** The results of a journal that is not to be written to, and whether it is whole. */
export async function readJournal(file: string): Promise<{ results: Map<string, Result>; whole: boolean }> {
  const bytes = await readFile(file);
  const { results, end } = readEntries(bytes);
  return { results, whole: end === bytes.length };
}

const LINE = /^\{"sum":"([0-9a-f]{16})","entry":(.*)\}$/s;

function format(entry: Entry): string {
  const json = JSON.stringify(entry);
  return `{"sum":"${checksum(json)}","entry":${json}}\n`;
}

function checksum(json: string): string {
  return createHash('sha256').update(json).digest('hex').slice(0, 16);
}

function readEntries(bytes: Buffer): { results: Map<string, Result>; end: number; line: number } {
  const results = new Map<string, Result>();
  let start = 0;
  let line = 1;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    const [, sum, json = ''] = LINE.exec(bytes.toString('utf8', start, end)) ?? [];
    if (sum === undefined || sum !== checksum(json)) break;
    const entry = readEntry(json);
    if (entry === undefined) break;
    if ('result' in entry) results.set(entry.result.id, entry.result);
    else for (const id of entry.again) results.delete(id);
    start = end + 1;
    line++;
  }
  return { results, end: start, line };
}

/** Undefined for what no version has written, though its checksum is right. */
function readEntry(json: string): Entry | undefined {
  const read = JSON.parse(json) as { readonly result?: unknown; readonly again?: unknown };
  if (isResult(read.result)) return { result: read.result };
  const { again } = read;
  return Array.isArray(again) && again.every((id) => typeof id === 'string') ? { again } : undefined;
}
