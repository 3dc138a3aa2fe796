import type { Json, JsonObject } from '../../model/index.ts';
import { asText, expectationOf } from './derive.ts';
import { literally } from './step-text.ts';

/** A value that the program makes up anew in each run, and the name under which later steps know it. */
export interface Captured {
  readonly name: string;
  /** What it was in the recorded run. */
  readonly first: string;
}

/** What an `expect` says of a message that came twice, and what is not the same each time. */
export interface Varied {
  readonly expectations: readonly JsonObject[];
  /** In words, to be shown. */
  readonly remarks: readonly string[];
  readonly captured: readonly Captured[];
}

export interface Context {
  /** Values that earlier messages brought and later steps repeat, as they are in the two runs. */
  readonly known: readonly { readonly name: string; readonly first: string; readonly second: string }[];
  /** Whether later steps repeat a text, so that it is worth a name. */
  readonly isRepeated: (text: string) => boolean;
  /** Whether messages have an end of their own, as datagrams have. */
  readonly framed: boolean;
}

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const CLOCK = '\\d{1,2}:\\d\\d:\\d\\d(?:\\.\\d+)?';
/** Moments: another run has another one, even when the second is the same. */
const MOMENT = new RegExp(
  [
    `\\d{4}-\\d\\d-\\d\\d[T ]${CLOCK}(?:Z|[+-]\\d\\d:?\\d\\d)?`,
    `${DAY},? \\d{1,2} ${MONTH} \\d{4} ${CLOCK}(?: [A-Z]{3,4})?`,
    `${DAY} ${MONTH} +\\d{1,2} ${CLOCK}(?: [A-Z]{3,4})? \\d{4}`,
  ].join('|'),
);
/** What is alike or differs as a whole: a moment, a date, a time, a fingerprint, a number, a word. */
const TOKEN = new RegExp(
  `${MOMENT.source}|\\d{4}-\\d\\d-\\d\\d|${CLOCK}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|(?=[0-9a-f]*\\d)[0-9a-f]{8,}|\\d+|[A-Za-z]+|[^]`,
  'gu',
);

/** Compares a message with the one that a second run brought in its place. */
export function varied(first: Buffer, second: Buffer, context: Context): Varied {
  const [a, b] = [asText(first), asText(second)];
  const isHttp = first.subarray(0, 7).toString('latin1').startsWith('HTTP/1.');
  if (first.equals(second) && (isHttp || a === undefined || !worthALook(a, context)))
    return { expectations: [expectationOf(first)], remarks: [], captured: [] };
  if (a === undefined || b === undefined || isHttp) return lengthOnly(first, second, isHttp);
  const lines = a.split(/(?<=\n)/);
  const others = b.split(/(?<=\n)/);
  if (lines.length !== others.length) return lengthOnly(first, second, false);
  const parts = lines.map((line, index) => compareLine(line, others[index] ?? '', context));
  const joined: JsonObject[] = [];
  if (context.framed && parts.length > 1) {
    joined.push({ regex: `^${parts.map(({ pattern, end }) => pattern + escaped(end)).join('')}$` });
  } else {
    for (const part of parts) joined.push(part.expectation);
  }
  return {
    expectations: joined,
    remarks: parts.flatMap(({ remarks }) => remarks),
    captured: parts.flatMap(({ captured }) => captured),
  };
}

/** Whether a message that was the same twice may still be another one the next time. */
function worthALook(text: string, { known }: Context): boolean {
  return MOMENT.test(text) || known.some(({ first }) => first === 'port' || tokens(text).includes(first));
}

function lengthOnly(first: Buffer, second: Buffer, isHttp: boolean): Varied {
  const remark = `A reply differs from run to run: ${first.length} bytes, then ${second.length}`;
  if (isHttp) {
    const { http } = expectationOf(first) as { http: JsonObject };
    const { body: _, ...rest } = http;
    return {
      expectations: [{ http: rest }],
      remarks: [`${remark}; its body is not compared.`],
      captured: [],
    };
  }
  const expectation: JsonObject =
    first.length === second.length
      ? { read: { bytes: first.length }, length: first.length }
      : { read: { idle: '100ms' }, length: { min: 1 } };
  return { expectations: [expectation], remarks: [`${remark}; what it says is not compared.`], captured: [] };
}

