import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { replaceFile } from '../base/replace-file.ts';
import type { Recording } from '../grading/recording-of.ts';
import type { Report } from '../model/index.ts';
import { RECORDING, readRecording, writeRecording } from '../recording/recording-file.ts';
import { FORMATS } from '../report/formats/index.ts';
import { reportParts } from '../report/html/index.ts';
import { renderPage } from '../report/html/page.ts';
import { renderStaffPage } from './page/staff-page.ts';
import { withSource } from './source/staff-source.ts';

/** Holds a folder for each student, in the folder of the results. */
export const STUDENTS = 'students';
/** Names of the files in a student's folder. */
export const STUDENT_FILES = { json: 'report.json', html: 'report.html', staff: 'staff.html' } as const;
/** Everything that happened, so that all other files can be made again. */
const WHOLE = 'run.json.gz';

/** What was recorded of a submission, to be judged again. */
function recordingFile(out: string, id: string): string {
  return path.join(studentFolder(out, id), RECORDING);
}

/** Keeps what was recorded; without anything that was run there is no recording. */
export async function saveRecording(
  out: string,
  id: string,
  recording: Recording | undefined,
): Promise<void> {
  const file = recordingFile(out, id);
  await mkdir(path.dirname(file), { recursive: true });
  if (recording === undefined) await rm(file, { force: true });
  else await writeRecording(file, recording);
}

/** What was recorded of a submission; undefined where there is none. Throws a UserError when it is damaged. */
export async function loadRecording(out: string, id: string): Promise<Recording | undefined> {
  const file = recordingFile(out, id);
  return (await stat(file).catch(() => undefined)) === undefined ? undefined : readRecording(file);
}

/** Where the files of a submission are, below the folder of the results. */
export function studentFolder(out: string, id: string): string {
  return path.join(out, STUDENTS, id);
}

/** Writes a report for good: it is on the disk when this returns. */
export async function saveReport(out: string, report: Report): Promise<void> {
  const file = path.join(studentFolder(out, report.submission.id), WHOLE);
  await replaceFile(file, await promisify(gzip)(JSON.stringify(report), { level: 1 }), { durable: true });
}

/** A report as it was saved; undefined when it is not there or can't be read. */
export async function loadReport(out: string, id: string): Promise<Report | undefined> {
  try {
    const bytes = await promisify(gunzip)(await readFile(path.join(studentFolder(out, id), WHOLE)));
    return JSON.parse(bytes.toString('utf8')) as Report;
  } catch {
    return undefined;
  }
}

export async function hasReport(out: string, id: string): Promise<boolean> {
  const files = [WHOLE, ...Object.values(STUDENT_FILES)].map((name) =>
    path.join(studentFolder(out, id), name),
  );
  return (await Promise.all(files.map((file) => stat(file).catch(() => undefined)))).every((info) =>
    info?.isFile(),
  );
}

/** What a report says beside the verdicts of the grader. */
export type ReportNotes = Pick<Report, 'late' | 'overrides' | 'comments'>;

/** A report with what it says beside the verdicts. */
export function notedReport(report: Report, notes: ReportNotes): Report {
  const { late: _, overrides: __, comments: ___, ...rest } = report;
  return { ...rest, ...notes };
}

/** Writes what people read: for the student, without what is hidden, and for staff. */
export async function renderReport(out: string, report: Report, notes: ReportNotes): Promise<void> {
  const whole = notedReport(report, notes);
  const render = async (format: string, audience: 'student' | 'staff') =>
    (await FORMATS[format]?.load())?.(whole, { width: 80, colour: false, trace: false, audience }) ?? '';
  const folder = studentFolder(out, report.submission.id);
  const parts = reportParts(whole);
  // Where nothing is hidden, and staff have set nothing, both see the same.
  const isOpen = whole.scenarios.every(
    ({ visibility, failureDetails = 'full', findings }) =>
      visibility === 'visible' && failureDetails === 'full' && findings.every(({ staff }) => !staff),
  );
  const same = isOpen && (notes.overrides ?? notes.comments) === undefined;
  const student = same ? renderPage(parts) : await render('html', 'student');
  await put(path.join(folder, STUDENT_FILES.html), student);
  await put(path.join(folder, STUDENT_FILES.staff), renderStaffPage(await withSource(out, whole, parts)));
  await put(path.join(folder, STUDENT_FILES.json), await render('json', 'staff'));
}

/** Writes a file in one step: whoever looks sees the old one or the new one. */
export async function put(file: string, content: string): Promise<void> {
  await replaceFile(file, content);
}
