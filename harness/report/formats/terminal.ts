import { defined } from '../../base/defined.ts';
import { cut, escapeCommands, plainLine, plainText } from '../../base/plain.ts';
import type { Finding, Report, RunVerdict, Status, Verdict } from '../../model/index.ts';
import { REASONS } from '../account.ts';
import { unusedNote } from '../notes.ts';
import { repeats } from '../repeats.ts';
import { TextSetter } from '../text.ts';
import { traceLines } from '../trace-text.ts';
import type { TerminalOptions } from './format.ts';

const MARKS: Readonly<Record<Status, { mark: string; colour: 'green' | 'red' | 'yellow' | 'gray' }>> = {
  pass: { mark: '✓', colour: 'green' },
  fail: { mark: '✗', colour: 'red' },
  inconclusive: { mark: '?', colour: 'yellow' },
  skip: { mark: '-', colour: 'gray' },
};

/** The report as a person reads it in a terminal. */
export function renderTerminal(report: Report, { width, colour, trace }: TerminalOptions): string {
  const set = new TextSetter(width, colour);
  const idWidth = Math.max(8, ...report.scenarios.map(({ id }) => id.length)) + 2;
  const command = Object.values(report.submission.run).join('; ');
  const lines = [
    '',
    ...set.labelled(
      0,
      '',
      0,
      `${set.style('bold', plainLine(report.spec.title))} · ${plainLine(report.submission.path)}`,
    ),
    ...(command === '' ? [] : set.labelled(0, '', 0, set.style('dim', plainLine(command)))),
    ...unusedNote(report).flatMap((note) => set.labelled(0, '', 0, set.style('yellow', note))),
    '',
  ];
  const sharedBuild = report.build?.some(({ ok }) => !ok) ? report.scenarios[0]?.findings[0] : undefined;
  if (sharedBuild) lines.push(...findingLines(sharedBuild, set), '');
  const repeated = repeats(report);
  for (const verdict of report.scenarios) {
    lines.push(...scenarioLines(verdict, idWidth, set));
    if (!sharedBuild) lines.push(...findingsLines(verdict, repeated.get(verdict.id), lines.length, set));
    if (trace) for (const run of verdict.runs) lines.push(...runLines(run), '');
  }
  return escapeCommands([...lines, '', ...summary(report, set), ''].join('\n').replace(/\n{3,}/g, '\n\n'));
}

const MOST_FINDINGS = 3;
/** From here on, findings are shown in brief. */
const MOST_LINES = 500;

/** What was found in a scenario; in brief where `above` lines are there already. */
function findingsLines(
  { findings }: Verdict,
  same: string | undefined,
  above: number,
  set: TextSetter,
): string[] {
  if (same !== undefined) return [...set.labelled(INDENT, '', 0, `the same as in ${plainLine(same)}`), ''];
  const lines: string[] = [];
  for (const finding of findings.slice(0, MOST_FINDINGS))
    lines.push(...findingLines(above + lines.length < MOST_LINES ? finding : inBrief(finding), set), '');
  if (findings.length > MOST_FINDINGS)
    lines.push(`      and ${findings.length - MOST_FINDINGS} more like it`, '');
  return lines;
}

function inBrief({ summary, cause, because }: Finding): Finding {
  const short = cut(summary, 100);
  return { cause, summary: short, evidence: [], ...defined({ because }) };
}

/** The line of a scenario; the title of one that did not pass is there as a whole, on several lines if need be. */
function scenarioLines(
  { id, title, status, points, maxPoints, durationMs, flaky }: Verdict,
  idWidth: number,
  set: TextSetter,
): string[] {
  const { mark, colour } = MARKS[status];
  const score = `${points}/${maxPoints}`.padStart(6);
  const time = `${(durationMs / 1000).toFixed(1)} s`.padStart(8);
  const room = set.width - 4 - idWidth - score.length - time.length - 1;
  const text = plainLine(flaky ? `${title} (on the second try)` : title);
  const whole = status === 'fail' || status === 'inconclusive';
  const [first = '', ...more] = whole && room >= LEAST_TITLE ? set.wrapped(text, room) : [text];
  const name = set.style(status === 'pass' ? 'reset' : 'bold', set.fit(plainLine(id), idWidth));
  return [
    `  ${set.style(colour, mark)} ${name}${set.fit(first, room)} ${score}${set.style('dim', time)}`,
    ...more.map((line) => ' '.repeat(4 + idWidth) + line),
    ...(whole && room < LEAST_TITLE ? set.labelled(INDENT, '', 0, text) : []),
  ];
}

