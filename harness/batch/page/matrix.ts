import type { Status, Visibility } from '../../model/index.ts';
import { quote } from '../../report/html/repeat.ts';
import { clip, html, join, type Markup, NOTHING, Markup as Safe, score } from '../../report/html/text.ts';
import type { GradeRow } from '../gradebook/row.ts';
import type { Manifest, ManifestScenario } from '../manifest.ts';
import { STUDENT_FILES } from '../student-files.ts';
import type { PageKind } from './page.ts';
import { rowId } from './person.ts';
import { SEEN } from './shown.ts';

/** Short, since there are tens of thousands of them. */
const CELLS: Readonly<Record<Status, Markup>> = {
  pass: new Safe('<td class=p>✓'),
  fail: new Safe('<td class=f>✗'),
  inconclusive: new Safe('<td class=i>?'),
  skip: new Safe('<td class=s>–'),
};
const NONE = new Safe('<td class=s>·');

interface Matrix {
  readonly rows: readonly GradeRow[];
  readonly manifest: Pick<Manifest, 'scenarios' | 'spec'>;
  readonly maxPoints: number;
  /** Why a person should look at a submission; undefined on the page that is not for staff. */
  readonly needed: ReadonlyMap<string, readonly string[]> | undefined;
}

/** Students and what each got for each scenario. */
export function matrixHtml({ rows, manifest, maxPoints, needed }: Matrix): Markup {
  const { scenarios } = manifest;
  const kind: PageKind = needed === undefined ? 'summary' : 'staff';
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
  const lines = rows.map((row, at) =>
    lineHtml(row, scenarios, hidden, {
      kind,
      place: rowId(at),
      why: needed?.get(row.submission.id),
      command: needed === undefined ? undefined : regradeCommand(manifest.spec.file, row.submission.id),
    }),
  );
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Table of submissions"><table class="matrix"><colgroup><col class="who"><col class="num"><col class="word">${join(columns)}<col class="num">${kind === 'staff' ? html`<col class="cmd hidcol">` : NOTHING}</colgroup>
<thead><tr>${head('Submission', '')}${head(`Of ${score(maxPoints)}`, 'n')}${head('Status', '')}${join(heads)}${head('Seconds', 'n')}${kind === 'staff' ? html`<th class="hid" scope="col">Grade again</th>` : NOTHING}</tr></thead>
<tbody>
${join(lines, '\n')}
</tbody></table></div>`;
}

/** There is little room in a heading. */
function mark(visibility: Visibility): string {
  if (visibility === 'visible') return '';
  return visibility === 'hidden' ? 'hidden' : 'later';
}

/** What a row has besides the grades. */
interface Line {
  readonly kind: PageKind;
  readonly place: string;
  readonly why: readonly string[] | undefined;
  readonly command: string | undefined;
}

/** How to grade a submission again; undefined where its name can't be given, since commas separate names. */
function regradeCommand(spec: string, id: string): string | undefined {
  if (id.includes(',')) return undefined;
  return `socket-grader batch DOWNLOAD --spec ${quote(spec)} --out FOLDER --regrade${id.startsWith('-') ? '=' : ' '}${quote(id)}`;
}

function lineHtml(
  row: GradeRow,
  scenarios: readonly ManifestScenario[],
  hidden: ReadonlySet<string>,
  line: Line,
): Markup {
  const { submission, result, lateness, grade } = row;
  const { kind, place, why } = line;
  const status = statusOf(row);
  const isLate = lateness.late !== undefined || submission.late;
  const data = [
    status,
    ...(isLate ? ['late'] : []),
    ...(why === undefined ? [] : ['person']),
    ...(kind === 'staff' ? decisionsIn(row) : []),
  ].join(' ');
  const seconds = result === undefined ? '' : (result.ms / 1000).toFixed(1);
  return html`<tr id="${place}" data-is="${data}"><td>${whoHtml(row, line)}${kind === 'staff' ? saidHtml(row) : NOTHING}<td class=n>${grade === undefined ? '' : score(grade)}${setHtml(row, kind)}<td>${status}${isLate ? ', late' : ''}${join(cellsOf(result, scenarios, hidden))}<td class=n>${seconds}${againHtml(line)}`;
}

function statusOf({ open, result, grade }: GradeRow): string {
  if (open !== undefined) return 'inconclusive';
  return result?.status ?? (grade === undefined ? 'waiting' : 'set');
}

/** Who handed in, with what staff has to look at. */
function whoHtml({ submission: { id }, student, roster, result }: GradeRow, { kind, why }: Line): Markup {
  const link = `students/${encodeURIComponent(id)}/${STUDENT_FILES.staff}`;
  const shown = clip(id, 90);
  const who =
    kind === 'staff' && result !== undefined ? html`<a href="${link}">${shown}</a>` : html`${shown}`;
  const name = roster?.name || (student.name ?? '');
  const more = name === '' || name === id ? NOTHING : html` <span class="soft">${clip(name, 90)}</span>`;
  const reasons =
    why === undefined ? NOTHING : html` <span class="why staff">${clip(why.join('; '), 400)}</span>`;
  return html`${who}${more}${reasons}`;
}

function cellsOf(
  result: GradeRow['result'],
  scenarios: readonly ManifestScenario[],
  hidden: ReadonlySet<string>,
): Markup[] {
  const marks = new Map(result?.scenarios.map((scenario) => [scenario.id, scenario.status]));
  return scenarios.map(({ id }) => {
    const found = marks.get(id);
    const cell = found === undefined ? NONE : CELLS[found];
    return hidden.has(id) ? new Safe(cell.text.replace(/class=(.)/, 'class="$1 hid"')) : cell;
  });
}

/** What people have done about a row, by which it is filtered. */
export function decisionsIn({
  setByStaff = [],
  comments = [],
  notes = [],
  again,
}: GradeRow): readonly string[] {
  return [
    ...(again ? ['again'] : []),
    ...(setByStaff.length > 0 || comments.length > 0 ? ['decided'] : []),
    ...(notes.length > 0 ? ['noted'] : []),
  ];
}

/** Comments and notes, which a filter shows. */
function saidHtml({ comments = [], notes = [] }: GradeRow): Markup {
  const said = [
    ...comments.map(
      ({ title, scenario, comment }) =>
        `comment${scenario === undefined ? '' : ` on ${title ?? scenario}`}: ${comment}`,
    ),
    ...notes.map(({ note, by }) => `note${by === '' ? '' : ` (${by})`}: ${note}`),
  ];
  return said.length === 0 ? NOTHING : html` <span class="said staff">${clip(said.join('; '), 400)}</span>`;
}

/** Beside a grade, who has set it. */
function setHtml({ setByStaff = [], again }: GradeRow, kind: PageKind): Markup {
  if (again) return kind === 'staff' ? html` <span class="seen">decide again</span>` : NOTHING;
  if (setByStaff.length === 0) return NOTHING;
  return html` <span class="seen" title="${kind === 'staff' ? clip(describeSet(setByStaff), 600) : ''}">set by staff</span>`;
}

function againHtml({ kind, command }: Line): Markup {
  if (kind !== 'staff') return NOTHING;
  return command === undefined ? html`<td class=hid>` : html`<td class="cmd hid">${command}`;
}

function describeSet(decisions: NonNullable<GradeRow['setByStaff']>): string {
  return decisions
    .map(({ scenario = 'the grade', points, comment, by = '', at = '' }) =>
      [`${scenario}: ${points}`, comment, by, at].filter((part) => part !== '').join(', '),
    )
    .join('; ');
}
