import { hundredths } from '../../base/units.ts';
import { worst } from '../../judge/sum.ts';
import type { Visibility } from '../../model/index.ts';
import type { GradeRow } from '../gradebook/row.ts';
import type { ManifestScenario } from '../manifest.ts';
import type { Result } from '../result.ts';
import type { PageContent } from './page.ts';

/** When students see a scenario, where that is not at once. */
export const SEEN: Readonly<Record<Visibility, string>> = {
  visible: '',
  after_due_date: 'after the due date',
  after_published: 'after publishing',
  hidden: 'hidden',
};

/**
 * The same with nothing but what every student may see. Points, status and time are summed again over that, and nothing
 * is taken off for being late, so that no difference tells of what is left out. The same object when nothing is.
 */
export function visibleOnly(content: PageContent): PageContent {
  const scenarios = content.manifest.scenarios.filter(({ visibility }) => visibility === 'visible');
  if (scenarios.length === content.manifest.scenarios.length) return content;
  const maxPoints = sum(scenarios.map(({ points }) => points));
  // Students of a group share a result.
  const results = new Map<Result, Result>();
  const rows = content.rows.map(({ grade: _, result, open: __, setByStaff: ___, ...row }): GradeRow => {
    if (result === undefined) return row;
    const shown = results.get(result) ?? visibleResult(result, scenarios, maxPoints);
    results.set(result, shown);
    return {
      ...row,
      off: 0,
      result: shown,
      ...(shown.open === undefined ? { grade: shown.points } : { open: shown.open }),
    };
  });
  return { ...content, manifest: { ...content.manifest, scenarios }, rows, maxPoints };
}

function visibleResult(whole: Result, visible: readonly ManifestScenario[], maxPoints: number): Result {
  const { open: _, ...result } = whole;
  const worth = new Map(visible.map(({ id, points }) => [id, points]));
  const scenarios = result.scenarios.filter(({ id }) => worth.has(id));
  const counted = scenarios.filter(({ id, status }) => status !== 'skip' && (worth.get(id) ?? 0) > 0);
  const deciding = counted.length > 0 ? counted : scenarios;
  const isOpen = counted.some(({ status }) => status === 'inconclusive');
  return {
    ...result,
    scenarios,
    status: worst(deciding.map(({ status }) => status)),
    points: sum(scenarios.map(({ points }) => points)),
    maxPoints,
    ms: sum(scenarios.map(({ ms }) => ms)),
    ...(isOpen ? { open: 'it could not be judged' } : {}),
  };
}

function sum(numbers: readonly number[]): number {
  return hundredths(numbers.reduce((so, one) => so + one, 0));
}
