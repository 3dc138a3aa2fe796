import { renderPage } from '../report/html/page.ts';
import { html, join, type Markup, NOTHING } from '../report/html/text.ts';
import STYLE from './calibration.css';
import { alike, type Calibration, catchNothing, isSound, type MutantRow, notTried, place } from './result.ts';
import { resultLine } from './table.ts';

const WORDS: Readonly<Record<MutantRow['outcome'], string>> = {
  caught: 'caught',
  survived: 'survives',
  unsure: 'inconclusive',
  harmless: 'may survive',
};

/** A calibration as one page that needs nothing else: no network and no script. */
export function renderCalibration(calibration: Calibration): string {
  const { title, spec, solution, rounds } = calibration;
  const main = html`<h1>Calibration of ${title}</h1>
<p class="${isSound(calibration) ? 'good' : 'bad'}">${resultLine(calibration)}</p>
<p class="soft">${spec}, reference solution ${solution}, ${rounds} ${rounds === 1 ? 'round' : 'rounds'} idle and ${rounds} under load</p>
${flickers(calibration)}
${reference(calibration)}
${mutants(calibration)}
${remarks(calibration)}`;
  return renderPage({ title: `Calibration of ${title}`, style: STYLE, main });
}

function flickers(calibration: Calibration): Markup {
  if (calibration.flickers.length === 0) return NOTHING;
  const items = calibration.flickers.map(
    ({ scenario, round, loaded, status, again, step, summary }) =>
      html`<li><b>${scenario}</b>, round ${round}${loaded ? ' under load' : ''}: ${again ? 'passed only the second time' : status}${step ? ` at ${place(step)}` : ''}. ${summary}</li>`,
  );
  return html`<h2 class="bad">Where the reference solution went wrong</h2><ul>${join(items)}</ul>`;
}

function reference(calibration: Calibration): Markup {
  const time = (values: readonly number[]) =>
    html`<td class="number">${values.length === 0 ? '–' : `${Math.min(...values)} … ${Math.max(...values)}`}</td>`;
  const rows = calibration.reference.map(
    ({ id, points, status, idle, loaded }) =>
      html`<tr><th scope="row">${id}</th><td class="number">${points}</td><td class="${status === 'pass' ? 'good' : 'bad'}">${status}</td>${time(idle)}${time(loaded)}</tr>`,
  );
  return html`<h2>Reference solution</h2><div class="scroll"><table>
<thead><tr><th>Scenario</th><th>Points</th><th>Verdict</th><th>Idle, ms</th><th>Under load, ms</th></tr></thead>
<tbody>${join(rows)}</tbody></table></div>`;
}

function mutants({ mutants: rows, reference: scenarios }: Calibration): Markup {
  if (rows.length === 0) return NOTHING;
  const heads = scenarios.map(({ id }) => html`<th class="slant" scope="col">${id}</th>`);
  const cells = (row: MutantRow) =>
    scenarios.map(({ id }) => {
      const caught = row.by.find(({ scenario }) => scenario === id);
      return caught ? html`<td class="mark bad" title="${caught.summary}">✗</td>` : html`<td></td>`;
    });
  const change = ({ name, change: lines }: MutantRow, single: boolean) =>
    lines.length === 0
      ? NOTHING
      : html`${single ? NOTHING : html`<p>${name}</p>`}<pre>${lines.join('\n')}</pre>`;
  const body = alike(rows).map((group) => {
    const [row] = group;
    const single = group.length === 1;
    const name = single ? row.name : `${row.kind}, ${group.length} places`;
    const changes = join(group.map((each) => change(each, single)));
    return html`<tr><th scope="row"><details><summary>${name}</summary>${row.about}${changes}</details></th>
<td class="${row.outcome === 'caught' ? 'good' : row.outcome === 'harmless' ? 'soft' : 'bad'}">${WORDS[row.outcome]}${row.outcome === 'harmless' ? `: ${row.reason}` : ''}</td>${join(cells(row))}</tr>`;
  });
  return html`<h2>Mutants, and which scenario catches them</h2><div class="scroll"><table>
<thead><tr><th>Mutant</th><th>Outcome</th>${join(heads)}</tr></thead>
<tbody>${join(body, '\n')}</tbody></table></div>`;
}

function remarks(calibration: Calibration): Markup {
  const idle = calibration.mutants.length === 0 ? [] : catchNothing(calibration);
  const dropped = notTried(calibration).map((text) => html`<li>${text}</li>`);
  const { none } = calibration;
  return join([
    none === undefined ? NOTHING : html`<p class="bad">No mutants were made: ${none}.</p>`,
    idle.length === 0 ? NOTHING : html`<p>Catches nothing: ${idle.join(', ')}.</p>`,
    dropped.length === 0 ? NOTHING : html`<h2>Not tried</h2><ul>${join(dropped)}</ul>`,
  ]);
}
