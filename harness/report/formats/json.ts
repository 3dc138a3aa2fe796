import { defined, whenGiven } from '../../base/defined.ts';
import { plainText } from '../../base/plain.ts';
import type { BuildResult, Finding, Report, Verdict } from '../../model/index.ts';
import { lateDeduction } from '../late.ts';
import { EventBudget, runFile } from './json-trace.ts';

/** Characters for the findings of all scenarios together, and how many are kept of one scenario at most. */
const FINDINGS = 240_000;
const MOST_FINDINGS = 50;
const MOST_EVIDENCE = 40;

/**
 * The report as the file `report.json`, after `report-v1.schema.json`: all that happened, bounded in size. What is left
 * out is counted.
 */
export function renderJson(report: Report): string {
  const runs = report.scenarios.reduce((sum, verdict) => sum + verdict.runs.length, 0);
  const budget = new EventBudget(runs);
  const room = Math.max(100, Math.floor(FINDINGS / Math.max(1, report.scenarios.length)));
  const { schema, grader, spec, submission, host, isolation, build } = report;
  const file = {
    schema,
    grader,
    spec,
    submission,
    host,
    isolation,
    started_at: report.startedAt,
    duration_ms: report.durationMs,
    seed: report.seed,
    ...defined({ params: report.params }),
    points: report.points,
    max_points: report.maxPoints,
    ...defined({
      late: whenGiven(report.late, (late) => ({ ...late, deduction: lateDeduction(report) })),
      overrides: report.overrides?.map(overrideFile),
      comments: report.comments,
    }),
    status: report.status,
    interrupted: report.interrupted,
    ...defined({ build: build?.map(buildFile) }),
    scenarios: report.scenarios.map((verdict) => scenarioFile(verdict, room, budget)),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

function overrideFile({ maxPoints, ...override }: NonNullable<Report['overrides']>[number]): unknown {
  return { ...override, max_points: maxPoints };
}

function buildFile({ command, ok, exitCode, durationMs, output }: BuildResult): unknown {
  return { command, ok, exit_code: exitCode, duration_ms: durationMs, output: plainText(output, 16_384) };
}

function scenarioFile(verdict: Verdict, room: number, budget: EventBudget): unknown {
  const { id, title, status, points, maxPoints, visibility, attempts, flaky, explain, references } = verdict;
  const findings = findingFiles(verdict.findings, room);
  return {
    id,
    title,
    status,
    points,
    max_points: maxPoints,
    visibility,
    attempts,
    flaky,
    duration_ms: verdict.durationMs,
    findings,
    findings_left_out: verdict.findings.length - findings.length,
    ...defined({ explain }),
    references,
    trace: verdict.runs.map((run) => runFile(run, budget)),
  };
}

/** As many findings as there is room for; the first is always among them. */
function findingFiles(findings: readonly Finding[], room: number): readonly unknown[] {
  const files: unknown[] = [];
  let left = room;
  for (const finding of findings.slice(0, MOST_FINDINGS)) {
    const file = findingFile(finding, room);
    left -= JSON.stringify(file).length;
    if (left < 0 && files.length > 0) break;
    files.push(file);
  }
  return files;
}

function findingFile(finding: Finding, room: number): unknown {
  const { step, row, cause, because, summary, expected, actual, evidence, hint, event } = finding;
  const most = Math.max(60, Math.min(2_000, Math.floor(room / 10)));
  const cut = (text: string) => plainText(text, most);
  return {
    ...defined({ step, row: whenGiven(row, cut) }),
    cause,
    ...defined({ because }),
    summary: cut(summary),
    ...defined({
      expected: whenGiven(expected, cut),
      actual: whenGiven(actual, cut),
    }),
    evidence: evidenceFile(evidence, cut, room / 2),
    ...defined({ hint: whenGiven(hint, cut), event }),
  };
}

function evidenceFile(
  evidence: readonly string[],
  cut: (text: string) => string,
  room: number,
): readonly string[] {
  let left = room;
  return evidence
    .slice(0, MOST_EVIDENCE)
    .map(cut)
    .filter((fact) => {
      left -= fact.length;
      return left >= 0;
    });
}