/** Columns in which a title can be read beside its id; where there are fewer, it gets lines of its own. */
const LEAST_TITLE = 20;
const INDENT = 6;
const LABEL = 10;
const MOST_TEXT = 1_500;
const MOST_EVIDENCE = 30;
/** Lines of a trace that are shown of its beginning, and as many of its end. */
const TRACE_ENDS = 1_000;

/** A row of a hex dump, or the marks below it: they lose their meaning when they are wrapped. */
const HEX_ROW = /^[0-9a-f]{8}: |^\s+\^/;

function findingLines(finding: Finding, set: TextSetter): string[] {
  const { summary, expected, actual, evidence, hint, step, row, because } = finding;
  const put = (label: string, text: string | undefined) =>
    text === undefined || text === '' ? [] : set.labelled(INDENT, label, LABEL, plainText(text, MOST_TEXT));
  const where =
    step === undefined
      ? undefined
      : `step ${step.index + 1}, ${step.name ?? step.verb}${row === undefined ? '' : ` (${row})`}, at ${step.file}:${step.line}`;
  return [
    ...(because === undefined ? [] : set.labelled(INDENT, '', 0, set.style('yellow', REASONS[because]))),
    ...set.labelled(INDENT, '', 0, set.style('bold', plainText(summary, MOST_TEXT))),
    ...put('expected', expected),
    ...put('got', actual),
    ...evidence
      .slice(0, MOST_EVIDENCE)
      .flatMap((fact, index) =>
        HEX_ROW.test(fact) ? [`    ${fact}`] : put(index === 0 ? 'evidence' : '', fact),
      ),
    ...put('hint', hint),
    ...put('where', where).map((line) => set.style('dim', line)),
  ];
}

function runLines({ row, attempt, trace }: RunVerdict): string[] {
  const title = [row, attempt > 1 ? `try ${attempt}` : undefined].filter(Boolean).join(', ');
  const all = traceLines(trace);
  const left = all.length - 2 * TRACE_ENDS;
  const shown =
    left > 0 ? [...all.slice(0, TRACE_ENDS), `… ${left} lines left out …`, ...all.slice(-TRACE_ENDS)] : all;
  return [`      trace${title === '' ? '' : ` (${title})`}`, ...shown.map((line) => `        ${line}`)];
}

function summary(report: Report, set: TextSetter): string[] {
  const count = (status: Status) => report.scenarios.filter((verdict) => verdict.status === status).length;
  const parts = [
    `${report.points} of ${report.maxPoints} points`,
    `${count('pass')} passed`,
    `${count('fail')} failed`,
    ...(count('inconclusive') > 0 ? [`${count('inconclusive')} inconclusive`] : []),
    ...(count('skip') > 0 ? [`${count('skip')} skipped`] : []),
    `${(report.durationMs / 1000).toFixed(1)} s`,
  ];
  const { colour } = MARKS[report.status];
  const notes = [
    ...(report.interrupted
      ? ['Interrupted: not everything was graded, so this is no grade. Grade the submission again.']
      : []),
    ...(count('inconclusive') > 0
      ? ['Inconclusive is neither right nor wrong: it has no points and needs manual review.']
      : []),
    ...(report.isolation.left ?? []).map((each) => `Appeared meanwhile and left there: ${plainLine(each)}`),
    ...(report.isolation.level === 'none'
      ? ["Not isolated: fine for your own program, but not for grading other people's programs."]
      : []),
    ...report.host.unseen.map((what) => `Not visible here: ${what}`),
  ];
  return [
    ...set.labelled(2, '', 0, set.style([colour, 'bold'], parts.join(' · '))),
    ...notes.flatMap((note) => set.labelled(2, '', 0, set.style('dim', note))),
  ];
}
