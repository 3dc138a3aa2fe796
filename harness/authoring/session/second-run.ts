import { defined } from '../../base/defined.ts';
import type { Json, JsonObject } from '../../model/index.ts';
import type { LiveRun } from '../../run/live-run.ts';
import { type Entry, Executor } from './executor.ts';
import type { StepReader } from './reader.ts';
import type { WrittenStep } from './step-text.ts';
import { type Captured, tokens, varied } from './vary.ts';

/** Longest wait for a program that answers, in milliseconds. */
const IDLE_DEADLINE = 5_000;

export interface Confirmed {
  readonly steps: readonly WrittenStep[];
  /** What differs from run to run, in words. */
  readonly remarks: readonly string[];
}

interface Known extends Captured {
  readonly second: string;
}

/**
 * Does a session once more, and says of everything that came only what is the same both times: what differs becomes a
 * pattern, or is captured where later steps repeat it.
 */
export async function confirm(
  entries: readonly Entry[],
  second: LiveRun,
  reader: StepReader,
  program: string,
  firstPort: number,
): Promise<Confirmed> {
  const run = new SecondRun(second, reader, {
    name: 'port',
    first: String(firstPort),
    second: String(second.address(program).port),
  });
  for (const [index, entry] of entries.entries()) await run.add(entry, entries.slice(index + 1));
  return run;
}

class SecondRun implements Confirmed {
  readonly steps: WrittenStep[] = [];
  readonly remarks: string[] = [];
  readonly #executor: Executor;
  readonly #port: Known;
  readonly #known: Known[] = [];
  #idle = false;
  /** It went another way than the first, so that nothing can be compared any more. */
  #lost = false;

  constructor(run: LiveRun, reader: StepReader, port: Known) {
    this.#executor = new Executor(run, reader);
    this.#port = port;
  }

  async add({ step, received }: Entry, later: readonly Entry[]): Promise<void> {
    if (!received) await this.#repeat(step);
    else if (this.#lost) this.steps.push(step);
    else await this.#compare(step, received, later);
  }

  async #repeat(step: WrittenStep): Promise<void> {
    const known = this.#known;
    this.steps.push(mapTexts(step, (text) => replaced(text, known, ({ name }) => `\${{ ${name} }}`)));
    if (this.#lost) return;
    this.#idle = false;
    const again = mapTexts(step, (text) => replaced(text, known, (each) => each.second));
    const wrong = await this.#executor.do(again);
    if (wrong === undefined) return;
    this.remarks.push(`A second run went another way, so nothing was compared from there on: ${wrong}`);
    this.#lost = true;
  }

  /** Expects of a message what it has in common with that of the first run. */
  async #compare(
    step: WrittenStep,
    received: NonNullable<Entry['received']>,
    later: readonly Entry[],
  ): Promise<void> {
    const { run } = this.#executor;
    if (!this.#idle) await run.idle(IDLE_DEADLINE);
    this.#idle = true;
    const bytes = await take(this.#executor, received);
    const { within, on } = step.args as JsonObject;
    const found = varied(received.bytes, bytes, {
      known: [...this.#known, this.#port],
      isRepeated: (text) => later.some((each) => mentions(each, text)),
      framed: run.view.pendingMessages(received.conn) !== undefined,
    });
    this.remarks.push(...found.remarks);
    for (const each of found.captured)
      this.#known.push({ ...each, second: counterpart(each.first, received.bytes, bytes) });
    for (const expectation of found.expectations)
      this.steps.push({
        verb: 'expect',
        args: { ...defined({ on }), ...expectation, ...defined({ within }) },
      });
  }
}

/** Uses up what came on a connection, no more than the first time where it is the same, and returns it. */
async function take(
  executor: Executor,
  { conn, bytes: before }: NonNullable<Entry['received']>,
): Promise<Buffer> {
  const { view } = executor.run;
  const lengths = view.pendingMessages(conn);
  const all = Buffer.from(view.pending(conn));
  const same = all.subarray(0, before.length).equals(before);
  const bytes = lengths ? all.subarray(0, lengths[0] ?? 0) : same ? all.subarray(0, before.length) : all;
  if (lengths ? lengths.length > 0 : bytes.length > 0)
    await executor.do({
      verb: 'expect',
      args: executor.on(conn, lengths ? { length: bytes.length } : { read: { bytes: bytes.length } }),
    });
  return bytes;
}

/** What stands in the second message where a value stands in the first. */
function counterpart(value: string, first: Buffer, second: Buffer): string {
  const [a, b] = [tokens(first.toString('utf8')), tokens(second.toString('utf8'))];
  return b[a.indexOf(value)] ?? value;
}

function mentions({ step, received }: Entry, text: string): boolean {
  if (received) return tokens(received.bytes.toString('utf8')).includes(text);
  let found = false;
  mapTexts(step, (each) => {
    found ||= tokens(each).includes(text);
    return each;
  });
  return found;
}

function replaced(text: string, known: readonly Known[], by: (known: Known) => string): string {
  if (known.length === 0) return text;
  return tokens(text)
    .map((token) => {
      const found = known.find(({ first }) => first === token);
      return found ? by(found) : token;
    })
    .join('');
}

/** A step with the texts that it sends changed. */
function mapTexts(step: WrittenStep, change: (text: string) => string): WrittenStep {
  if (step.verb !== 'send' || typeof step.args !== 'object' || step.args === null) return step;
  const args = Object.entries(step.args as JsonObject).map(([key, value]): [string, Json] => [
    key,
    (key === 'line' || key === 'text') && typeof value === 'string' ? change(value) : value,
  ]);
  return { ...step, args: Object.fromEntries(args) };
}
