import path from 'node:path';
import { defined } from '../base/defined.ts';
import { UserError } from '../base/user-error.ts';
import { version } from '../base/version.ts';
import type { RunChecker } from '../grading/checker.ts';
import { loadAssignment } from '../grading/load-assignment.ts';
import type { Recording } from '../grading/recording-of.ts';
import { unableReport } from '../grading/unable.ts';
import type { Report, ScenarioSpec } from '../model/index.ts';
import type { Assignment } from '../spec/read.ts';
import { chooseLatePolicy, latenesses } from './apply-late.ts';
import { chosenScenarios } from './chosen-scenarios.ts';
import { placeStudents, readDecisions } from './decisions/decisions.ts';
import { resolveExtensions } from './decisions/extensions.ts';
import { keep } from './grade-all.ts';
import { readRoster } from './gradebook/roster.ts';
import { JOURNAL, Journal } from './journal.ts';
import { isWhollyJudged, RecordedJudge } from './judge-recorded.ts';
import { type Manifest, readManifest, writeManifest } from './manifest.ts';
import { type GradebookOptions, gradebookOptionsOf, type LateOptions } from './options.ts';
import { type Outcome, writeOutputs } from './outputs.ts';
import type { Watcher } from './progress.ts';
import { resultKey } from './result.ts';
import { holdResults } from './results-folder.ts';
import { seedOf, settingsOf } from './settings.ts';
import { specFingerprint } from './spec-fingerprint.ts';
import { loadRecording, loadReport } from './student-files.ts';
import type { Submission } from './types.ts';

/** What a batch is judged again by; gradebooks are made as they were, but for what is said here. */
export interface RejudgeBatchOptions extends GradebookOptions, LateOptions {
  /** The folder that the batch wrote; the new results take the place of the old ones. */
  readonly out: string;
  /** @default the one that it was graded by */
  readonly spec?: string;
  readonly params?: Readonly<Record<string, string>>;
  /** @default what was asked for when it was graded */
  readonly only?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Runs the checkers of the course. */
  readonly runChecker: RunChecker;
}

/**
 * Judges a whole batch again from what was recorded of each submission: new points, hints, visibility and matchers, without
 * running a submission. What a recording can't tell is inconclusive, and graded by the next batch.
 */
