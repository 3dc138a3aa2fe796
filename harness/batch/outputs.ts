import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type Concern, concerns, concernsCsv } from './attention.ts';
import { findCopies } from './copies.ts';
import { writeFeedback } from './feedback-zip.ts';
import { type Book, columnOf } from './gradebook/book.ts';
import { GRADEBOOKS, type GradebookKind } from './gradebook/index.ts';
import { matchRoster } from './gradebook/match.ts';
import type { Roster } from './gradebook/roster.ts';
import { gradeRows } from './gradebook/row.ts';
import type { Manifest } from './manifest.ts';
import type { GradebookOptions } from './options.ts';
import { renderIndex } from './page/page.ts';
import type { Result } from './result.ts';
import { put } from './student-files.ts';

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
  const rows = gradeRows(manifest, results, matches?.rows ?? new Map());
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
  for (const kind of gradebookKinds(manifest.source, roster, options.gradebooks))
    await write(`gradebook-${kind}.csv`, GRADEBOOKS[kind](book));
  const list = concerns(manifest, rows, matches);
  const copies = findCopies(manifest.submissions);
  const page = { manifest, rows, concerns: list, copies, maxPoints: possible };
  await write('index.html', renderIndex(page, 'staff'));
  await write('summary.html', renderIndex(page, 'summary'));
  await write('to-look-at.csv', concernsCsv(list));
  for (const system of ['canvas', 'moodle']) {
    const name = `feedback-${system}.zip`;
    const own = manifest.source === system ? manifest.submissions : [];
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
): readonly GradebookKind[] {
  const usual = [source, roster?.kind].filter(
    (kind): kind is GradebookKind => kind !== undefined && kind !== 'plain' && kind in GRADEBOOKS,
  );
  return [...new Set(wanted ?? usual)].filter((kind) => kind !== 'plain');
}
