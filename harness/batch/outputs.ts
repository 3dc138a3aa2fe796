import { rm } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { defined } from '../base/defined.ts';
import { type Concern, concerns, concernsCsv } from './attention.ts';
import { findCopies } from './copies.ts';
import { applyOverrides } from './decisions/apply-overrides.ts';
import { type Decisions, placeStudents } from './decisions/decisions.ts';
import { resolveExtensions } from './decisions/extensions.ts';
import { writeDecisions } from './decisions/write-decisions.ts';
import { feedbackNames, writeFeedback } from './feedback-zip.ts';
import { type Book, columnOf, keptGradeIn } from './gradebook/book.ts';
import { importable } from './gradebook/importable.ts';
import { GRADEBOOKS, type GradebookKind } from './gradebook/index.ts';
import type { Roster } from './gradebook/roster.ts';
import { type GradeRow, gradeRows } from './gradebook/row.ts';
import { groupBy } from './intake/group-by.ts';
import type { Manifest } from './manifest.ts';
import type { GradebookOptions } from './options.ts';
import { renderIndex } from './page/page.ts';
import { writeStaffBars } from './page/staff-bar.ts';
import { rerenderReports } from './rerender.ts';
import type { Result } from './result.ts';
import { put, type ReportNotes } from './student-files.ts';

type SystemKind = Exclude<GradebookKind, 'plain'>;

const SYSTEMS = (Object.keys(GRADEBOOKS) as GradebookKind[]).filter(
  (kind): kind is SystemKind => kind !== 'plain',
);

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

interface Done {
  readonly manifest: Manifest;
  readonly results: ReadonlyMap<string, Result>;
  readonly roster: Roster | undefined;
  readonly decisions: Decisions;
}

/** Writes gradebooks, feedback and pages from what has been graded so far. */
export async function writeOutputs(
  out: string,
  { manifest, results, roster, decisions }: Done,
  options: GradebookOptions,
): Promise<Outcome> {
  const { submissions, scenarios } = manifest;
  const { matches, concerns: unmapped } = placeStudents(submissions, roster, decisions);
  const { concerns: extended } = resolveExtensions(decisions.extensions, submissions, { roster, matches });
  const found = gradeRows(manifest, results, matches);
  const decided = applyOverrides(found, decisions.overrides, { submissions, roster, scenarios });
  const { rows } = decided;
  await rerenderReports(out, notesOf(manifest, rows));
  await writeStaffBars(out, rows);
  const possible = manifest.scenarios.reduce((sum, { points }) => sum + points, 0);
  const book: Book = {
    rows,
    scenarios: manifest.scenarios,
    roster,
    column: columnOf(manifest.spec.title, roster, options.column),
    maxPoints: possible,
    scale: options.outOf === undefined || possible === 0 ? 1 : options.outOf / possible,
  };
  const files: string[] = [];
  const write = async (name: string, content: string) => {
    await put(path.join(out, name), content);
    files.push(name);
  };
  await write('gradebook.csv', GRADEBOOKS.plain(book));
  const importables = gradebookKinds(manifest.source, roster, options.gradebooks).map((kind) =>
    importable(kind, book),
  );
  for (const { file, content } of importables) if (content !== undefined) await write(file, content);
  await removeOthers(out, files, roster);
  const keptGrade = keptGradeIn(book, importables);
  const decisionConcerns = [...unmapped, ...extended, ...decided.concerns];
  const list = concerns(manifest, rows, {
    ...matches,
    importables,
    keptGrade,
    decisions: decisionConcerns,
  });
  const copies = findCopies(manifest.submissions);
  const page = { manifest, rows, concerns: list, copies, maxPoints: possible };
  await write('index.html', renderIndex(page, 'staff'));
  await write('summary.html', renderIndex(page, 'summary'));
  await write('to-look-at.csv', concernsCsv(list));
  for (const system of ['canvas', 'moodle']) {
    const name = `feedback-${system}.zip`;
    const own = manifest.source === system ? feedbackNames(manifest, rows, roster) : [];
    if ((await writeFeedback(out, path.join(out, name), own)) > 0) files.push(name);
    else await rm(path.join(out, name), { force: true });
  }
  await writeDecisions(decisions, { manifest, rows, matches, lines: decided.lines });
  const known = new Set(submissions.map(({ id }) => id));
  const has = new Set(
    rows
      .filter(({ result, grade }) => (result ?? grade) !== undefined)
      .map(({ submission }) => submission.id),
  );
  const open = new Set(
    rows.filter(({ grade }) => grade === undefined).map(({ submission }) => submission.id),
  );
  const done = [...known].filter((id) => has.has(id));
  const graded = done.filter((id) => !open.has(id));
  return { manifest, done: done.length, graded: graded.length, concerns: list, results, files };
}

/** What the report of each submission says beside its verdicts: of a group only what is decided for all of it. */
function notesOf({ lateness }: Manifest, rows: readonly GradeRow[]): ReadonlyMap<string, ReportNotes> {
  const notes = new Map<string, ReportNotes>();
  for (const [id, own] of groupBy(rows, ({ submission }) => submission.id)) {
    const [first, ...others] = own;
    if (first?.result === undefined) continue;
    const isAlike = others.every(({ setByStaff }) => isDeepStrictEqual(setByStaff, first.setByStaff));
    const overrides = isAlike ? first.setByStaff : undefined;
    const isWhole = overrides?.some(({ scenario }) => scenario === undefined) ?? false;
    const late = isWhole ? undefined : lateness[id]?.late;
    notes.set(id, {
      ...defined({ late, overrides }),
    });
  }
  return notes;
}

function gradebookKinds(
  source: string,
  roster: Roster | undefined,
  wanted: readonly GradebookKind[] | undefined,
): readonly SystemKind[] {
  const kinds = new Set<string | undefined>(wanted ?? [source, roster?.kind]);
  return SYSTEMS.filter((kind) => kinds.has(kind));
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
