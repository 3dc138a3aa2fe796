import type { Report } from '../../model/index.ts';
import { buildHtml } from './output.ts';
import { clip, html, join, type Markup, NOTHING } from './text.ts';

const ISOLATION: Readonly<Record<Report['isolation']['level'], string>> = {
  none: 'none: fine for your own program, not for grading other people’s programs',
  uid: 'a user of its own',
  full: 'full',
};

/** Where, when and how isolated it ran, and with which versions. */
export function footHtml(report: Report): Markup {
  const { host, isolation, grader, spec, submission, startedAt, seed, build = [] } = report;
  const built = build.filter(({ ok }) => ok);
  return html`<footer>
${built.length === 0 ? NOTHING : html`<details class="astext"><summary>How the program was built</summary>${join(built.slice(0, 6).map(buildHtml))}</details>`}
<h2>About this run</h2>
<dl>
${put('Isolation', `${ISOLATION[isolation.level]}${isolation.lost.length === 0 ? '' : ` (without ${isolation.lost.join(', ')})`}`)}
${put('Evidence', host.evidence === 'kernel' ? 'from the kernel' : 'from portable tools')}
${put('Not visible', host.unseen.join('; '))}
${put('Machine', `${host.name === undefined ? '' : `${host.name}: `}${host.platform}, ${host.cores} cores, Node ${host.node}`)}
${put('Started', startedAt)}
${put('Seed', `${seed} (random bytes are the same again with --seed ${seed})`)}
${put('Specification', `${spec.file}, sha256 ${spec.sha256.slice(0, 16)}…`)}
${put('Submission', `${submission.id}, sha256 ${submission.sha256.slice(0, 16)}…`)}
${put('Grader', `socket-grader ${grader.version}`)}
</dl>
</footer>`;
}

function put(label: string, text: string): Markup {
  return text === '' ? NOTHING : html`<div><dt>${label}</dt><dd>${clip(text, 600)}</dd></div>`;
}
