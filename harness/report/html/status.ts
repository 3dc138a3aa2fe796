import type { Status, Verdict } from '../../model/index.ts';
import { html, type Markup, score } from './text.ts';

const WORDS: Readonly<Record<Status, string>> = {
  pass: 'passed',
  fail: 'failed',
  inconclusive: 'inconclusive',
  skip: 'skipped',
};
const SIGNS: Readonly<Record<Status, string>> = { pass: '✓', fail: '✗', inconclusive: '?', skip: '–' };

/** "passed", "failed" … */
export function statusLabel(status: Status): string {
  return WORDS[status];
}

/** A sign that differs in shape and in colour, with the word for those who see neither. */
export function statusSign(status: Status): Markup {
  return html`<span class="sign ${status}" aria-hidden="true">${SIGNS[status]}</span><span class="vh">${WORDS[status]}: </span>`;
}

/** The points of a scenario: what there is none of says so, and an inconclusive one has no number. */
export function pointsOf({ status, points, maxPoints }: Verdict): Markup {
  if (maxPoints === 0) return html`<span class="soft">no points</span>`;
  if (status === 'inconclusive' || status === 'skip')
    return html`<span class="${status}"><span aria-hidden="true">–</span><span class="vh">not judged, of</span></span> / ${score(maxPoints)}`;
  return html`${score(points)} / ${score(maxPoints)}`;
}

/** "1.3 s". */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
