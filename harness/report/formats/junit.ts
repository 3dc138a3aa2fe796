import { plainLine } from '../../base/plain.ts';
import type { Report, Verdict } from '../../model/index.ts';
import { type Account, accounts, uniqueNames } from '../account.ts';
import { count } from '../tally.ts';

/**
 * The report as JUnit XML, after the schema of Jenkins' xUnit plugin. A failure is the student's; an error is a scenario
 * that could not be judged.
 */
export function renderJunit(report: Report): string {
  const { pass: _pass, fail, inconclusive, skip } = count(report);
  const names = uniqueNames(report);
  const texts = accounts(report);
  const totals = {
    tests: report.scenarios.length,
    failures: fail,
    errors: inconclusive,
    time: seconds(report.durationMs),
  };
  const title = plainLine(report.spec.title, 200);
  const cases = report.scenarios.map((verdict, index) =>
    testcase(verdict, names[index] ?? verdict.id, title, texts[index]),
  );
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'socket-grader', ...totals })}>`,
    `  <testsuite${attributes({ name: title, ...totals, skipped: skip, timestamp: report.startedAt })}>`,
    '    <properties>',
    ...Object.entries(facts(report)).map(
      ([name, value]) => `      <property${attributes({ name, value: plainLine(value, 500) })}/>`,
    ),
    '    </properties>',
    ...cases,
    '  </testsuite>',
    '</testsuites>',
  ].join('\n')}\n`;
}

function facts({ submission, points, maxPoints, seed, isolation, grader }: Report): Record<string, string> {
  return {
    submission: submission.id,
    points: String(points),
    max_points: String(maxPoints),
    seed,
    isolation: isolation.level,
    grader: `socket-grader ${grader.version}`,
  };
}

function testcase(verdict: Verdict, name: string, classname: string, account?: Account): string {
  const { status, durationMs, points, maxPoints, findings } = verdict;
  const head = `    <testcase${attributes({ name, classname, time: seconds(durationMs) })}>`;
  const out = `      <system-out>${escapeXml(`${points} of ${maxPoints} points`)}</system-out>`;
  const message = account?.message || 'no reason is known';
  const type = findings[0]?.because ?? findings[0]?.cause ?? 'unknown';
  // The message is said again as text because GitLab shows only that.
  const body = escapeXml(account?.text || message);
  const outcome = {
    pass: [],
    fail: [`      <failure${attributes({ message, type })}>${body}</failure>`],
    inconclusive: [`      <error${attributes({ message, type })}>${body}</error>`],
    skip: [`      <skipped${attributes({ message })}/>`],
  }[status];
  return [head, ...outcome, out, '    </testcase>'].join('\n');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');
}

/** Characters that XML 1.0 does not allow, escaped or not: dropped. */
const ILLEGAL = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text that is the same text again after an XML parser has read it. */
export function escapeXml(text: string): string {
  return text.replace(ILLEGAL, '').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
