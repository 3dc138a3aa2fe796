import { type Concern, concerns } from './attention.ts';
import { findCopies } from './copies.ts';
import { applyOverrides } from './decisions/apply-overrides.ts';
import { type Decisions, placeStudents } from './decisions/decisions.ts';
import { resolveExtensions } from './decisions/extensions.ts';
import type { OverrideLine } from './decisions/overrides.ts';
import type { PlacedLine } from './decisions/place-lines.ts';
import type { RubricItem } from './decisions/rubric.ts';
import { type Book, columnOf, keptGradeIn } from './gradebook/book.ts';
import { type Importable, importable } from './gradebook/importable.ts';
import { GRADEBOOKS, type GradebookKind } from './gradebook/index.ts';
import type { Matches } from './gradebook/match.ts';
import type { Roster } from './gradebook/roster.ts';
import { type GradeRow, gradeRows } from './gradebook/row.ts';
import type { Manifest } from './manifest.ts';
import type { GradebookOptions } from './options.ts';
import type { PageContent } from './page/page.ts';
import type { Result } from './result.ts';
import type { SimilarPair } from './similar.ts';

type SystemKind = Exclude<GradebookKind, 'plain'>;

/** Systems that a gradebook is made for. */
export const SYSTEMS = (Object.keys(GRADEBOOKS) as GradebookKind[]).filter(
  (kind): kind is SystemKind => kind !== 'plain',
);

/** What has been graded and decided so far. */
export interface Done {
  readonly manifest: Manifest;
  readonly results: ReadonlyMap<string, Result>;
  readonly roster: Roster | undefined;
  readonly decisions: Decisions;
  /** Submissions that are alike, where they were compared. */
  readonly similar?: readonly SimilarPair[];
}

/** All that gradebooks and pages are made from. */
export interface Gathered {
  readonly rows: readonly GradeRow[];
  /** The rows as the grader found them: decisions rest on those. */
  readonly found: readonly GradeRow[];
  readonly matches: Matches | undefined;
  readonly book: Book;
  readonly importables: readonly Importable[];
  readonly concerns: readonly Concern[];
  /** Lines of `overrides.csv`, with what they rest on filled in, and what became of them. */
  readonly lines: readonly OverrideLine[];
  readonly placed: readonly PlacedLine[];
  readonly rubric: readonly RubricItem[];
  readonly page: PageContent;
}

/** Puts together who handed in what, what the grader found and what people have decided; writes nothing. */
export function gather(
  { manifest, results, roster, decisions, similar = [] }: Done,
  options: GradebookOptions,
): Gathered {
  const { submissions, scenarios: graders } = manifest;
  const { rubric } = decisions;
  const scenarios = [...graders, ...rubric];
  const { matches, concerns: unmapped } = placeStudents(submissions, roster, decisions);
  const { concerns: extended } = resolveExtensions(decisions.extensions, submissions, { roster, matches });
  const found = gradeRows(manifest, results, matches);
  const decided = applyOverrides(found, decisions.overrides, {
    submissions,
    roster,
    scenarios: graders,
    rubric,
  });
  const { rows, lines, placed } = decided;
  const maxPoints = scenarios.reduce((sum, { points }) => sum + points, 0);
  const book: Book = {
    rows,
    scenarios,
    roster,
    column: columnOf(manifest.spec.title, roster, options.column),
    maxPoints,
    scale: options.outOf === undefined || maxPoints === 0 ? 1 : options.outOf / maxPoints,
  };
  const importables = gradebookKinds(manifest.source, roster, options.gradebooks).map((kind) =>
    importable(kind, book),
  );
  const list = concerns(manifest, rows, {
    ...matches,
    importables,
    keptGrade: keptGradeIn(book, importables),
    decisions: [...unreadConcern(decisions), ...unmapped, ...extended, ...decided.concerns],
  });
  const copies = findCopies(submissions);
  const page = { manifest: { ...manifest, scenarios }, rows, concerns: list, copies, similar, maxPoints };
  return { rows, found, matches, book, importables, concerns: list, lines, placed, rubric, page };
}

function gradebookKinds(
  source: string,
  roster: Roster | undefined,
  wanted: readonly GradebookKind[] | undefined,
): readonly SystemKind[] {
  const kinds = new Set<string | undefined>(wanted ?? [source, roster?.kind]);
  return SYSTEMS.filter((kind) => kinds.has(kind));
}

/** Decisions that were made while a batch ran, and that do not count yet. */
function unreadConcern({ unread }: Decisions): readonly Concern[] {
  if (unread === undefined) return [];
  const what = `changed while the batch ran, and can't be read: ${unread}. What it said at the begin counts`;
  return [{ who: 'decisions', what, grade: 'not placed' }];
}
