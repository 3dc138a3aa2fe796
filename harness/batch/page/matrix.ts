import type { Status, Visibility } from '../../model/index.ts';
import { clip, html, join, type Markup, NOTHING, Markup as Safe, score } from '../../report/html/text.ts';
import type { GradeRow } from '../gradebook/row.ts';
import type { ManifestScenario } from '../manifest.ts';
import { STUDENT_FILES } from '../student-files.ts';
import type { PageKind } from './page.ts';
import { SEEN } from './shown.ts';

/** Short, since there are tens of thousands of them. */
const CELLS: Readonly<Record<Status, Markup>> = {
  pass: new Safe('<td class=p>✓'),
  fail: new Safe('<td class=f>✗'),
  inconclusive: new Safe('<td class=i>?'),
  skip: new Safe('<td class=s>–'),
};
const NONE = new Safe('<td class=s>·');

/** Students and what each got for each scenario. */
export function matrixHtml(
  rows: readonly GradeRow[],
  scenarios: readonly ManifestScenario[],
  maxPoints: number,
  kind: PageKind,
): Markup {
  const hidden = new Set(scenarios.filter(({ visibility }) => visibility !== 'visible').map(({ id }) => id));
  // Buttons sort, with the script that only staff's page has.
  const button = (label: string, seen = '') => {
    const whole = seen === '' ? html`${label}` : html`${label} <span class="seen">${seen}</span>`;
    return kind === 'staff' ? html`<button type="button">${whole}</button>` : html`<span>${whole}</span>`;
  };
  const head = (label: string, kinds: string) => html`<th class="${kinds}" scope="col">${button(label)}</th>`;
  const columns = scenarios.map(({ id }) => html`<col class="mark${hidden.has(id) ? ' hidcol' : ''}">`);
  const heads = scenarios.map(
    ({ id, title, visibility }) =>
      html`<th class="mark${hidden.has(id) ? ' hid' : ''}" scope="col" title="${title}${SEEN[visibility] === '' ? '' : ` (${SEEN[visibility]})`}">${button(id, mark(visibility))}</th>`,
  );
  const lines = rows.map((row) => lineHtml(row, scenarios, hidden, kind));
  return html`<div class="scroll"><table class="matrix"><colgroup><col class="who"><col class="num"><col class="word">${join(columns)}<col class="num"></colgroup>
<thead><tr>${head('Submission', '')}${head(`Of ${score(maxPoints)}`, 'n')}${head('Status', '')}${join(heads)}${head('Seconds', 'n')}</tr></thead>
<tbody>
${join(lines, '\n')}
</tbody></table></div>`;
}

/** There is little room in a heading. */
function mark(visibility: Visibility): string {
  if (visibility === 'visible') return '';
  return visibility === 'hidden' ? 'hidden' : 'later';
}

function lineHtml(
  { submission, student, roster, result, lateness, grade, open, setByStaff = [] }: GradeRow,
  scenarios: readonly ManifestScenario[],
  hidden: ReadonlySet<string>,
  kind: PageKind,
): Markup {
  const { id } = submission;
  const status =
    open !== undefined ? 'inconclusive' : (result?.status ?? (grade === undefined ? 'waiting' : 'set'));
  const late = lateness.late !== undefined || submission.late;
  const name = roster?.name || (student.name ?? '');
  const marks = new Map(result?.scenarios.map((scenario) => [scenario.id, scenario.status]));
  const cells = scenarios.map((scenario) => {
    const found = marks.get(scenario.id);
    const cell = found === undefined ? NONE : CELLS[found];
    return hidden.has(scenario.id) ? new Safe(cell.text.replace(/class=(.)/, 'class="$1 hid"')) : cell;
  });
  const set =
    setByStaff.length === 0
      ? NOTHING
      : html` <span class="seen" title="${kind === 'staff' ? clip(describeSet(setByStaff), 600) : ''}">set by staff</span>`;
  const link = `students/${encodeURIComponent(id)}/${STUDENT_FILES.staff}`;
  const who =
    kind === 'staff' && result !== undefined
      ? html`<a href="${link}">${clip(id, 90)}</a>`
      : html`${clip(id, 90)}`;
  const more = name === '' || name === id ? NOTHING : html` <span class="soft">${clip(name, 90)}</span>`;
  return html`<tr data-is="${status}${late ? ' late' : ''}"><td>${who}${more}<td class=n>${grade === undefined ? '' : score(grade)}${set}<td>${status}${late ? ', late' : ''}${join(cells)}<td class=n>${result === undefined ? '' : (result.ms / 1000).toFixed(1)}`;
}

function describeSet(decisions: NonNullable<GradeRow['setByStaff']>): string {
  return decisions
    .map(({ scenario = 'the grade', points, comment, by = '', at = '' }) =>
      [`${scenario}: ${points}`, comment, by, at].filter((part) => part !== '').join(', '),
    )
    .join('; ');
}
