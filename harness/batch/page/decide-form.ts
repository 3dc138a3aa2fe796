import type { Status } from '../../model/index.ts';
import { clip, html, join, type Markup, NOTHING, score } from '../../report/html/text.ts';
import type { OwnDecisions } from '../decisions/own-decisions.ts';
import type { PlacedLine } from '../decisions/place-lines.ts';
import { mostPoints, TOTAL } from '../decisions/points.ts';
import type { RubricItem } from '../decisions/rubric.ts';
import type { GradeRow } from '../gradebook/row.ts';
import type { ManifestScenario } from '../manifest.ts';

/** What a person who decides about a submission has to see. */
export interface DecideContent {
  readonly own: OwnDecisions;
  /** Scenarios of the assignment, then the items of the rubric. */
  readonly scenarios: readonly ManifestScenario[];
  readonly rubric: readonly RubricItem[];
  /** The submission as the grader found it, and with what is decided. */
  readonly found: GradeRow | undefined;
  readonly row: GradeRow;
  /** Why a person should look at it. */
  readonly why: readonly string[];
  /** How the page is served; a page in a file can only make a table to download. */
  readonly desk?: DeskForm | undefined;
}

/** What a desk adds to the form. */
export interface DeskForm {
  readonly by: string;
  /** What was typed and could not be saved, by name of the field. */
  readonly typed?: ReadonlyMap<string, string>;
  readonly wrong?: ReadonlyMap<string | undefined, string>;
  /** What has become of what was sent. */
  readonly notice?: string;
  readonly isError?: boolean;
}

/** More failed scenarios than these are folded, so that the report is in view. */
const MOST_FAILED = 3;

/** The form in which a person decides about a submission: points and comments, items of the rubric, and a note. */
export function decideHtml(content: DecideContent): Markup {
  const { own, rubric, row, why, desk } = content;
  const { shown, folded } = scenariosOf(content);
  const field = (one: ManifestScenario) => itemHtml(content, one.id, one.title);
  const isOpen = why.length > 0 || own.every.length > 0 || desk?.notice !== undefined || rubric.length > 0;
  const rest = html`<details class="folded"${folded.some(({ id }) => desk?.wrong?.has(id)) ? html` open` : NOTHING}><summary>Points by scenario: ${folded.length}${shown.length > 0 ? ' more' : ''}</summary><div class="items">${join(folded.map(field))}</div></details>`;
  return html`<section class="decide" id="decide" aria-labelledby="decide-title"><details${isOpen ? html` open` : NOTHING}><summary><h2 id="decide-title">Decide</h2> <span class="soft">${stateOf(row)}</span></summary>
${noticeHtml(desk)}${whyHtml(why)}
${desk === undefined ? html`<p class="soft offline">To decide on this page, start <code>socket-grader desk FOLDER</code>, where FOLDER holds index.html, or switch scripts on.</p>` : NOTHING}
<form method="post" action="staff.html" autocomplete="off"${desk === undefined ? html` hidden` : NOTHING} data-id="${own.id}" data-basis="${own.basis ?? ''}">
<input type="hidden" name="version" value="${own.version}">
<div class="items">${itemHtml(content, undefined, 'Whole grade')}${join([...rubric, ...shown].map(field))}</div>
${folded.length === 0 ? NOTHING : rest}
<p class="field"><label for="note">Note, for staff only</label><textarea id="note" name="note" rows="2">${desk?.typed?.get('note') ?? own.note}</textarea></p>
${membersHtml(own.ofMembers)}
${desk === undefined ? OFFLINE : html`<p class="buttons"><button name="after" value="stay">Save</button> <button name="after" value="next">Save and next</button> <span class="soft">as ${desk.by}</span></p>`}
<p class="soft keys"><kbd>d</kbd> decide · <kbd>s</kbd> source · <kbd>j</kbd> <kbd>k</kbd> next and previous · <kbd>o</kbd> overview</p>
</form></details></section>`;
}

/** The scenarios that a person may have to decide about, and those that are folded. */
function scenariosOf({ own, scenarios, rubric, found }: DecideContent) {
  const items = new Set<string>(rubric.map(({ id }) => id));
  const statuses = new Map(found?.result?.scenarios.map(({ id, status }) => [id, status]));
  const graders = scenarios.filter(({ id }) => !items.has(id));
  const undecided = (...wanted: readonly (Status | undefined)[]) =>
    graders.filter(({ id }) => !own.lines.has(id) && wanted.includes(statuses.get(id)));
  const failed = undecided('fail');
  const hidden = new Set([
    ...(failed.length > MOST_FAILED ? failed : []),
    ...undecided('pass', 'skip', undefined),
  ]);
  return {
    shown: graders.filter((one) => !hidden.has(one)),
    folded: graders.filter((one) => hidden.has(one)),
  };
}

function noticeHtml({ notice, isError = false }: Partial<DeskForm> = {}): Markup {
  if (notice === undefined) return NOTHING;
  return html`<p class="notice${isError ? ' bad' : ''}" role="${isError ? 'alert' : 'status'}">${notice}</p>`;
}

/** Why a person should look; that there is no grade is said above. */
function whyHtml(why: readonly string[]): Markup {
  const reasons = why.filter((one) => !one.startsWith('no grade: '));
  if (reasons.length === 0) return NOTHING;
  return html`<ul class="why">${join(reasons.map((one) => html`<li>${clip(one, 400)}</li>`))}</ul>`;
}