export async function rejudgeBatch(asked: RejudgeBatchOptions, watch: Watcher): Promise<Outcome> {
  const { out, env } = asked;
  const before = await readManifest(out);
  const options = { ...before.options, ...asked };
  const recording = await firstRecording(out, before.submissions);
  const spec = asked.spec ?? path.resolve(recording.settings.cwd, recording.settings.spec);
  const params = { ...recording.settings.params, ...asked.params };
  const only = asked.only ?? recording.settings.only;
  const unseeded = await loadAssignment(spec, params, '', env);
  const scenarios = chosenScenarios(unseeded, only);
  const outline = scenarios.map(({ id, title, points, visibility }) => ({ id, title, points, visibility }));
  const decisions = readDecisions(out, options, outline);
  const roster = options.roster === undefined ? undefined : await readRoster(options.roster);
  const policy = chooseLatePolicy(unseeded.spec.latePolicy, options);
  const held = await holdResults(out, { title: before.spec.title, inputs: [] }, (host) =>
    watch({ type: 'locked', host }),
  );
  let journal: Journal | undefined;
  try {
    journal = await Journal.open(path.join(out, JOURNAL));
    if (journal.damage) watch({ type: 'damage', damage: journal.damage });
    const judge = new RecordedJudge({
      out,
      spec,
      params,
      only,
      runChecker: asked.runChecker,
      ...defined({ env }),
    });
    await refuseUnrecorded(out, before.submissions, journal);
    const { matches } = placeStudents(before.submissions, roster, decisions);
    const { bySubmission } = resolveExtensions(decisions.extensions, before.submissions, { roster, matches });
    const fingerprint = specFingerprint(unseeded);
    const settings = settingsOf({ ...(before.settings as object), only, seed: seedOf(before, fingerprint) });
    const manifest: Manifest = {
      ...before,
      grader: { version: version() },
      spec: { title: unseeded.spec.title, file: unseeded.spec.file, fingerprint },
      settings,
      options: gradebookOptionsOf(options),
      scenarios: outline,
      latePolicy: policy ?? null,
      lateness: latenesses(before.submissions, policy, bySubmission),
      keys: Object.fromEntries(
        before.submissions.map(({ id, sha256 }) => [id, resultKey(sha256, fingerprint, version(), settings)]),
      ),
    };
    await writeManifest(out, manifest);
    watch({ type: 'begin', manifest, kept: [] });
    const keeping = {
      out,
      journal,
      keys: manifest.keys,
      lateness: manifest.lateness,
      check: held.check,
      finished: (submission: Submission, result: Parameters<Journal['add']>[0]) =>
        watch({ type: 'finished', submission, result }),
    };
    for (const submission of manifest.submissions) {
      const old = journal.results.get(submission.id);
      if (old === undefined) continue;
      const judged = await judge.judge(submission);
      const report =
        judged?.report ?? (await unableAgain(out, submission, { assignment: unseeded, scenarios }));
      const own = judged === undefined ? {} : { recording: judged.recording };
      // What the recording does not tell is for the next batch to find out.
      const final = old.again && (report === undefined || isWhollyJudged(report));
      if (report !== undefined) await keep(submission, { report, final, ...own }, keeping);
    }
    return await writeOutputs(out, { manifest, results: journal.results, roster, decisions }, options);
  } finally {
    await journal?.close();
    await held.release();
  }
}

/** Any of the recordings: they all were made by the same specification and settings. */
async function firstRecording(out: string, submissions: readonly Submission[]): Promise<Recording> {
  for (const { id } of submissions) {
    const recording = await loadRecording(out, id);
    if (recording !== undefined) return recording;
  }
  throw new UserError({
    where: out,
    what: 'nothing was recorded there',
    fix: 'Give the batch command again: it grades what changed, and records it.',
  });
}

/** Results without a recording would be lost: older versions kept none. Those of what can't be graded need none. */
async function refuseUnrecorded(
  out: string,
  submissions: readonly Submission[],
  { results }: Journal,
): Promise<void> {
  const lacking: string[] = [];
  for (const { id, sha256 } of submissions) {
    if (!results.has(id)) continue;
    const recording = await loadRecording(out, id);
    if (recording?.report.submission.sha256 === sha256) continue;
    const report = await loadReport(out, id);
    if (report === undefined || hasRun(report)) lacking.push(id);
  }
  if (lacking.length === 0) return;
  throw new UserError({
    where: out,
    what: `${lacking.length} submissions have a result and no recording: ${lacking.slice(0, 5).join(', ')}${lacking.length > 5 ? ' …' : ''}`,
    fix: 'They were graded by an older version, or their files changed. Give the batch command again: it grades them anew.',
  });
}

function hasRun({ scenarios }: Report): boolean {
  return scenarios.some(({ attempts }) => attempts > 0);
}

/** What could not be graded can't be graded by another specification either, for the same reason. */
async function unableAgain(
  out: string,
  submission: Submission,
  { assignment, scenarios }: { readonly assignment: Assignment; readonly scenarios: readonly ScenarioSpec[] },
): Promise<Report | undefined> {
  const old = await loadReport(out, submission.id);
  const finding = old?.scenarios[0]?.findings[0];
  if (old === undefined || finding === undefined) return undefined;
  const why = {
    ...defined({ because: finding.because }),
    what: finding.summary,
    ...defined({ fix: finding.hint }),
  };
  const { isolation, seed, startedAt } = old;
  const report = unableReport(assignment, scenarios, why, { isolation, seed, startedAt });
  return { ...report, submission: old.submission };
}
