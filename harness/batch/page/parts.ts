import { renderPage } from '../../report/html/page.ts';
import { clip, html, join, NOTHING } from '../../report/html/text.ts';
import type { PartStatus, WholeStatus } from '../part-status.ts';
import { rateOf, secondsLeft } from '../running.ts';
import STYLE from './overview.css';
import SCRIPT from './parts.client.js';
import { describeTime } from './running.ts';

interface Surroundings {
  /** The address of a part's own overview. */
  readonly addressOf: (folder: string) => string;
  /** It is not written again. */
  readonly isOver: boolean;
  readonly now: Date;
}

/** How far all parts of a course are, as one page that reads itself again while they run. */
export function renderParts(status: WholeStatus, { addressOf, isOver, now }: Surroundings): string {
  const { title, parts, total, done, missing, waiting, rate, left } = status;
  const whole = [
    `${done} of ${total} graded`,
    ...(rate > 0 ? [`${rate.toFixed(1)} a minute`] : []),
    ...(left !== undefined && left > 0 ? [`${describeTime(left)} left`] : []),
  ];
  const rows = parts.map(
    (part) =>
      html`<tr><th scope="row"><a href="${addressOf(part.folder)}">${clip(part.folder, 90)}</a></th><td>${part.shard === undefined ? '' : `${part.shard.index} of ${part.shard.count}`}</td><td><progress max="${part.total}" value="${part.done}" aria-label="Graded">${part.done} of ${part.total}</progress></td><td class="n">${part.done}</td><td class="n">${part.total}</td><td class="n">${part.passed}</td><td class="n">${part.failed}</td><td class="n">${part.inconclusive}</td><td>${stateOf(part)}</td></tr>`,
  );
  const main = html`<header><h1>${clip(title, 200)}: ${parts.length} ${parts.length === 1 ? 'part' : 'parts'}</h1>
<p><progress max="${total}" value="${done}" aria-label="Graded">${done} of ${total}</progress> ${whole.join(' · ')}</p>
<p class="soft">As of <time datetime="${now.toISOString()}">${now.toISOString().slice(0, 19).replace('T', ' ')} UTC</time>${isOver ? NOTHING : html`<span id="running">, read again every few seconds</span>`}</p></header>
${waiting.length === 0 ? NOTHING : html`<p>No batch has begun in ${clip(waiting.join(', '), 600)}.</p>`}
${missing.length === 0 ? NOTHING : html`<p><strong>Parts that are not here: ${missing.join(', ')}</strong></p>`}
<div class="scroll" tabindex="0" role="group" aria-label="Table of parts"><table><thead><tr><th scope="col">Part</th><th scope="col">Of</th><th scope="col"><span class="vh">Progress</span></th><th class="n" scope="col">Graded</th><th class="n" scope="col">Submissions</th><th class="n" scope="col">Passed</th><th class="n" scope="col">Failed</th><th class="n" scope="col">Inconclusive</th><th scope="col">State</th></tr></thead><tbody>
${join(rows, '\n')}
</tbody></table></div>`;
  return renderPage({
    title: `${clip(title, 120)}: ${done} of ${total}`,
    style: STYLE,
    script: SCRIPT,
    main,
  });
}

function stateOf({ running, done, total }: PartStatus): string {
  if (running === undefined) return done === total ? 'done' : 'not running';
  const left = secondsLeft(running);
  const rate = `${running.running} being graded on ${clip(running.host, 40)}, ${rateOf(running).toFixed(1)} a minute`;
  return left === undefined ? rate : `${rate}, ${describeTime(left)} left`;
}