const OFFLINE = html`<p class="field"><label for="by">Your name</label><input id="by" name="by"></p>
<p class="buttons"><button>Download overrides.csv</button> <span class="soft">with what was decided in this browser; <code>socket-grader desk FOLDER --add overrides.csv</code> puts it beside what is decided already.</span></p>`;

/** What stands now, in a line. */
function stateOf({ grade, open, setByStaff = [], comments = [], again }: GradeRow): string {
  const points = grade === undefined ? 'no grade' : `${score(grade)} points`;
  if (again) return `${points}: decide again`;
  if (setByStaff.length > 0)
    return `${points}, set by staff${open === undefined ? '' : `; ${clip(open, 160)}`}`;
  const said = comments.length > 0 ? ', with a comment' : '';
  return `${points}${open === undefined ? '' : `: ${clip(open, 160)}`}${said}`;
}

/** The fields of a scenario, of an item of the rubric or of the whole. */
function itemHtml(content: DecideContent, id: string | undefined, title: string): Markup {
  const { own, scenarios, rubric, desk } = content;
  const key = id ?? TOTAL;
  const place = id === undefined ? 'whole' : `i${scenarios.findIndex((one) => one.id === id)}`;
  const placed = own.lines.get(id);
  const isStale = placed?.again === true;
  const line = isStale ? undefined : placed?.line;
  const wrong = desk?.wrong?.get(id);
  const points = desk?.typed?.get(`points.${key}`) ?? (line?.points === undefined ? '' : String(line.points));
  const comment = desk?.typed?.get(`comment.${key}`) ?? line?.comment ?? '';
  const most = score(mostPoints(scenarios, id));
  const about = rubric.find((item) => item.id === id)?.about ?? '';
  const problem =
    wrong === undefined ? NOTHING : html`<span class="wrong" id="${place}-wrong">${wrong}</span>`;
  const invalid =
    wrong === undefined ? NOTHING : html` aria-invalid="true" aria-describedby="${place}-wrong"`;
  return html`<div class="item" role="group" aria-labelledby="${place}-name" data-key="${key}"${line === undefined ? NOTHING : html` data-by="${line.by}" data-at="${line.at}" data-points="${points}" data-comment="${comment}"`}${placed !== undefined && isStale ? html` data-old="${oldOf(placed)}"` : NOTHING}>
<span class="name" id="${place}-name">${clip(title, 120)}${about === '' ? NOTHING : html` <span class="soft">${clip(about, 400)}</span>`}</span>
<span class="found soft">${foundText(content, id)}</span>
${most === '0' ? html`<input type="hidden" name="points.${key}" value="${points}"><span></span>` : html`<span class="points"><input id="${place}-points" name="points.${key}" value="${points}" inputmode="decimal" size="5" data-most="${most}" aria-label="Points, of ${most}"${invalid}> of ${most}</span>`}
<input class="comment" name="comment.${key}" value="${comment}" aria-label="Comment for the student" placeholder="Comment">
${problem}${authorHtml(line)}${isStale && placed !== undefined ? staleHtml(key, placed) : NOTHING}</div>`;
}

/** What the grader has found. */
function foundText({ found, rubric }: DecideContent, id: string | undefined): string {
  if (id === undefined) return found?.grade === undefined ? 'no grade' : `grader: ${score(found.grade)}`;
  if (rubric.some((item) => item.id === id)) return 'by hand';
  const one = found?.result?.scenarios.find((scenario) => scenario.id === id);
  return one === undefined ? '' : `grader: ${score(one.points)}, ${one.status}`;
}

function authorHtml(line: PlacedLine['line'] | undefined): Markup {
  if (line === undefined || (line.points === undefined && line.comment === '')) return NOTHING;
  const author = [line.by, line.at].filter((part) => part !== '').join(', ');
  return author === '' ? NOTHING : html`<span class="author soft">${clip(author, 200)}</span>`;
}

/** For the script of the page. */
function oldOf({ line: { points, comment } }: PlacedLine): string {
  return JSON.stringify({ points: points === undefined ? '' : String(points), comment });
}

/** A decision that does not count any more, and what can become of it. */
function staleHtml(key: string, { line }: PlacedLine): Markup {
  const author = [line.by, line.at].filter((part) => part !== '').join(', ');
  const points = line.points === undefined ? '' : `${score(line.points)} points`;
  const said = [points, line.comment === '' ? '' : `“${clip(line.comment, 300)}”`, author].filter(
    (part) => part !== '',
  );
  return html`<label class="stale">Decided on other files or another result: ${said.join(', ')}. <select name="again.${key}" aria-label="Decide again"><option value="open">still open</option><option value="same">the same again</option><option value="drop">drop it</option></select></label>`;
}

function membersHtml(lines: readonly PlacedLine[]): Markup {
  if (lines.length === 0) return NOTHING;
  const items = lines.map(({ line: { student, scenario = 'whole grade', points, comment } }) => {
    const what = [
      `${clip(student, 120)}: ${scenario}`,
      points === undefined ? '' : score(points),
      clip(comment, 300),
    ];
    return html`<li>${what.filter((part) => part !== '').join(', ')}</li>`;
  });
  return html`<div class="members"><p class="soft">Of single members of the group, in overrides.csv:</p><ul>${join(items)}</ul></div>`;
}
