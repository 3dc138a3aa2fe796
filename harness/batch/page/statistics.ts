import { clip, html, join, type Markup, NOTHING, score } from '../../report/html/text.ts';
import type { GradeRow } from '../gradebook/row.ts';
import type { ManifestScenario } from '../manifest.ts';
import type { ScenarioResult } from '../result.ts';
import { SEEN } from './shown.ts';

/** How many passed each scenario, and how long it took. */
export function scenariosHtml(rows: readonly GradeRow[], scenarios: readonly ManifestScenario[]): Markup {
  const byScenario = new Map(scenarios.map(({ id }) => [id, [] as ScenarioResult[]]));
  for (const { result } of rows)
    for (const scenario of result?.scenarios ?? []) byScenario.get(scenario.id)?.push(scenario);
  const lines = scenarios.map(({ id, title, points, visibility }) => {
    const all = byScenario.get(id) ?? [];
    const count = (status: string) => all.filter((one) => one.status === status).length;
    const [passed, failed, open] = [count('pass'), count('fail'), count('inconclusive')];
    const judged = passed + failed;
    const times = all
      .map(({ ms }) => ms)
      .filter((ms) => ms > 0)
      .sort((a, b) => a - b);
    const rate = judged === 0 ? '' : `${Math.round((100 * passed) / judged)} %`;
    const share = (number: number) => (all.length === 0 ? 0 : (160 * number) / all.length);
    const bar = html`<svg width="160" height="10" viewBox="0 0 160 10" aria-hidden="true"><rect class="none" width="160" height="10"/><rect class="good" width="${share(passed).toFixed(1)}" height="10"/><rect class="bad" x="${share(passed).toFixed(1)}" width="${share(failed).toFixed(1)}" height="10"/><rect class="warn" x="${share(judged).toFixed(1)}" width="${share(open).toFixed(1)}" height="10"/></svg>`;
    const seen = SEEN[visibility] === '' ? NOTHING : html` <span class="seen">${SEEN[visibility]}</span>`;
    return html`<tr class="${visibility === 'visible' ? '' : 'hid'}"><th scope="row">${id}${seen}</th><td>${clip(title, 90)}</td><td class="n">${score(points)}</td><td class="n">${rate}</td><td>${bar}</td><td class="n">${failed}</td><td class="n">${open}</td><td class="n">${seconds(at(times, 0.5))}</td><td class="n">${seconds(at(times, 0.95))}</td></tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Results and times"><table><thead><tr><th scope="col">Scenario</th><th scope="col">Title</th><th class="n" scope="col">Points</th><th class="n" scope="col">Passed</th><th scope="col"><span class="vh">Share</span></th><th class="n" scope="col">Failed</th><th class="n" scope="col">Inconclusive</th><th class="n" scope="col">Median s</th><th class="n" scope="col">95% s</th></tr></thead><tbody>
${join(lines, '\n')}
</tbody></table></div>`;
}

function at(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '' : (ms / 1000).toFixed(1);
}

const BINS = 10;

/** How many students got how many points. */
export function distributionHtml(rows: readonly GradeRow[], maxPoints: number): Markup {
  const grades = rows.map(({ grade }) => grade).filter((grade) => grade !== undefined);
  const bins = Array.from({ length: BINS }, () => 0);
  for (const grade of grades) {
    const bin = maxPoints === 0 ? 0 : Math.min(BINS - 1, Math.max(0, Math.floor((grade / maxPoints) * BINS)));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  const most = Math.max(1, ...bins);
  const bars = bins.map((count, bin) => {
    const height = Math.round((count / most) * 100);
    const from = score((bin * maxPoints) / BINS);
    const to = score(((bin + 1) * maxPoints) / BINS);
    return html`<g><title>${from} to ${to} points: ${count}</title><rect class="bar" x="${bin * 52 + 2}" y="${116 - height}" width="46" height="${height}"/><text x="${bin * 52 + 25}" y="${112 - height}" text-anchor="middle">${count}</text><text x="${bin * 52 + 2}" y="132">${from}</text></g>`;
  });
  const sum = grades.reduce((so, grade) => so + grade, 0);
  const sorted = [...grades].sort((a, b) => a - b);
  const figures =
    grades.length === 0
      ? 'No grades yet.'
      : `${grades.length} graded, mean ${score(sum / grades.length)}, median ${score(at(sorted, 0.5) ?? 0)} of ${score(maxPoints)}.`;
  return html`<p class="soft">${figures}</p><svg width="524" height="140" viewBox="0 0 524 140" role="img" aria-label="Distribution of grades: ${figures}">${join(bars)}<text x="522" y="132" text-anchor="end">${score(maxPoints)}</text></svg>`;
}
