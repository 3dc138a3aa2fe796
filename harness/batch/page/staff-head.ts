import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { clip, html, join, type Markup, NOTHING } from '../../report/html/text.ts';
import { type OwnDecisions, ownDecisions } from '../decisions/own-decisions.ts';
import type { PlacedLine } from '../decisions/place-lines.ts';
import type { Gathered } from '../gather.ts';
import type { GradeRow } from '../gradebook/row.ts';
import { groupBy } from '../intake/group-by.ts';
import { put, STUDENT_FILES, studentFolder } from '../student-files.ts';
import { type DeskForm, decideHtml } from './decide-form.ts';
import { personNeeded, rowIds } from './person.ts';

/** Where it stands in a page; what others wrote can't look like this, since it is escaped there. */
const PLACE =
  /^<main>\n(?:<nav class="staffbar".*?<\/nav>\n)?(?:<section class="decide".*?<\/details><\/section>\n)?/ms;

/**
 * Puts at the head of each submission's page for staff who it is, links to the ones before and after it and to its row in
 * the overview, and the form to decide. The order is that of the rows.
 */
export async function writeStaffHeads(out: string, gathered: Gathered): Promise<void> {
  const heads = new StaffHeads(gathered);
  for (const id of heads.ids) {
    const file = path.join(studentFolder(out, id), STUDENT_FILES.staff);
    const page = await readFile(file, 'utf8').catch(() => undefined);
    if (page === undefined) continue;
    const changed = withStaffHead(page, heads.headOf(id));
    if (changed !== page) await put(file, changed);
  }
}

/** The heads of all pages for staff. */
export class StaffHeads {
  /** Submissions that have a page, in the order of the rows. */
  readonly ids: readonly string[];
  readonly #gathered: Gathered;
  readonly #bars: ReadonlyMap<string, Markup>;
  readonly #why: ReadonlyMap<string, readonly string[]>;
  readonly #rows: ReadonlyMap<string, readonly GradeRow[]>;
  readonly #found: ReadonlyMap<string, readonly GradeRow[]>;
  readonly #placed = new Map<string, PlacedLine[]>();

  constructor(gathered: Gathered) {
    this.#gathered = gathered;
    this.#bars = staffBars(gathered.rows);
    this.#why = personNeeded(gathered.rows, gathered.concerns);
    this.#rows = groupBy(gathered.rows, ({ submission }) => submission.id);
    this.#found = groupBy(gathered.found, ({ submission }) => submission.id);
    for (const one of gathered.placed)
      for (const id of new Set([one.line.student, ...one.targets.map(({ submission }) => submission.id)]))
        this.#placed.set(id, [...(this.#placed.get(id) ?? []), one]);
    this.ids = [...this.#bars.keys()];
  }

  /** How many submissions need a person. */
  get needed(): number {
    return this.#why.size;
  }

  /** What people have decided about a submission. */
  decisionsOf(id: string): OwnDecisions {
    return ownDecisions(id, { found: this.#found.get(id) ?? [], placed: this.#placed.get(id) ?? [] });
  }

  /** The bar and the form, as they stand in a file or as a desk serves them. */
  headOf(id: string, desk?: DeskForm): Markup {
    const row = this.#rows.get(id)?.[0];
    if (row === undefined) return NOTHING;
    const { rubric, page } = this.#gathered;
    const form = decideHtml({
      own: this.decisionsOf(id),
      scenarios: page.manifest.scenarios,
      rubric,
      row,
      found: this.#found.get(id)?.[0],
      why: this.#why.get(id) ?? [],
      desk,
    });
    return html`${this.#bars.get(id) ?? NOTHING}\n${form}`;
  }

  /** The next submission after this one, of those that need a person where there are any. */
  after(id: string): string | undefined {
    const later = this.ids.slice(this.ids.indexOf(id) + 1);
    return later.find((one) => this.#why.has(one)) ?? later[0];
  }
}

/** The page with this head, in place of the one that it had. */
export function withStaffHead(page: string, head: Markup): string {
  return page.replace(PLACE, () => `<main>\n${head.text}\n`);
}

/** The bar of each submission that has a page. */
export function staffBars(rows: readonly GradeRow[]): ReadonlyMap<string, Markup> {
  const places = rowIds(rows);
  const graded = new Set(
    rows.filter(({ result }) => result !== undefined).map(({ submission }) => submission.id),
  );
  const ids = [...places.keys()].filter((id) => graded.has(id));
  const people = new Map<string, string[]>();
  for (const row of rows)
    people.set(row.submission.id, [...(people.get(row.submission.id) ?? []), describeStudent(row)]);
  return new Map(
    ids.map((id, at) => {
      const names = (people.get(id) ?? []).filter((name) => name !== '' && name !== id);
      return [
        id,
        html`<nav class="staffbar" aria-label="Submissions"><span><a href="../../index.html#${places.get(id) ?? ''}">Overview</a> ${at + 1} of ${ids.length}</span><strong>${clip([id, ...names].join(' · '), 400)}</strong><span>${join([linkHtml('prev', '← Previous', ids[at - 1]), linkHtml('next', 'Next →', ids[at + 1])], ' ')}</span></nav>`,
      ];
    }),
  );
}

function describeStudent({ roster, student }: GradeRow): string {
  const name = roster?.name || (student.name ?? '');
  const numbers = [...new Set(Object.values(roster?.ids ?? student.ids))].filter(
    (one) => one !== '' && one !== name,
  );
  return [name, ...numbers].filter((part) => part !== '').join(', ');
}

function linkHtml(rel: string, label: string, id: string | undefined): Markup {
  if (id === undefined) return NOTHING;
  return html`<a rel="${rel}" href="../${encodeURIComponent(id)}/${STUDENT_FILES.staff}" title="${clip(id, 120)}">${label}</a>`;
}
