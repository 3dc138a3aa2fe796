import type { Reference, Report, RunVerdict, Verdict, Visibility } from '../../model/index.ts';
import { timeline } from '../timeline/index.ts';
import { timelineSvg } from '../timeline/svg.ts';
import { timelineList } from '../timeline/text.ts';
import { findingHtml, findingsHtml, type SourceLinks } from './finding.ts';
import { outputHtml } from './output.ts';
import { repeatHtml } from './repeat.ts';
import { pointsOf, seconds, statusLabel, statusSign } from './status.ts';
import { clip, count, html, join, type Markup, NOTHING } from './text.ts';

/** How much of a scenario is shown: everything, no timelines and output, or its first finding. */
export type Detail = 'full' | 'brief' | 'least';

/** Where a scenario stands in the page, and how much of it is shown. */
export interface Place {
  readonly at: number;
  readonly detail: Detail;
  /** Whether it is unfolded when the page is opened. */
  readonly isOpen: boolean;
  /** An earlier scenario that failed for the very same reason. */
  readonly same: string | undefined;
  /** @default findings lead nowhere */
  readonly links?: SourceLinks | undefined;
}

const MOST_RUNS = 8;

const SEEN: Readonly<Record<Visibility, string>> = {
  visible: '',
  hidden: 'hidden from students',
  after_due_date: 'shown after the due date',
  after_published: 'shown with the grades',
};

/** A scenario with all that belongs to it. Folded, one that did not pass still says in a sentence why. */
export function scenarioHtml(
  report: Report,
  verdict: Verdict,
  { at, detail, isOpen, same, links }: Place,
): Markup {
  const { status, title, id, durationMs, findings } = verdict;
  return html`<details class="scenario ${status}" data-status="${status}"${isOpen ? html` open` : NOTHING}>
<summary><span class="row">${statusSign(status)}<span class="name"><h3>${clip(title, 300)}</h3> <code class="id">${clip(id, 80)}</code>${tags(verdict)}</span><span class="pts">${pointsOf(verdict)}</span><span class="time">${seconds(durationMs)}</span></span>${isOpen ? NOTHING : leadHtml(verdict, same)}</summary>
<div class="body" id="s${at}">
${same === undefined ? NOTHING : html`<p class="same">The same as in <b>${clip(same, 80)}</b>: ${clip(findings[0]?.summary ?? '', 300)}</p>`}
${same !== undefined ? NOTHING : detail === 'least' ? join(findings.slice(0, 1).map((finding) => findingHtml(finding, links))) : findingsHtml(findings, links)}
${detail === 'full' ? runsHtml(verdict, at) : html`<p class="soft">Timeline and output are left out to keep this page small; report.json has them.</p>`}
${detail === 'least' ? NOTHING : aboutHtml(verdict)}
${detail === 'full' ? repeatHtml(report, verdict) : NOTHING}
</div>
</details>`;
}

/** What a folded scenario says of itself. */
function leadHtml({ status, findings }: Verdict, same: string | undefined): Markup {
  const summary = findings[0]?.summary ?? '';
  if (summary === '' || status === 'pass') return NOTHING;
  const reason = clip(summary, 300);
  return html`<span class="lead">${same === undefined ? reason : html`The same as in <b>${clip(same, 80)}</b>: ${reason}`}</span>`;
}

function tags({ maxPoints, flaky, attempts, visibility, status }: Verdict): Markup {
  const words = [
    maxPoints === 0 ? 'for practice' : '',
    flaky ? `passed at try ${attempts}` : '',
    status === 'inconclusive' ? 'neither right nor wrong' : '',
    SEEN[visibility],
  ];
  return join(words.filter((word) => word !== '').map((word) => html` <span class="tag">${word}</span>`));
}

function runsHtml({ runs, status }: Verdict, at: number): Markup {
  if (runs.length === 0) return NOTHING;
  const ranked = [...runs].sort((a, b) => Number(b.status === status) - Number(a.status === status));
  const shown = new Set(ranked.slice(0, MOST_RUNS));
  const first = ranked[0];
  const rest = runs.length - shown.size;
  return join([
    ...[...shown].map((run, index) => runHtml(run, `r${at}-${index}`, runs.length === 1, run === first)),
    rest > 0
      ? html`<p class="soft">${count(rest, 'more run')} not shown; report.json has them.</p>`
      : NOTHING,
  ]);
}

function runHtml(run: RunVerdict, id: string, only: boolean, open: boolean): Markup {
  const name = [run.row ?? '', run.attempt > 1 ? `try ${run.attempt}` : '']
    .filter((part) => part !== '')
    .join(', ');
  const inside = html`${timelineHtml(run, id, name)}${outputHtml(run)}`;
  if (only) return inside;
  return html`<details class="run"${open ? html` open` : NOTHING}><summary>${statusSign(run.status)}${clip(name, 120) || 'try 1'} <span class="soft">${statusLabel(run.status)}</span></summary>${inside}</details>`;
}

function timelineHtml({ trace, findings }: RunVerdict, id: string, name: string): Markup {
  const line = timeline(trace, findings);
  if (line.rows.length === 0) return NOTHING;
  const title = `What happened${name === '' ? '' : `, ${clip(name, 80)}`}`;
  return html`<div class="part"><h4>What happened</h4>
<figure class="ladder"><div class="scroll" tabindex="0" role="group" aria-label="${title}: timeline">${timelineSvg(line, id, title)}</div>
<details class="astext"><summary>The same as text</summary>${timelineList(line)}</details></figure></div>`;
}

function aboutHtml({ explain, references }: Verdict): Markup {
  if (explain === undefined && references.length === 0) return NOTHING;
  const paragraphs = clip(explain ?? '', 6_000)
    .split(/\n\s*\n/)
    .filter((text) => text.trim() !== '');
  return html`<div class="part about"><h4>What this is about</h4>
${join(paragraphs.map((text) => html`<p>${text.trim()}</p>`))}${references.length === 0 ? NOTHING : html`<p class="refs">Read on: ${join(references.slice(0, 12).map(referenceHtml), '; ')}</p>`}</div>`;
}

function referenceHtml({ title, man, url }: Reference): Markup {
  const name = clip(title, 200);
  const page = man === undefined ? NOTHING : html` <code>man ${manArguments(man)}</code>`;
  const safe = url !== undefined && url.length < 2_000 && /^https?:\/\//i.test(url);
  if (safe) return html`<a href="${url}" rel="noopener noreferrer">${name}</a>${page}`;
  return html`${name}${page}${url === undefined ? NOTHING : html` (${clip(url, 200)})`}`;
}

/** `socket(7)` as it is typed: `7 socket`. */
function manArguments(man: string): string {
  const match = /^(\S+)\((\w+)\)$/.exec(man);
  return clip(match ? `${match[2]} ${match[1]}` : man, 80);
}
