import { createWriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { STUDENT_FILES, studentFolder } from './student-files.ts';
import type { Submission } from './types.ts';

/** The earliest time that a zip file can say, so that the same reports make the same file. */
const TIME = new Date(1980, 0, 1);

/**
 * Packs the students' reports under the names by which Canvas and Moodle find the submission that each belongs to.
 * Returns how many there were; without any, no file is made.
 */
export async function writeFeedback(
  out: string,
  file: string,
  submissions: readonly Submission[],
): Promise<number> {
  const zip = new ZipFile();
  let count = 0;
  for (const { id, feedback } of submissions) {
    const report = path.join(studentFolder(out, id), STUDENT_FILES.html);
    if (feedback === undefined || !(await stat(report).catch(() => undefined))) continue;
    zip.addFile(report, `${feedback.replace(/[\\/\p{Cc}]/gu, '-')}${STUDENT_FILES.html}`, {
      mtime: TIME,
      mode: 0o100644,
    });
    count++;
  }
  if (count === 0) return 0;
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(`${file}.tmp`));
  await rename(`${file}.tmp`, file);
  return count;
}
