import { cut, plainLine, plainText } from '../base/plain.ts';
import type { Finding, InconclusiveReason, Report, StepRef, Verdict } from '../model/index.ts';

/** Why nothing can be said, as a heading of a finding. */
export const REASONS: Readonly<Record<InconclusiveReason, string>> = {
  precondition: 'inconclusive: a precondition of the scenario did not hold',
  capability: 'inconclusive: this machine cannot do it or show it',
  interference: 'inconclusive: something else interfered',
  interrupted: 'inconclusive: the grading was interrupted',
  harness: 'inconclusive: the grader itself had a problem',
  not_recorded: 'inconclusive: the recording does not show it',
};

/** What there is to say about a scenario: one line, and all of it. Both are empty when there is nothing. */
export interface Account {
  readonly message: string;
  readonly text: string;
}

const MOST_FINDINGS = 3;
const MOST_EVIDENCE = 20;
/** Characters for the accounts of all scenarios together; escaping can make six of one. */
const ALL_ACCOUNTS = 120_000;

/** Accounts of a report's scenarios in plain text, together small enough for every format. */
export function accounts({ scenarios }: Report): readonly Account[] {
  const room = Math.max(200, Math.min(8_000, Math.floor(ALL_ACCOUNTS / Math.max(1, scenarios.length))));
  return scenarios.map((verdict) => account(verdict, room));
}

function account({ findings, flaky }: Verdict, room: number): Account {
  const first = findings[0];
  if (first === undefined) {
    const message = flaky ? 'Passed on the second try; the first does not count.' : '';
    return { message, text: message };
  }
  const more = findings.length - MOST_FINDINGS;
  const blocks = findings.slice(0, MOST_FINDINGS).map((finding) => block(finding, room));
  if (more > 0) blocks.push(`and ${more} more like it`);
  return {
    message: plainLine(first.summary, Math.min(room, 300)),
    text: plainText(blocks.join('\n\n'), room),
  };
}

function block(finding: Finding, room: number): string {
  const { summary, expected, actual, evidence, hint, because, step, row } = finding;
  const lines = [
    ...(because === undefined ? [] : [REASONS[because]]),
    cut(summary, room / 4),
    ...labelled('expected', expected, room / 4),
    ...labelled('got', actual, room / 4),
    ...evidence
      .slice(0, MOST_EVIDENCE)
      .flatMap((fact, index) => labelled(index === 0 ? 'evidence' : '', fact, room / 8)),
    ...labelled('hint', hint, room / 4),
    ...labelled('where', step && where(step, row), room / 8),
  ];
  return lines.join('\n');
}

function labelled(label: string, text: string | undefined, room: number): string[] {
  if (text === undefined || text === '') return [];
  const head = `${label === '' ? '' : `${label}:`}`.padEnd(10);
  return [`${head}${cut(text, room).replaceAll('\n', `\n${' '.repeat(10)}`)}`];
}

/** Where in the specification a finding comes from. */
export function where(step: StepRef, row?: string): string {
  const name = step.name ?? step.verb;
  return `step ${step.index + 1}, ${name}${row === undefined ? '' : ` (${row})`}, at ${step.file}:${step.line}`;
}

/** A name for each scenario, never the same twice: consumers merge or drop those that are. */
export function uniqueNames(
  { scenarios }: Report,
  name: (verdict: Verdict) => string = ({ id, title }) => `${id}: ${title}`,
): readonly string[] {
  const taken = new Set<string>();
  return scenarios.map((verdict) => {
    const base = plainLine(name(verdict), 200).trim() || 'scenario';
    let unique = base;
    for (let again = 2; taken.has(unique); again += 1) unique = `${base} (${again})`;
    taken.add(unique);
    return unique;
  });
}
