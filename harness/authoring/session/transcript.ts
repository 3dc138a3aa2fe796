import { escapeBytes } from '../../match/view.ts';
import type { LiveRun } from '../../run/live-run.ts';
import type { InstanceView } from '../../steps/view.ts';
import { asText } from './derive.ts';

/** Shows what comes from a program while it comes: bytes, what it prints, and its end. */
export class Transcript {
  readonly #run: LiveRun;
  readonly #say: (line: string) => void;
  readonly #shown = new Map<string, number>();
  readonly #ended = new Set<string>();
  readonly #unlisten: () => void;

  constructor(run: LiveRun, say: (line: string) => void) {
    this.#run = run;
    this.#say = say;
    this.#unlisten = run.listen(() => this.#look());
  }

  #look(): void {
    const { view } = this.#run;
    for (const [name, { received, ended }] of view.connections) {
      for (const line of shownLines(this.#fresh(`${name}<`, received))) this.#say(`${name}< ${line}`);
      if (ended !== undefined)
        this.#once(
          `${name} ended`,
          `${name}: the program ${ended === 'rst' ? 'aborted the connection (RST)' : 'closed the connection'}`,
        );
    }
    for (const [name, instances] of view.instances)
      for (const [index, instance] of instances.entries()) this.#showProgram(name, index, instance);
  }

  #showProgram(name: string, index: number, { stdout, stderr, exit }: InstanceView): void {
    const streams = [
      ['prints', stdout],
      ['complains', stderr],
    ] as const;
    for (const [stream, bytes] of streams)
      for (const line of shownLines(this.#fresh(`${name} ${index} ${stream}`, bytes)))
        this.#say(`${name} ${stream}: ${line}`);
    if (exit?.reason !== 'self') return;
    const how = exit.signal === null ? `exited with status ${exit.code}` : `was killed by ${exit.signal}`;
    this.#once(`${name} ${index} exit`, `${name} ${how}`);
  }

  #fresh(key: string, bytes: { readonly length: number; from(start: number): Buffer }): Buffer {
    const from = this.#shown.get(key) ?? 0;
    this.#shown.set(key, bytes.length);
    return bytes.from(from);
  }

  #once(key: string, line: string): void {
    if (this.#ended.has(key)) return;
    this.#ended.add(key);
    this.#say(line);
  }

  close(): void {
    this.#unlisten();
  }
}

/** Bytes as lines for a terminal, on which they can do no harm. */
export function shownLines(bytes: Buffer): string[] {
  if (bytes.length === 0) return [];
  const text = asText(bytes);
  if (text === undefined) return [`${escapeBytes(bytes, 400)} (${bytes.length} bytes)`];
  const lines = text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.replaceAll('\r', '\\r').replaceAll('\t', '  '));
  return text.endsWith('\n') ? lines : [...lines.slice(0, -1), `${lines.at(-1)} (no newline)`];
}
