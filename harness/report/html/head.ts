import type { Report, Status, Verdict } from '../../model/index.ts';
import { lateLine } from '../late.ts';
import { unusedNote } from '../notes.ts';
import { overrideLines } from '../overrides.ts';
import { findingHtml, type SourceLinks } from './finding.ts';
import { buildHtml } from './output.ts';
import { seconds, statusLabel, statusSign } from './status.ts';
import { clip, count, html, join, type Markup, NOTHING, score } from './text.ts';

/** Title, submission, status and points. */
export function headHtml(report: Report): Markup {
  const { spec, submission, status, points, maxPoints, interrupted, scenarios } = report;
  const command = Object.values(submission.run)
    .join('; ')
    .replace(/\$\{\{\s*(\w{1,40})\s*\}\}/g, (_, name: string) => name.toUpperCase());
  const number = (wanted: Status) => scenarios.filter((verdict) => verdict.status === wanted).length;
  const forNothing = (wanted: Status) =>
    wanted === 'fail' && scenarios.every((verdict) => verdict.status !== wanted || verdict.maxPoints === 0);
  const counts = (['pass', 'fail', 'inconclusive', 'skip'] as const)
    .filter((wanted) => number(wanted) > 0)
    .map(
      (wanted) =>
        html`<span class="${wanted}">${number(wanted)} ${statusLabel(wanted)}${forNothing(wanted) ? ' (for no points)' : ''}</span>`,
    );
  const late = lateLine(report);
  const open = scenarios.filter((verdict) => verdict.status === 'inconclusive');
  const openPoints = open.reduce((sum, verdict) => sum + verdict.maxPoints, 0);
  return html`<header>
<h1>${clip(spec.title, 200)}</h1>
<p class="who"><code>${clip(submission.path, 300)}</code>${command === '' ? NOTHING : html`<span class="cmd">runs as <code>${clip(command, 300)}</code></span>`}</p>
<p class="score"><strong class="${status}">${score(points)}</strong> of ${count(Number(score(maxPoints)), 'point')}</p>
${late === undefined ? NOTHING : html`<p class="note warn">${late}</p>`}
${join(overrideLines(report).map((line) => html`<p class="note warn"><strong>${clip(line, 2_000)}</strong></p>`))}
<p class="counts">${join(counts, ' · ')} · ${seconds(report.durationMs)}</p>
${open.length === 0 ? NOTHING : html`<p class="note warn"><strong>Inconclusive is neither right nor wrong.</strong> ${count(open.length, 'scenario')} could not be judged: ${openPoints === 0 ? 'no points depend on it' : `${count(Number(score(openPoints)), 'point')} still open`}. A person should look.</p>`}
${join(unusedNote(report).map((note) => html`<p class="note warn">${note}</p>`))}
${interrupted ? html`<p class="note warn"><strong>Interrupted.</strong> Not everything was graded, so this is no grade. Grade the submission again.</p>` : NOTHING}
</header>`;
}

/** A build that failed is reported once, for all scenarios. */
export function failedBuildHtml({ build = [], scenarios }: Report, links?: SourceLinks): Markup {
  const failed = build.filter(({ ok }) => !ok);
  const finding = scenarios[0]?.findings[0];
  if (failed.length === 0 || !finding) return NOTHING;
  return html`<section aria-labelledby="build" class="build"><h2 id="build">The program could not be built</h2>
${findingHtml(finding, links)}${join(failed.slice(0, 4).map(buildHtml))}</section>`;
}

/** Every scenario as a small square, to see at a glance and to jump from. */
export function overviewHtml({ scenarios }: Report, linked: ReadonlySet<number>): Markup {
  const squares = scenarios.map((verdict, at) => (linked.has(at) ? square(verdict, at) : NOTHING));
  return html`<nav aria-label="All scenarios"><ul class="strip">${join(squares)}</ul></nav>`;
}

function square({ status, title }: Verdict, at: number): Markup {
  const name = clip(title, 120);
  return html`<li><a class="${status}" href="#s${at}" title="${name}">${statusSign(status)}<span class="vh">${name}</span></a></li>`;
}
