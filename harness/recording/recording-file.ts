import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { constants, createGunzip, deflateRawSync, gzip, type ZlibOptions } from 'node:zlib';
import * as v from 'valibot';
import { replaceFile } from '../base/replace-file.ts';
import { UserError } from '../base/user-error.ts';
import type { Recording } from '../grading/recording-of.ts';
import type { Recorded } from '../judge/judge-again.ts';
import type { Stream, Trace, TraceEvent } from '../model/index.ts';
import { lineSchema } from './line-schema.ts';

/** Where `run` leaves a recording, beside `report.json`. */
export const RECORDING = 'trace.jsonl.gz';

/** Events a line: no line gets longer than a string may be. */
const EVENTS = 10_000;
const NEWLINE = 0x0a;

/** A line of the file: the head, then bytes before the run that they belong to, then its events. */
type Line =
  | { readonly head: Omit<Recording, 'runs'> }
  | { readonly bytes: string; readonly base64: string }
  | { readonly run: Omit<Recorded, 'trace'>; readonly durationMs: number; readonly streams: Heads }
  | { readonly events: readonly TraceEvent[] }
  /** How many runs there are, and a checksum of all lines before; older versions wrote none. */
  | { readonly end: number; readonly sum?: string };

/** Streams without their bytes, which are found under `bytes`: the same ones are written only once. */
type Heads = { readonly [name: string]: Omit<Stream, 'base64'> & { readonly bytes: string } };

/** Writes a recording, compressed, one JSON value a line; the file is there as a whole or not at all. */
export async function writeRecording(file: string, recording: Recording): Promise<void> {
  await replaceFile(file, (temporary) =>
    pipeline(compressed(lines(recording)), createWriteStream(temporary)),
  );
}

/** Traces of random bytes don't shrink but for their base64: to look for what repeats would take most of the time. */
const LONG = 64 * 1024;
const { Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY } = constants;

/** At the lowest level: grading should not wait for the rest. A file is one member after the other, see gzip(1). */
async function* compressed(texts: Iterable<string>): AsyncGenerator<Buffer> {
  for (const text of pieces(texts)) {
    const strategy = isRandom(text) ? Z_HUFFMAN_ONLY : Z_DEFAULT_STRATEGY;
    yield await zipped(text, { level: 1, strategy, chunkSize: Math.max(LONG, text.length) });
  }
}

const zipped = promisify<string, ZlibOptions, Buffer>(gzip);

/** The same text in longer pieces, each long text as one of its own. */
function* pieces(texts: Iterable<string>): Generator<string> {
  let short: string[] = [];
  let length = 0;
  const joined = () => {
    const text = short.join('');
    short = [];
    length = 0;
    return text;
  };
  for (const text of texts) {
    if (length > 0 && length + text.length > LONG) yield joined();
    short.push(text);
    length += text.length;
  }
  if (length > 0) yield joined();
}

/** Whether a long text looks as if nothing in it repeats, by a part of it. */
function isRandom(text: string): boolean {
  if (text.length < LONG) return false;
  const part = text.slice(LONG / 4, LONG / 2);
  return deflateRawSync(part, { level: 1 }).length > 0.7 * part.length;
}

/** A recording as the bytes of such a file. */
export async function packRecording(recording: Recording): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of compressed(lines(recording))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What `packRecording` has packed; `where` names it in the UserError that tells why it can't be read. */
export function unpackRecording(bytes: Uint8Array, where: string): Promise<Recording> {
  return readFrom(Readable.from([bytes]), where);
}

function* lines({ runs, ...head }: Recording): Generator<string> {
  const hash = createHash('sha256');
  const line = (value: Line) => {
    const text = JSON.stringify(value);
    hash.update(text);
    return `${text}\n`;
  };
  yield line({ head });
  const written = new Set<string>();
  for (const { trace, ...run } of runs) {
    const streams: [string, Heads[string]][] = [];
    for (const [name, { base64, ...stream }] of Object.entries(trace.streams)) {
      const bytes = `${stream.sha256}/${stream.kept}`;
      if (!written.has(bytes)) yield line({ bytes, base64 });
      written.add(bytes);
      streams.push([name, { ...stream, bytes }]);
    }
    yield line({ run, durationMs: trace.durationMs, streams: Object.fromEntries(streams) });
    for (let at = 0; at < trace.events.length; at += EVENTS)
      yield line({ events: trace.events.slice(at, at + EVENTS) });
  }
  const end: Line = { end: runs.length, sum: hash.digest('hex') };
  yield `${JSON.stringify(end)}\n`;
}

