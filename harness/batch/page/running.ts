import { count, html, join, type Markup } from '../../report/html/text.ts';
import { type Running, rateOf, secondsLeft } from '../running.ts';

/** How far a batch has come that runs, with its share of the queue where it has one. The script reads the page again. */
export function runningHtml(running: Running): Markup {
  const { done, total, updated, host } = running;
  const parts = describeRunning(running).map((text) => html`<span>${text}</span>`);
  return html`<div class="running" id="running" role="status"><progress max="${total}" value="${done}" aria-label="Graded">${done} of ${total}</progress> ${join(parts, ' · ')} <span class="soft">as of <time datetime="${updated}">${updated.slice(11, 19)} UTC</time>, ${host}</span></div>`;
}

/** What there is to say of it, as short phrases. */
export function describeRunning(running: Running): readonly string[] {
  const { done, total, queue } = running;
  const rate = rateOf(running);
  const left = secondsLeft(running);
  return [
    `${done} of ${total} graded`,
    `${running.running} being graded`,
    ...(queue === undefined ? [] : [describeShare(running.running, queue)]),
    ...(rate > 0 ? [`${rate.toFixed(rate < 10 ? 1 : 0)} a minute`] : []),
    ...(left === undefined || left === 0 ? [] : [`${describeTime(left)} left`]),
  ];
}

function describeShare(own: number, { workers, all, batches }: NonNullable<Running['queue']>): string {
  const whole = `${count(workers, 'worker')} of the queue`;
  if (all === 0) return `${whole} idle`;
  const share = `${own} of ${all} at ${whole}`;
  return batches > 1
    ? `${share} (${Math.round((100 * own) / all)} %, with ${batches - 1} other ${batches === 2 ? 'batch' : 'batches'})`
    : share;
}

/** "45 s", "3 min", "1 h 20 min". */
export function describeTime(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
