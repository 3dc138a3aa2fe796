import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type Concern, concernsCsv } from './attention.ts';
import { writeDecisions } from './decisions/write-decisions.ts';
import { feedbackNames, writeFeedback } from './feedback-zip.ts';
import { type Done, gather, SYSTEMS } from './gather.ts';
import { canvasComments } from './gradebook/comments.ts';
import { GRADEBOOKS } from './gradebook/index.ts';
import type { Roster } from './gradebook/roster.ts';
import type { GradeRow } from './gradebook/row.ts';
import type { Manifest } from './manifest.ts';
import type { GradebookOptions } from './options.ts';
import { renderIndex } from './page/page.ts';
import { writeStaffHeads } from './page/staff-head.ts';
import { notesOf } from './report-notes.ts';
import { rerenderReports } from './rerender.ts';
import type { Result } from './result.ts';
import { readSimilar } from './similar.ts';
import { put } from './student-files.ts';

/** Comments for Canvas, whose gradebook file has no place for them. */
const CANVAS_COMMENTS = 'comments-canvas.json';

/** The outcome of a batch. */
export interface Outcome {
  readonly manifest: Manifest;
  /** Of the submissions, how many have a result, and how many a grade. */
  readonly done: number;
  readonly graded: number;
  readonly concerns: readonly Concern[];
  readonly results: ReadonlyMap<string, Result>;
  /** What was written, the most useful first. */
  readonly files: readonly string[];
}

/** Writes gradebooks, feedback and pages from what has been graded so far. */
export async function writeOutputs(out: string, done: Done, options: GradebookOptions): Promise<Outcome> {
  const { manifest, results, roster, decisions } = done;
  const similar = await readSimilar(out, manifest);
  const found = gather({ ...done, similar }, options);
  const { rows, importables, concerns, page } = found;
  await rerenderReports(out, notesOf(manifest, rows));
  await writeStaffHeads(out, found);
  const files: string[] = [];
  const write = async (name: string, content: string) => {
    await put(path.join(out, name), content);
    files.push(name);
  };
  await write('gradebook.csv', GRADEBOOKS.plain(found.book));
  for (const { file, content } of importables) if (content !== undefined) await write(file, content);
  const comments = importables.some(({ file }) => file === 'gradebook-canvas.csv')
    ? canvasComments(found.book)
    : undefined;
  if (comments !== undefined) await write(CANVAS_COMMENTS, comments);
  else await rm(path.join(out, CANVAS_COMMENTS), { force: true });
  await removeOthers(out, files, roster);
  await write('index.html', renderIndex(page, 'staff'));
  await write('summary.html', renderIndex(page, 'summary'));
  await write('to-look-at.csv', concernsCsv(concerns));
  for (const system of ['canvas', 'moodle']) {
    const name = `feedback-${system}.zip`;
    const own = manifest.source === system ? feedbackNames(manifest, rows, roster) : [];
    if ((await writeFeedback(out, path.join(out, name), own)) > 0) files.push(name);
    else await rm(path.join(out, name), { force: true });
  }
  await writeDecisions(decisions, { manifest, rows, matches: found.matches, lines: found.lines });
  return { manifest, ...countGraded(manifest, rows), concerns, results, files };
}

/** Of the submissions, how many have a result or points that staff set, and how many of these a grade. */
function countGraded({ submissions }: Manifest, rows: readonly GradeRow[]): Pick<Outcome, 'done' | 'graded'> {
  const ids = (of: readonly GradeRow[]) => new Set(of.map(({ submission }) => submission.id));
  const has = ids(rows.filter(({ result, grade }) => (result ?? grade) !== undefined));
  const open = ids(rows.filter(({ grade }) => grade === undefined));
  const done = submissions.filter(({ id }) => has.has(id));
  return { done: done.length, graded: done.filter(({ id }) => !open.has(id)).length };
}

/** Removes the gradebooks of an earlier call that this one does not write, lest they be taken for its own. */
async function removeOthers(
  out: string,
  written: readonly string[],
  roster: Roster | undefined,
): Promise<void> {
  for (const kind of SYSTEMS) {
    const name = `gradebook-${kind}.csv`;
    const file = path.resolve(out, name);
    const isRoster = roster !== undefined && path.resolve(roster.file) === file;
    if (!written.includes(name) && !isRoster) await rm(file, { force: true });
  }
}
