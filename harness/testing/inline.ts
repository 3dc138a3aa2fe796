import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type GradeOptions, grade, type Progress } from '../grading/grade.ts';
import type { Report, Verdict } from '../model/index.ts';
import { runCli } from './cli.ts';
import { sharedKernel } from './shared-kernel.ts';

/** Makes a submission of files that are given as texts, for as long as it is used. */
export async function withSubmission<Result>(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (submission: string, folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'inline-'));
  try {
    const submission = path.join(folder, 'submission');
    await mkdir(submission);
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(submission, name)), { recursive: true });
      await writeFile(path.join(submission, name), text);
    }
    return await use(submission, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Grades programs and a specification that are given as texts: files of the submission by name. */
export function gradeInline(
  files: Readonly<Record<string, string | Uint8Array>>,
  spec: string,
  options: Partial<GradeOptions> = {},
  /** Files that stand beside the specification. */
  beside: Readonly<Record<string, string | Uint8Array>> = {},
  onProgress?: (progress: Progress) => void,
): Promise<Report> {
  return withSubmission(files, async (submission, folder) => {
    const file = path.join(folder, 'inline.grade.yaml');
    for (const [name, content] of Object.entries(beside)) await writeFile(path.join(folder, name), content);
    await writeFile(file, spec);
    const evidence = options.evidence === undefined ? { kernel: sharedKernel() } : {};
    return grade({ submission, spec: file, seed: 'inline', ...evidence, ...options }, onProgress);
  });
}

/** What the built command comes to on the first scenario, as the report tells it; nothing is isolated. */
export async function gradedByCommand(submission: string, folder: string, text: string) {
  const spec = path.join(folder, 'inline.grade.yaml');
  await writeFile(spec, text);
  const report = path.join(folder, 'report.json');
  await runCli(['run', submission, '--spec', spec, '--isolation', 'none', '--report', `json=${report}`]);
  return JSON.parse(await readFile(report, 'utf8')).scenarios[0];
}

/** The verdict on one scenario of a report. */
export function verdictOf(report: Report, id: string): Verdict {
  const verdict = report.scenarios.find((one) => one.id === id);
  if (!verdict) throw new Error(`no scenario ${id}`);
  return verdict;
}

/** Every status by scenario. */
export function statuses(report: Report): Record<string, string> {
  return Object.fromEntries(report.scenarios.map(({ id, status }) => [id, status]));
}

/** An assignment with one program and some scenarios, each a list of steps in YAML, indented as it stands. */
export function specOf(program: string, scenarios: Readonly<Record<string, string>>): string {
  const list = Object.entries(scenarios).map(
    ([id, body]) => `  - id: ${id}\n    title: ${id}\n${body.replace(/^\n/, '').replace(/\s*$/, '\n')}`,
  );
  return `version: 1\ntitle: inline\nprograms: { ${program} }\nscenarios:\n${list.join('')}`;
}
