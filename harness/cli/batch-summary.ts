import path from 'node:path';
import { wrapAnsi } from 'fast-wrap-ansi';
import { plainLine } from '../base/plain.ts';
import { inNoPart } from '../batch/manifest.ts';
import type { Outcome } from '../batch/outputs.ts';
import { count } from './batch-progress.ts';
import { EXIT } from './exit.ts';

/** Most concerns that are shown; `to-look-at.csv` has them all. */
const MOST = 12;

/** The outcome of a batch, in a few lines. */
export function batchSummary(
  { manifest, done, graded, concerns, files, results }: Outcome,
  out: string,
  width: number,
): string {
  const total = manifest.submissions.length;
  const waiting = total - done;
  const open = done - graded;
  const missing = inNoPart(manifest).length;
  const figures = [
    `${graded} of ${count(total, 'submission')} graded`,
    ...(open > 0 ? [`${open} without a grade`] : []),
    ...(missing > 0 ? [`${missing} in no part`] : []),
    ...(waiting > 0 ? [`${waiting} not started or not finished`] : []),
  ];
  const shown = concerns.filter(({ grade }) => grade !== 'not graded yet');
  const lines = shown.slice(0, MOST).map(({ who, submission, what }) => {
    const id = submission === undefined ? '' : ` (${plainLine(submission, 80)})`;
    const text = `${plainLine(who, 80)}${id}: ${plainLine(what, 240)}`;
    return wrapAnsi(text, Math.max(20, width - 6), { trim: true }).replaceAll('\n', '\n      ');
  });
  const rest = shown.length - lines.length;
  return [
    figures.join(', '),
    ...(total === 0 ? [] : [effort(results, manifest)]),
    ...(lines.length > 0 ? ['  To look at:', ...lines.map((line) => `    ${line}`)] : []),
    ...(rest > 0 ? [`    … and ${rest} more in ${path.join(out, 'to-look-at.csv')}`] : []),
    `  Overview:  ${path.join(out, 'index.html')}`,
    ...files
      .filter((name) => /^(gradebook|feedback)/.test(name))
      .map((name) => `  ${label(name)}${path.join(out, name)}`),
    '',
  ].join('\n');
}

/** How sure the verdicts came about: what was tried again, and how long deadlines waited for a busy machine. */
function effort(results: Outcome['results'], { submissions }: Outcome['manifest']): string {
  const all = submissions.flatMap(({ id }) => results.get(id) ?? []);
  const scenarios = all.flatMap((result) => result.scenarios);
  const sum = (pick: (result: (typeof all)[number]) => number) =>
    all.reduce((so, result) => so + pick(result), 0);
  const inconclusive = scenarios.filter(({ status }) => status === 'inconclusive').length;
  const seconds = (sum(({ granted = 0 }) => granted) / 1000).toFixed(1);
  const retried = sum(({ retried: some = 0 }) => some);
  const share = (some: number) => ((1_000 * some) / Math.max(1, scenarios.length)).toFixed(1);
  const shares =
    retried + inconclusive > 0
      ? `\n    per 1,000: ${share(retried)} tried again, ${share(inconclusive)} inconclusive`
      : '';
  const tries = `${retried} tried again, ${inconclusive} inconclusive`;
  return `  ${count(scenarios.length, 'scenario')}: ${tries}, ${seconds} s granted to waiting programs${shares}`;
}

function label(name: string): string {
  return name.startsWith('feedback') ? 'Feedback:  ' : 'Gradebook: ';
}

/** A batch that is done is a success, however students did; without some grade, or its place, a person is needed. */
export function batchStatus({ manifest, graded, concerns }: Outcome): number {
  const isComplete =
    graded === manifest.submissions.length && concerns.every(({ grade }) => grade === undefined);
  return isComplete ? EXIT.passed : EXIT.inconclusive;
}
