import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { replaceFile } from '../base/replace-file.ts';
import type { Roster } from './gradebook/roster.ts';
import type { GradeRow } from './gradebook/row.ts';
import { feedbackName } from './intake/moodle.ts';
import type { Manifest } from './manifest.ts';
import { STUDENT_FILES, studentFolder } from './student-files.ts';

/** The earliest time that a zip file can say, so that the same reports make the same file. */
const TIME = new Date(1980, 0, 1);

/** A submission, and what its report is called in the zip, up to the report's own name. */
interface FeedbackFile {
  readonly id: string;
  readonly name: string;
}

/**
 * The names by which the system that submissions came from finds who gets which report. Moodle finds students by a
 * number, which may be a group's in its download: with its worksheet every member of a group gets the report, and nobody
 * whom the worksheet does not have.
 */
export function feedbackNames(
  { submissions, source }: Pick<Manifest, 'submissions' | 'source'>,
  rows: readonly GradeRow[],
  roster: Roster | undefined,
): readonly FeedbackFile[] {
  if (source === 'moodle' && roster?.worksheet !== undefined)
    return rows.flatMap(({ submission, roster: row }) => {
      const number = row?.ids.moodle;
      return row === undefined || number === undefined
        ? []
        : [{ id: submission.id, name: feedbackName(row.name, number) }];
    });
  return submissions.flatMap(({ id, feedback }) => (feedback === undefined ? [] : [{ id, name: feedback }]));
}

/**
 * Packs the students' reports under the names by which Canvas and Moodle find whom each belongs to. Returns how many
 * there were; without any, no file is made.
 */
export async function writeFeedback(
  out: string,
  file: string,
  wanted: readonly FeedbackFile[],
): Promise<number> {
  const zip = new ZipFile();
  let count = 0;
  for (const { id, name } of wanted) {
    const report = path.join(studentFolder(out, id), STUDENT_FILES.html);
    if (!(await stat(report).catch(() => undefined))) continue;
    zip.addFile(report, `${name.replace(/[\\/\p{Cc}]/gu, '-')}${STUDENT_FILES.html}`, {
      mtime: TIME,
      mode: 0o100644,
    });
    count++;
  }
  if (count === 0) return 0;
  zip.end();
  await replaceFile(file, (temporary) => pipeline(zip.outputStream, createWriteStream(temporary)));
  return count;
}
