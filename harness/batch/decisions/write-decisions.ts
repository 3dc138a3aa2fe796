import { existsSync } from 'node:fs';
import type { Matches } from '../gradebook/match.ts';
import type { GradeRow } from '../gradebook/row.ts';
import type { Manifest } from '../manifest.ts';
import type { Decisions } from './decisions.ts';
import { writeExtensions } from './extensions.ts';
import { writeMapping } from './mapping.ts';
import { type Override, type OverrideLine, writeOverrides } from './overrides.ts';
import { writeRubric } from './rubric.ts';

/** What a batch has found that people may have to decide. */
interface Found {
  readonly manifest: Manifest;
  readonly rows: readonly GradeRow[];
  readonly matches: Matches | undefined;
  /** The overrides, with what they rest on. */
  readonly lines: readonly OverrideLine[];
}

/** Writes the files in which people decide: the first time as templates, and later with what they have written kept. */
export async function writeDecisions(
  { files, mapping, extensions, rubric, joined, unread }: Decisions,
  { manifest, rows, matches, lines }: Found,
): Promise<void> {
  if (unread !== undefined) return;
  await writeMapping(files.mapping, mapping, manifest.submissions, matches);
  const isBound = lines.every(({ basis, cells }) => basis === (cells.basis ?? ''));
  if (!existsSync(files.overrides)) await writeOverrides(files.overrides, [...lines, ...withoutGrade(rows)]);
  else if (joined || !isBound) await writeOverrides(files.overrides, lines);
  if (joined && rubric.length > 0) await writeRubric(files.rubric, rubric);
  const isNew = !existsSync(files.extensions) && (manifest.latePolicy ?? undefined) !== undefined;
  if (isNew || (joined && extensions.length > 0)) await writeExtensions(files.extensions, extensions);
}

/** A line to fill in for each submission without a grade. */
function withoutGrade(rows: readonly GradeRow[]): readonly Override[] {
  const open = rows.filter(({ open: why }) => why !== undefined);
  return [...new Set(open.map(({ submission }) => submission.id))].map((student) => ({
    student,
    comment: '',
    by: '',
    at: '',
    basis: '',
  }));
}
