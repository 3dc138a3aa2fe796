import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type Concern, concerns, concernsCsv } from './attention.ts';
import { findCopies } from './copies.ts';
import { feedbackNames, writeFeedback } from './feedback-zip.ts';
import { type Book, columnOf, keptGradeIn } from './gradebook/book.ts';
import { importable } from './gradebook/importable.ts';
import { GRADEBOOKS, type GradebookKind } from './gradebook/index.ts';
import { matchRoster } from './gradebook/match.ts';
import type { Roster } from './gradebook/roster.ts';
import { gradeRows } from './gradebook/row.ts';
import type { Manifest } from './manifest.ts';
import type { GradebookOptions } from './options.ts';
import { renderIndex } from './page/page.ts';
import type { Result } from './result.ts';
import { put } from './student-files.ts';

type SystemKind = Exclude<GradebookKind, 'plain'>;

const SYSTEMS = (Object.keys(GRADEBOOKS) as GradebookKind[]).filter(
  (kind): kind is SystemKind => kind !== 'plain',
);

/** What a batch came to. */
export interface Outcome {
  readonly manifest: Manifest;
  /** Of the submissions, how many have a result, and how many a grade. */
  readonly done: number;
  readonly graded: number;
  readonly concerns: readonly Concern[];
  /** What was written, the most useful first. */
  readonly files: readonly string[];
}

interface Done {
  readonly manifest: Manifest;
  readonly results: ReadonlyMap<string, Result>;
  readonly roster: Roster | undefined;
}

/** Writes gradebooks, feedback and pages from what has been graded so far. */
export async function writeOutputs(
  out: string,
  { manifest, results, roster }: Done,
  options: GradebookOptions,
): Promise<Outcome> {
  const matches = roster === undefined ? undefined : matchRoster(manifest.submissions, roster);
  const rows = gradeRows(manifest, results, matches);
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
  const list = concerns(manifest, rows, { ...matches, importables, keptGrade });
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
  const has = new Set(
    rows.filter(({ result }) => result !== undefined).map(({ submission }) => submission.id),
  );
  const graded = new Set(
    rows.filter(({ grade }) => grade !== undefined).map(({ submission }) => submission.id),
  );
  return { manifest, done: has.size, graded: graded.size, concerns: list, files };
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
