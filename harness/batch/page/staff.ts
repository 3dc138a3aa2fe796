import { clip, count, html, join, type Markup, NOTHING } from '../../report/html/text.ts';
import { pairId, percent } from '../../similarity/index.ts';
import type { Concern } from '../attention.ts';
import type { Copies } from '../copies.ts';
import type { Manifest } from '../manifest.ts';
import { SIMILAR_PAGE, type SimilarPair } from '../similar.ts';

/** Most lines of a list; `to-look-at.csv` has them all. */
const MOST = 500;

/** What only staff may see: what to look at, who handed in the same or nearly so, and attempts that do not count. */
export function staffHtml({
  concerns,
  copies,
  similar,
  manifest: { submissions },
  places,
}: {
  readonly concerns: readonly Concern[];
  readonly copies: readonly Copies[];
  readonly similar: readonly SimilarPair[];
  readonly manifest: Manifest;
  /** By submission, the id of its row. */
  readonly places: ReadonlyMap<string, string>;
}): Markup {
  const earlier = submissions.filter((submission) => submission.earlier.length > 0);
  const renamed = submissions.filter((submission) => submission.renamed.length > 0);
  return html`${list(
    'To look at',
    '',
    concerns.map(
      ({ who, submission, what }) =>
        html`<li><strong>${linkHtml(clip(who, 120), places.get(submission ?? who))}</strong>${submission === undefined ? NOTHING : html` <span class="soft">${clip(submission, 90)}</span>`} ${clip(what, 400)}</li>`,
    ),
  )}${list(
    'Identical submissions',
    'Identical submissions prove nothing by themselves: files that were handed out are the same for everyone.',
    copies.map(
      ({ ids, exact }) =>
        html`<li>${exact ? 'Same files' : 'The same except for white space and comments'}: ${clip(ids.join(', '), 2_000)}</li>`,
    ),
  )}${list(
    'Similar submissions',
    'Their programs are alike in their structure, whatever names and comments they have. That proves nothing by itself.',
    similar.map(
      ({ ids, similarity, at }) =>
        html`<li><a href="${SIMILAR_PAGE}#${pairId(at)}">${percent(similarity)}</a> ${clip(ids.join(' and '), 400)}</li>`,
    ),
  )}${list(
    'Earlier attempts, which do not count',
    '',
    earlier.map(
      ({ id, earlier: attempts }) => html`<li><strong>${id}</strong> ${clip(attempts.join(', '), 600)}</li>`,
    ),
  )}${list(
    'Files whose original names were restored',
    '',
    renamed.map(
      ({ id, renamed: names }) => html`<li><strong>${id}</strong> ${clip(names.join(', '), 600)}</li>`,
    ),
  )}`;
}

function linkHtml(text: string, place: string | undefined): Markup {
  return place === undefined ? html`${text}` : html`<a href="#${place}">${text}</a>`;
}

function list(title: string, about: string, items: readonly Markup[]): Markup {
  if (items.length === 0) return NOTHING;
  const rest = items.length - MOST;
  return html`<section class="staff"><h2>${title} <span class="soft">${items.length}</span></h2>${about === '' ? NOTHING : html`<p class="soft">${about}</p>`}<ul>
${join(items.slice(0, MOST), '\n')}
</ul>${rest > 0 ? html`<p class="soft">${count(rest, 'more line')}.</p>` : NOTHING}</section>`;
}
