import { renderPage } from '../../report/html/page.ts';
import { clip, count, html, join, type Markup, NOTHING } from '../../report/html/text.ts';
import type { Concern } from '../attention.ts';
import type { Copies } from '../copies.ts';
import type { GradeRow } from '../gradebook/row.ts';
import { SOURCES } from '../intake/detect.ts';
import { byLevel } from '../isolation-level.ts';
import { inNoPart, type Manifest, type ManifestScenario } from '../manifest.ts';
import type { Running } from '../running.ts';
import type { SimilarPair } from '../similar.ts';
import { type DeskBar, deskHtml } from './desk-bar.ts';
import { decisionsIn, matrixHtml } from './matrix.ts';
import SCRIPT from './overview.client.js';
import STYLE from './overview.css';
import { personNeeded, rowIds } from './person.ts';
import { runningHtml } from './running.ts';
import { visibleOnly } from './shown.ts';
import { staffHtml } from './staff.ts';
import { distributionHtml, scenariosHtml } from './statistics.ts';

/** For staff, with everything; or to be printed and mailed, without what is hidden, without links and without a script. */
export type PageKind = 'staff' | 'summary';

export interface PageContent {
  readonly manifest: Manifest;
  readonly rows: readonly GradeRow[];
  readonly concerns: readonly Concern[];
  readonly copies: readonly Copies[];
  /** Submissions that are alike, where they were compared. */
  readonly similar?: readonly SimilarPair[];
  readonly maxPoints: number;
  /** How far it has come, while it runs. @default it does not run */
  readonly running?: Running;
}

/** The overview of a batch as one page that needs nothing else. */
export function renderIndex(content: PageContent, kind: PageKind, desk?: DeskBar): string {
  const staff = kind === 'staff';
  const visible = visibleOnly(content);
  const isPart = visible !== content;
  const { manifest, rows, concerns, copies, similar = [], maxPoints } = staff ? content : visible;
  const { scenarios } = manifest;
  const title = `${clip(manifest.spec.title, 120)}: ${count(manifest.submissions.length, 'submission')}`;
  const needed = staff ? personNeeded(rows, concerns) : undefined;
  const { running } = content;
  const now = running === undefined || !staff ? NOTHING : runningHtml(running);
  const main = html`${desk === undefined ? NOTHING : deskHtml(desk)}${headHtml(manifest, rows, running)}${now}
${isPart ? partNote(kind) : NOTHING}
<section><h2>Submissions</h2>${needed === undefined ? NOTHING : controls(rows, needed, scenarios)}
${matrixHtml({ rows, manifest, maxPoints, needed })}
<p class="soft">✓ passed · ✗ failed · ? inconclusive: could not be judged, so there is no grade yet · – did not apply</p>
${staff ? html`<p class="soft staff">To grade a submission again, give the command in its row: DOWNLOAD is what this batch was made from, FOLDER is where this page is.</p>` : NOTHING}</section>
<section><h2>${isPart && !staff ? 'Points' : 'Grades'}</h2>${distributionHtml(rows, maxPoints)}</section>
<section><h2>Scenarios</h2>${scenariosHtml(rows, scenarios)}</section>
${staff ? staffHtml({ concerns, copies, similar, manifest, places: rowIds(rows) }) : NOTHING}`;
  return renderPage({
    title,
    style: STYLE,
    script: staff ? SCRIPT : undefined,
    main,
    served: desk !== undefined,
  });
}

function headHtml(manifest: Manifest, rows: readonly GradeRow[], running: Running | undefined): Markup {
  const { spec, submissions, source, grader, shard } = manifest;
  const graded = new Set(
    rows
      .filter(({ grade, submission }) => grade !== undefined && submission.sha256 !== '')
      .map(({ submission }) => submission.id),
  ).size;
  // While it runs, what waits is no work for a person yet.
  const unclear = new Set(
    rows.filter(({ open }) => open !== undefined).map(({ submission }) => submission.id),
  );
  const open = running === undefined ? submissions.length - graded : unclear.size;
  const part = shard === undefined ? '' : ` Part ${shard.index} of ${shard.count}.`;
  const missing = inNoPart(manifest).length;
  return html`<header><h1>${clip(spec.title, 200)}</h1>
<p>${count(submissions.length, 'submission')} from ${SOURCES[source]?.title ?? source}, ${graded} graded${open === 0 ? NOTHING : html`, <strong>${open} without a grade: manual review needed</strong>`}${missing === 0 ? NOTHING : html`, <strong>${missing} more in none of the parts that were merged</strong>`}.${part}</p>
<p class="soft">${clip(spec.file, 200)} · socket-grader ${grader.version} · ${levels(manifest, rows)}</p></header>`;
}

/** What the points on the page are, where some scenarios are not for everyone. */
function partNote(kind: PageKind): Markup {
  return kind === 'staff'
    ? html`<p class="paper">Points include scenarios that are not printed here. To pass on, use summary.html.</p>`
    : html`<p><strong>These are not the grades.</strong> Points, status and time are of the scenarios shown here only, before anything is taken off for being late.</p>`;
}

/** How submissions were kept apart, and how many of them when not all were alike. */
function levels({ isolation }: Manifest, rows: readonly GradeRow[]): string {
  const words = { full: 'each kept apart', uid: 'each with a user of its own', none: 'not isolated' };
  const found = byLevel([...new Set(rows.flatMap(({ result }) => result ?? []))]);
  if (found.length === 0) return words[isolation.level];
  return found
    .map(([level, own]) => (found.length === 1 ? words[level] : `${words[level]}: ${own.length}`))
    .join(', ');
}

/** Served by the script, which shows them. */
function controls(
  rows: readonly GradeRow[],
  needed: ReadonlyMap<string, readonly string[]>,
  scenarios: readonly ManifestScenario[],
): Markup {
  const number = (is: (row: GradeRow) => boolean) => rows.filter(is).length;
  const button = (name: string, label: string, pressed: boolean) =>
    html`<button type="button" data-filter="${name}" aria-pressed="${String(pressed)}">${label}</button>`;
  const open = (row: GradeRow) => row.open !== undefined;
  const status = (wanted: string) => number((row) => !open(row) && row.result?.status === wanted);
  const person = number(({ submission }) => needed.has(submission.id));
  const options = scenarios.map(({ id }, at) => html`<option value="${at}">${id}</option>`);
  const decided = (name: string, label: string) => {
    const count = number((row) => decisionsIn(row).includes(name));
    return count === 0 ? NOTHING : button(name, `${label} ${count}`, false);
  };
  return html`<div class="controls" id="controls" hidden><label>Search <input type="search" id="search" aria-keyshortcuts="/"></label>
${button('all', 'All', true)}${button('person', `Needs a person ${person}`, false)}${button('fail', `Failed ${status('fail')}`, false)}${button('inconclusive', `Inconclusive ${number(open)}`, false)}${button('pass', `Passed ${status('pass')}`, false)}${button('late', 'Late', false)}${decided('decided', 'Decided')}${decided('again', 'Decide again')}${decided('noted', 'Notes')}
<label>Scenario <select id="scenario"><option value="">any</option>${join(options)}</select></label><label>Outcome <select id="outcome"><option value="f">failed</option><option value="i">inconclusive</option><option value="p">passed</option><option value="s">did not apply</option></select></label>
<span class="soft keys"><kbd>/</kbd> search · <kbd>j</kbd> <kbd>k</kbd> next and previous · <kbd>Enter</kbd> open</span><span class="soft" id="shown" role="status"></span></div>`;
}
