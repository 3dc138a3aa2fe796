import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Late } from './late.ts';
import type { Manifest } from './manifest.ts';
import type { Result } from './result.ts';
import { loadReport, renderReport, STUDENT_FILES, studentFolder } from './student-files.ts';

/** Makes the reports again that say something else about being late than what is so now. */
export async function rerenderLate(
  out: string,
  { submissions, lateness }: Manifest,
  results: ReadonlyMap<string, Result>,
): Promise<void> {
  for (const { id } of submissions) {
    if (!results.has(id)) continue;
    const late = lateness[id]?.late;
    const file = path.join(studentFolder(out, id), STUDENT_FILES.json);
    const text = await readFile(file, 'utf8').catch(() => '{}');
    // Most reports say nothing, and need not be understood for that.
    if (late === undefined && !text.includes('"late":')) continue;
    const said = (JSON.parse(text) as { late?: Late }).late;
    if (said?.percent === late?.percent && said?.summary === late?.summary) continue;
    const report = await loadReport(out, id);
    if (report) await renderReport(out, report, late);
  }
}
