import type { Report, Status, Verdict } from '../../model/index.ts';
import { type Account, accounts } from '../account.ts';
import { fenced, prose } from '../markdown-text.ts';
import { notes } from '../notes.ts';
import { repeats } from '../repeats.ts';
import { resultLine } from '../tally.ts';
import type { Audience, RenderOptions } from './format.ts';

/** A comment on GitHub may have 65,536 characters. */
const COMMENT = 60_000;

const MARKS: Readonly<Record<Status, string>> = {
  pass: '✅ pass',
  fail: '❌ fail',
  inconclusive: '❔ inconclusive',
  skip: '➖ skip',
};

/** The report for a pull request comment. */
export function renderMarkdown(report: Report, { audience }: RenderOptions): string {
  return markdown(report, { audience: audience ?? 'student', most: COMMENT });
}

/** The report in GitHub's Markdown, of at most about `most` bytes: what does not fit is named and left out. */
export function markdown(report: Report, { audience, most }: { audience: Audience; most: number }): string {
  const texts = accounts(report);
  const rows = fitting(report.scenarios.map(row), most / 2, 'scenarios');
  const head = [
    `## ${prose(report.spec.title)}`,
    '',
    `**${resultLine(report)}**`,
    '',
    '| | Scenario | Points | Time |',
    '| --- | --- | ---: | ---: |',
    ...rows,
    '',
  ].join('\n');
  const tail = [
    ...notes(report, audience).map((note) => `> ${note}\n`),
    `<sub>socket-grader ${prose(report.grader.version)}, seed ${prose(report.seed)}</sub>`,
    '',
  ].join('\n');
  const repeated = repeats(report);
  const details = report.scenarios.flatMap((verdict, index) => {
    if (repeated.has(verdict.id)) return [];
    const alike = [...repeated].filter(([, first]) => first === verdict.id).map(([id]) => prose(id));
    return detail(verdict, texts[index]).map((text) =>
      alike.length === 0 ? text : `${text}\nThe same in ${alike.slice(0, 50).join(', ')}.\n`,
    );
  });
  return [head, ...fitting(details, most - Buffer.byteLength(head + tail), 'findings'), tail].join('\n');
}

function row({ id, title, status, points, maxPoints, durationMs, flaky }: Verdict): string {
  const again = flaky ? ' (on the second try)' : '';
  const score = status === 'inconclusive' ? `open (${maxPoints})` : `${points}/${maxPoints}`;
  return `| ${MARKS[status]} | ${prose(id)}: ${prose(title)}${again} | ${score} | ${(durationMs / 1000).toFixed(1)} s |`;
}

function detail({ id, title, status }: Verdict, account?: Account): string[] {
  if (!account || account.text === '' || status === 'pass') return [];
  return [`### ${MARKS[status]}: ${prose(id)}: ${prose(title)}\n\n${fenced(account.text)}`];
}

/** As many of the parts as there is room for, and how many there is none for. */
function fitting(parts: readonly string[], most: number, what: string): string[] {
  let room = most;
  const end = parts.findIndex((part) => {
    room -= Buffer.byteLength(part) + 1;
    return room < 0;
  });
  if (end === -1) return [...parts];
  return [...parts.slice(0, end), '', `… and ${parts.length - end} more ${what} in the full report`, ''];
}
