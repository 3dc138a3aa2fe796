import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { loadReport, type ReportNotes, renderReport, STUDENT_FILES, studentFolder } from './student-files.ts';

/** Makes the reports again that say something else about being late, or about what staff have set, than what is so now. */
export async function rerenderReports(out: string, notes: ReadonlyMap<string, ReportNotes>): Promise<void> {
  for (const [id, own] of notes) {
    const file = path.join(studentFolder(out, id), STUDENT_FILES.json);
    const text = await readFile(file, 'utf8').catch(() => '{}');
    // Most reports say nothing, and need not be understood for that.
    if (Object.keys(own).length === 0 && !/"(?:late|overrides|comments)":/.test(text)) continue;
    if (isDeepStrictEqual(said(text), said(JSON.stringify(own)))) continue;
    const report = await loadReport(out, id);
    if (report) await renderReport(out, report, own);
  }
}

/** What a report says beside its verdicts. */
function said(text: string): unknown {
  const { late, overrides, comments } = JSON.parse(text) as ReportNotes;
  return [
    late?.percent,
    late?.summary,
    overrides?.map((one) => [one.scenario, one.title, one.points, one.comment, one.by, one.at]),
    comments?.map((one) => [one.scenario, one.title, one.comment, one.by, one.at]),
  ];
}
