import { renderPage } from '../report/html/page.ts';
import { clip, count, html, join, type Markup, NOTHING } from '../report/html/text.ts';
import type { Pair } from './compare.ts';
import { sideHtml } from './side.ts';
import SCRIPT from './similar.client.js';
import STYLE from './similar.css';

/** What is said of a comparison. */
export interface ComparedPage {
  /** Of the assignment. */
  readonly title: string;
  readonly pairs: readonly Pair[];
  /** From 0 to 1. */
  readonly threshold: number;
  /** Submissions that were compared. */
  readonly compared: number;
  /** Files that were not compared, as `submission/file`. */
  readonly leftOut: readonly string[];
  /** What the course handed out was left out. */
  readonly hasStarter: boolean;
  /** Who handed a submission in. */
  readonly nameOf: (id: string) => string;
  /** The address of a submission's own page. */
  readonly addressOf: (id: string) => string;
}

/** Characters of markup that are spent on pairs side by side; the least alike are only listed beyond that. */
const MOST = 24 * 1024 ** 2;

/** The id in the page of the pair at this place. */
export function pairId(at: number): string {
  return `pair-${at + 1}`;
}

/** The pairs of a course that are alike, side by side, as one page that needs nothing else. For staff only. */
export function renderSimilar(page: ComparedPage): string {
  const { title, pairs, threshold, compared, leftOut, hasStarter } = page;
  const from = `${percent(threshold)} or more`;
  let room = MOST;
  const items = pairs.map((pair, at) => {
    const inside = room > 0 ? pairHtml(pair, at) : NOTHING;
    room -= inside.text.length;
    return itemHtml(pair, at, { page, inside });
  });
  const main = html`<header><h1>Similar submissions: ${clip(title, 120)}</h1>
<p>${count(compared, 'submission')} compared, ${count(pairs.length, 'pair')} of which ${from} is the same. For staff only.</p>
<p class="soft">Names, texts, numbers, types, comments and layout make no difference${hasStarter ? ', and what the course handed out is left out' : ''}. Similar programs prove nothing by themselves: read them, and ask their authors.</p></header>
${items.length === 0 ? html`<p>No pairs.</p>` : join(items, '\n')}
${leftOut.length === 0 ? NOTHING : html`<h2>Not compared, being too large</h2><p class="soft">${clip(leftOut.join(', '), 4_000)}</p>`}`;
  return renderPage({
    title: `Similar submissions: ${clip(title, 120)}`,
    style: STYLE,
    script: SCRIPT,
    main,
  });
}

/** "87 %". */
export function percent(share: number): string {
  return `${Math.floor(100 * share + 1e-9)} %`;
}

function itemHtml(
  { left, right, similarity, of }: Pair,
  at: number,
  { page, inside }: { readonly page: ComparedPage; readonly inside: Markup },
): Markup {
  const who = ({ id }: { readonly id: string }) => {
    const name = page.nameOf(id);
    return html`${clip(id, 90)}${name === '' || name === id ? NOTHING : html` <span class="soft">${clip(name, 90)}</span>`}`;
  };
  const head = html`<strong class="share">${percent(similarity)}</strong> <span>${who(left)}</span> <span class="soft">and</span> <span>${who(right)}</span> <span class="soft">(${percent(of[0])} and ${percent(of[1])} of them)</span>`;
  const links = html`<p class="soft">Reports: <a href="${page.addressOf(left.id)}">${clip(left.id, 90)}</a>, <a href="${page.addressOf(right.id)}">${clip(right.id, 90)}</a></p>`;
  return inside === NOTHING
    ? html`<p id="${pairId(at)}">${head} <span class="soft">Not shown here, since there are so many: give a higher --threshold.</span></p>`
    : html`<details id="${pairId(at)}"><summary>${head}</summary>${links}${inside}</details>`;
}

function pairHtml({ left, right, tiles }: Pair, at: number): Markup {
  const inLeft = tiles.map(({ left: start, length }) => ({ start, length }));
  const inRight = tiles.map(({ right: start, length }) => ({ start, length }));
  return html`<div class="pair">${sideHtml(left, inLeft, { own: `${pairId(at)}-l`, other: `${pairId(at)}-r` })}${sideHtml(right, inRight, { own: `${pairId(at)}-r`, other: `${pairId(at)}-l` })}</div>`;
}
