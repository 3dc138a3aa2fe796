import { type Keeping, keep } from './grade-all.ts';
import { isWhollyJudged, type RecordedJudge } from './judge-recorded.ts';
import type { Manifest } from './manifest.ts';
import type { BatchOptions } from './options.ts';
import type { Watcher } from './progress.ts';
import type { Result } from './result.ts';
import type { Submission } from './types.ts';

/** As many recordings are tried, before it is said that all of them are enough. */
const SAMPLES = 3;

/**
 * Says so when a specification has changed in what is judged only, and what was recorded is enough for new grades: nothing
 * would have to be run.
 */
export async function offerToJudge(
  judge: RecordedJudge,
  {
    before,
    manifest,
    results,
    options,
    watch,
  }: {
    readonly before: Manifest | undefined;
    readonly manifest: Manifest;
    readonly results: ReadonlyMap<string, Result>;
    readonly options: Pick<BatchOptions, 'fresh' | 'regrade' | 'rejudge'>;
    readonly watch: Watcher;
  },
): Promise<void> {
  const isAsked = options.fresh || options.rejudge || options.regrade.length > 0;
  if (isAsked || before === undefined || before.spec.fingerprint === manifest.spec.fingerprint) return;
  const waiting = manifest.submissions.filter(({ id }) => {
    const result = results.get(id);
    return result !== undefined && result.key !== manifest.keys[id];
  });
  for (const submission of waiting.slice(0, SAMPLES)) {
    const judged = await judge.judge(submission).catch(() => undefined);
    if (judged === undefined || !isWhollyJudged(judged.report)) return;
  }
  if (waiting.length > 0) watch({ type: 'judging is enough', count: waiting.length });
}

/** Judges again what has a recording that tells all that is asked now; the rest is left to be graded. */
export async function judgeRecorded(
  judge: RecordedJudge,
  submissions: readonly Submission[],
  results: ReadonlyMap<string, Result>,
  keeping: Omit<Keeping, 'finished'>,
): Promise<void> {
  for (const submission of submissions) {
    const old = results.get(submission.id);
    if (old === undefined || old.key === keeping.keys[submission.id]) continue;
    const judged = await judge.judge(submission).catch(() => undefined);
    if (judged === undefined || !isWhollyJudged(judged.report)) continue;
    await keep(submission, { ...judged, final: old.again }, { ...keeping, finished: () => {} });
  }
}