interface Line extends Omit<Varied, 'expectations'> {
  readonly expectation: JsonObject;
  readonly pattern: string;
  readonly end: string;
}

function compareLine(first: string, second: string, context: Context): Line {
  const end = /\r?\n$/.exec(first)?.[0] ?? '';
  const [body, other] = [first.slice(0, first.length - end.length), second.replace(/\r?\n$/, '')];
  const [a, b] = [tokens(body), tokens(other)];
  const aligned =
    a.length === b.length ? a.map((token, index) => [token, b[index] ?? ''] as const) : undefined;
  const remarks: string[] = [];
  const captured: Captured[] = [];
  let names = 0;
  const parts = (aligned ?? [[body, other] as const]).map(([one, two], index) => {
    const known = context.known.find(
      (each) => each.first === one && each.second === two && (one !== two || each.name === 'port'),
    );
    if (known) return { pattern: `\${{ ${known.name} }}`, text: `\${{ ${known.name} }}`, varies: false };
    if (one === two && !new RegExp(`^(?:${MOMENT.source})$`).test(one))
      return { pattern: escaped(literally(one)), text: literally(one), varies: false };
    const pattern = aligned ? patternOf(one, two) : '.*';
    if (!context.isRepeated(one)) {
      remarks.push(`"${one}" differs from run to run: any ${pattern} will do.`);
      return { pattern, text: '', varies: true };
    }
    const before = a.slice(0, index).findLast((token) => /^[A-Za-z]+$/.test(token));
    const name = unique(before?.toLowerCase() ?? 'value', [
      ...context.known.map((each) => each.name),
      ...captured.map((each) => each.name),
    ]);
    names++;
    captured.push({ name, first: one });
    remarks.push(`"${one}" differs from run to run, and comes again later: it is captured as ${name}.`);
    return { pattern: `(${pattern})`, text: '', varies: true };
  });
  const pattern = parts.map((part) => part.pattern).join('');
  const groups = Object.fromEntries(captured.map(({ name }, index): [string, Json] => [name, index + 1]));
  const capture = names === 0 ? {} : { capture: groups };
  if (parts.every(({ varies }) => !varies)) {
    const text = parts.map((part) => part.text).join('');
    const ending = end === '\r\n' ? { newline: 'crlf' } : {};
    const equals = end === '' ? text : { line: text, ...ending };
    return { expectation: { equals }, pattern, end, remarks, captured };
  }
  const read =
    end !== '' && !context.framed ? { read: 'line' } : context.framed ? {} : { read: { idle: '100ms' } };
  const ending = context.framed ? escaped(end) : '';
  return {
    expectation: { ...read, regex: `^${pattern}${ending}$`, ...capture },
    pattern,
    end,
    remarks,
    captured,
  };
}

/** The parts of a text that are alike, or differ, as a whole. */
export function tokens(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/** A pattern for values such as these two. */
function patternOf(one: string, two: string): string {
  const both = (pattern: RegExp) => pattern.test(one) && pattern.test(two);
  if (both(/^\d+$/)) return '[0-9]+';
  if (new RegExp(`^(?:${MOMENT.source}|\\d{4}-\\d\\d-\\d\\d|${CLOCK})$`).test(one))
    return one
      .split(/(\d+|[A-Za-z]+)/)
      .map((part) =>
        /^\d/.test(part)
          ? '[0-9]+'
          : /^[A-Za-z]/.test(part)
            ? '[A-Za-z]+'
            : escaped(part).replace(/^ +$/, ' +'),
      )
      .join('');
  if (both(/^[0-9a-f]+$/)) return '[0-9a-f]+';
  if (both(/^[0-9a-fA-F-]+$/)) return '[0-9a-fA-F-]+';
  if (both(/^[A-Za-z]+$/)) return '[A-Za-z]+';
  return '.+';
}

function escaped(text: string): string {
  return text
    .replaceAll(/[.*+?^$()[\]{}|\\]/g, (character) => `\\${character}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
}

function unique(name: string, taken: readonly string[]): string {
  const usable = ['port', 'host', 'round'].includes(name) ? 'value' : name;
  if (!taken.includes(usable)) return usable;
  for (let number = 2; ; number++) if (!taken.includes(`${usable}${number}`)) return `${usable}${number}`;
}