/** Reads what `writeRecording` wrote; a UserError tells why it can't. */
export function readRecording(file: string): Promise<Recording> {
  return readFrom(createReadStream(file), file);
}

async function readFrom(source: Readable, file: string): Promise<Recording> {
  const parts = new Parts();
  try {
    for await (const text of unpackedLines(source)) parts.take(text);
  } catch (error) {
    if (error instanceof WrongLine && !parts.hasBegun) throw broken(file, NO_RECORDING);
    const { code, message } = error as NodeJS.ErrnoException;
    throw broken(
      file,
      code === 'ENOENT' ? 'there is no recording' : `the recording can't be read: ${message}`,
    );
  }
  const recording = parts.whole();
  if (recording === undefined) throw broken(file, NO_RECORDING);
  if (parts.isVerified) verified.add(recording);
  return recording;
}

/** Puts a recording together from its lines. */
class Parts {
  /** The last line had the right checksum of all before it. */
  isVerified = false;
  readonly #hash = createHash('sha256');
  readonly #bytes = new Map<string, string>();
  readonly #runs: Recorded[] = [];
  #events: TraceEvent[] = [];
  #head: Omit<Recording, 'runs'> | undefined;
  #end: number | undefined;

  get hasBegun(): boolean {
    return this.#head !== undefined;
  }

  /** Takes a line; throws when it is none of a recording, or the last one with a wrong checksum. */
  take(text: string): void {
    const line = readLine(text);
    if ('end' in line) {
      this.isVerified = line.sum !== undefined;
      if (line.sum !== undefined && line.sum !== this.#hash.digest('hex'))
        throw new Error('it is damaged: its checksum is wrong');
      this.#end = line.end;
      return;
    }
    this.#hash.update(text);
    if ('head' in line) this.#head = line.head;
    else if ('bytes' in line) this.#bytes.set(line.bytes, line.base64);
    else if ('events' in line) for (const event of line.events) this.#events.push(event);
    else {
      this.#events = [];
      const { run, durationMs, streams } = line;
      const trace = { events: this.#events, streams: withBytes(streams, this.#bytes), durationMs };
      this.#runs.push({ ...run, trace });
    }
  }

  /** The recording, when all of it is there. */
  whole(): Recording | undefined {
    if (this.#head?.schema !== 'socket-grader/trace/v1' || this.#end !== this.#runs.length) return undefined;
    return { ...this.#head, runs: this.#runs };
  }
}

const verified = new WeakSet<Recording>();

/** Whether a recording was read from a file whose checksum is right, so that it is what the grader has written. */
export function isVerifiedRecording(recording: Recording): boolean {
  return verified.has(recording);
}

const NO_RECORDING = 'it is not a complete recording of socket-grader';

/** JSON that is no line of a recording. */
class WrongLine extends Error {}

/** Throws for JSON that is no line of a recording, though it may be one of something else. */
function readLine(text: string): Line {
  const read = v.safeParse(lineSchema, JSON.parse(text));
  if (read.success) return read.output as Line;
  const [issue] = read.issues;
  throw new WrongLine(`it is damaged: ${v.getDotPath(issue) ?? 'a line'} is not what is written there`);
}

function broken(file: string, what: string): UserError {
  const fix = `Give a folder that "socket-grader run" wrote for staff, or the ${RECORDING} in it.`;
  return new UserError({ where: file, what, fix });
}

async function* unpackedLines(source: Readable): AsyncGenerator<string> {
  const unpacked = createGunzip();
  source.on('error', (error) => unpacked.destroy(error));
  let parts: Buffer[] = [];
  for await (const chunk of source.pipe(unpacked)) {
    let rest = chunk as Buffer;
    for (let at = rest.indexOf(NEWLINE); at >= 0; at = rest.indexOf(NEWLINE)) {
      yield Buffer.concat([...parts, rest.subarray(0, at)]).toString();
      parts = [];
      rest = rest.subarray(at + 1);
    }
    if (rest.length > 0) parts.push(rest);
  }
}

function withBytes(heads: Heads, known: ReadonlyMap<string, string>): Trace['streams'] {
  const streams = Object.entries(heads).map(([name, { bytes, ...stream }]): [string, Stream] => [
    name,
    { ...stream, base64: bytesOf(bytes, known) },
  ]);
  return Object.fromEntries(streams);
}

function bytesOf(name: string, known: ReadonlyMap<string, string>): string {
  const bytes = known.get(name);
  if (bytes === undefined) throw new Error('the bytes of a stream are missing');
  return bytes;
}
