import type { Report, Status } from '../../model/index.ts';
import { repeats } from '../repeats.ts';
import DRAWING from '../timeline/timeline.css';
import type { SourceLinks } from './finding.ts';
import { footHtml } from './foot.ts';
import { failedBuildHtml, headHtml, overviewHtml } from './head.ts';
import { type PageParts, renderPage } from './page.ts';
import SCRIPT from './report.client.js';
import STYLE from './report.css';
import { type Detail, scenarioHtml } from './scenario.ts';
import { statusLabel } from './status.ts';
import { clip, count, html, join, type Markup, NOTHING, score } from './text.ts';

/** Most bytes that the scenarios take; the rest of the page is small. */
const BUDGET = 1_500_000;
const MOST_SCENARIOS = 500;
/** Scenarios that are open at first; a reader fixes one thing at a time, and the rest fits on paper. */
const MOST_OPEN = 3;
/** Failed scenarios get their share of the page first. */
const ORDER: Readonly<Record<Status, number>> = { fail: 0, inconclusive: 1, skip: 3, pass: 2 };

/** The report as one page that needs nothing else: no network, and no script unless for comfort. Below 2 MB. */
export function renderHtml(report: Report): string {
  return renderPage(reportParts(report));
}

/** What that page is made of, for a page that shows more around it. */
export function reportParts(report: Report, links?: SourceLinks): PageParts & { readonly script: string } {
  const sections = scenarios(report, links);
  const title = `${clip(report.spec.title, 120)}: ${score(report.points)}/${score(report.maxPoints)}, ${statusLabel(report.status)}, ${clip(report.submission.id, 120)}`;
  const main = html`${headHtml(report)}
${failedBuildHtml(report, links)}
${overviewHtml(report, new Set(sections.keys()))}
<section aria-labelledby="scenarios"><div class="bar"><h2 id="scenarios">Scenarios</h2>${controls(report)}</div>
${join(
  [...sections].sort(([a], [b]) => a - b).map(([, section]) => section),
  '\n',
)}
<p class="soft" id="none" hidden>No such scenarios.</p>
${sections.size < report.scenarios.length ? html`<p class="soft">${count(report.scenarios.length - sections.size, 'more scenario')} not shown; report.json has them.</p>` : NOTHING}
</section>
${footHtml(report)}`;
  return { title, style: `${STYLE}${DRAWING}`, script: SCRIPT, main };
}

/** The scenarios that fit, each with as much detail as there is room for. */
function scenarios(report: Report, links: SourceLinks | undefined): Map<number, Markup> {
  const levels: Detail[] = ['full', 'brief', 'least'];
  const sections = new Map<number, Markup>();
  const shared = report.build?.some(({ ok }) => !ok) === true;
  const queue = report.scenarios
    .map((verdict, at) => ({ verdict: shared ? { ...verdict, findings: [] } : verdict, at }))
    .slice(0, MOST_SCENARIOS)
    .sort((a, b) => ORDER[a.verdict.status] - ORDER[b.verdict.status]);
  const repeated = repeats(report);
  const opened = new Set(
    queue
      .filter(({ verdict: { status } }) => status === 'fail' || status === 'inconclusive')
      .slice(0, MOST_OPEN)
      .map(({ at }) => at),
  );
  let room = BUDGET;
  for (const { verdict, at } of queue) {
    while (levels[0] !== undefined) {
      const section = scenarioHtml(report, verdict, {
        at,
        detail: levels[0],
        isOpen: opened.has(at),
        same: repeated.get(verdict.id),
        links,
      });
      const size = Buffer.byteLength(section.text);
      if (size <= room) {
        room -= size;
        sections.set(at, section);
        break;
      }
      levels.shift();
    }
  }
  return sections;
}

/** Buttons that only the script can serve; it shows them. */
function controls({ scenarios: all }: Report): Markup {
  const number = (status: Status) => all.filter((verdict) => verdict.status === status).length;
  const filter = (name: string, label: string, on: boolean) =>
    html`<button type="button" data-filter="${name}" aria-pressed="${String(on)}">${label}</button>`;
  return html`<div class="controls" id="controls" hidden>
<span class="group" role="group" aria-label="Show">${filter('all', 'All', true)}${filter('fail', `Failed ${number('fail')}`, false)}${number('inconclusive') > 0 ? filter('inconclusive', `Inconclusive ${number('inconclusive')}`, false) : NOTHING}</span>
<span class="group"><button type="button" data-open="1">Open all</button><button type="button" data-open="">Close all</button></span></div>`;
}
