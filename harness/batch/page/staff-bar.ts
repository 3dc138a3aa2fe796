import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { clip, html, join, type Markup, NOTHING } from '../../report/html/text.ts';
import type { GradeRow } from '../gradebook/row.ts';
import { put, STUDENT_FILES, studentFolder } from '../student-files.ts';
import { rowIds } from './person.ts';

/** Where it stands in a page; what others wrote can't look like this, since it is escaped there. */
const PLACE = /^<main>\n(?:<nav class="staffbar".*?<\/nav>\n)?/ms;

/**
 * Puts at the head of each submission's page for staff who it is, and links to the ones before and after it and to its row
 * in the overview. The order is that of the rows.
 */
export async function writeStaffBars(out: string, rows: readonly GradeRow[]): Promise<void> {
  for (const [id, bar] of staffBars(rows)) {
    const file = path.join(studentFolder(out, id), STUDENT_FILES.staff);
    const page = await readFile(file, 'utf8').catch(() => undefined);
    if (page === undefined) continue;
    const changed = withStaffBar(page, bar);
    if (changed !== page) await put(file, changed);
  }
}

/** The page with this bar, in place of the one that it had. */
export function withStaffBar(page: string, bar: Markup): string {
  return page.replace(PLACE, () => `<main>\n${bar.text}\n`);
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
