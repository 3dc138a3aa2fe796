import path from 'node:path';
import { defined, whenGiven } from '../base/defined.ts';
import { version } from '../base/version.ts';
import { loadAssignment } from '../grading/load-assignment.ts';
import { withSeed } from '../spec/with-seed.ts';
import { CheckersInWorker } from '../worker/checkers-in-worker.ts';
import { chooseLatePolicy, latenesses, withTimes } from './apply-late.ts';
import { chosenScenarios } from './chosen-scenarios.ts';
import { closeToOthers } from './close-to-others.ts';
import { placeStudents, readDecisions, readDecisionsAgain } from './decisions/decisions.ts';
import { resolveExtensions } from './decisions/extensions.ts';
import type { Executor, Grading } from './executor.ts';
import { goneFrom } from './gone.ts';
import { gradeAll } from './grade-all.ts';
import { readRoster } from './gradebook/roster.ts';
import { isStudentOf } from './gradebook/same-student.ts';
import { submissionFolder, takeIn } from './intake/intake.ts';
import { programFiles } from './intake/program-names.ts';
import { JOURNAL, Journal } from './journal.ts';
import { RecordedJudge } from './judge-recorded.ts';
import { LiveStatus } from './live.ts';
import { writeLiveIndex } from './live-index.ts';
import { LocalExecutor } from './local-executor.ts';
import { type Manifest, readManifest, writeManifest } from './manifest.ts';
import { judgeRecorded, offerToJudge } from './offer.ts';
import { type BatchOptions, gradebookOptionsOf } from './options.ts';
import { type Outcome, writeOutputs } from './outputs.ts';
import type { Watcher } from './progress.ts';
import { checkRegrade, forgetWhatIsToBeRegraded } from './regrade.ts';
import { resultKey } from './result.ts';
import { holdResults } from './results-folder.ts';
import { settingsOf, usualSeed } from './settings.ts';
import { compareBatch, readStarter } from './similar.ts';
import { specFingerprint } from './spec-fingerprint.ts';

const NEVER = new AbortController().signal;

/** Grades many submissions: takes them in, grades those that have no result yet, and writes gradebook and index. */
export async function batch(options: BatchOptions, watcher: Watcher): Promise<Outcome> {
  const { out, drain = NEVER, stop = NEVER } = options;
  const unseeded = await loadAssignment(options.spec, options.params ?? {}, '', options.env);
  const scenarios = chosenScenarios(unseeded, options.only ?? []);
  const policy = chooseLatePolicy(unseeded.spec.latePolicy, options);
  const roster = options.roster === undefined ? undefined : await readRoster(options.roster);
  const outline = scenarios.map(({ id, title, points, visibility }) => ({ id, title, points, visibility }));
  const decisions = readDecisions(out, options, outline);
  let live: LiveStatus | undefined;
  const watch: Watcher = (event) => {
    live?.hear(event);
    watcher(event);
  };
  // What can't be is refused before anything is run.
  if (options.similar) await readStarter(options.similar.starter);
  const held = await holdResults(out, { title: unseeded.spec.title, inputs: [options.input] }, (host) =>
    watch({ type: 'locked', host }),
  );
  let journal: Journal | undefined;
  let reopen: (() => Promise<void>) | undefined;
  let executor: Executor | undefined;
  const checkers = new CheckersInWorker(async () => options.level);
  let complete = false;
  try {
    const before = await readManifest(out).catch(() => undefined);
    journal = await Journal.open(path.join(out, JOURNAL));
    if (journal.damage) watch({ type: 'damage', damage: journal.damage });
    const intake = await takeIn(options.input, {
      out,
      programFiles: programFiles(unseeded.spec),
      ...defined({
        from: options.from,
        shard: options.shard,
        isStudent: whenGiven(roster, isStudentOf),
      }),
    });
    const fingerprint = specFingerprint(unseeded);
    const seed = options.seed ?? usualSeed(fingerprint);
    const assignment = withSeed(unseeded, seed);
    const { only = [], build, run, port, timeoutScale, unsafe = false } = options;
    const settings = settingsOf({ only, build, run, port, timeoutScale, unsafe, seed });
    const { matches } = placeStudents(intake.submissions, roster, decisions);
    const submissions = withTimes(intake.submissions, matches);
    const { bySubmission: extensions } = resolveExtensions(decisions.extensions, submissions, {
      roster,
      matches,
    });
    const gone = goneFrom(before, intake, options);
    const manifest: Manifest = {
      schema: 'socket-grader/batch/v1',
      grader: { version: version() },
      spec: { title: assignment.spec.title, file: assignment.spec.file, fingerprint },
      settings,
      options: gradebookOptionsOf(options),
      isolation: { level: options.level, lost: [] },
      scenarios: outline,
      ...defined({ shard: options.shard }),
      ...intake,
      ...(gone.length === 0 ? {} : { gone }),
      submissions,
      latePolicy: policy ?? null,
      lateness: latenesses(submissions, policy, extensions),
      keys: Object.fromEntries(
        submissions.map(({ id, sha256 }) => [id, resultKey(sha256, fingerprint, version(), settings)]),
      ),
    };
    checkRegrade(options.regrade, manifest);
    // Nothing is refused from here on.
    const { searchPath, params = {}, env, expose } = options;
    const judge = new RecordedJudge({
      out,
      spec: options.spec,
      params,
      only,
      runChecker: checkers.run,
      ...defined({ env }),
    });
    const recorded = new Map(journal.results);
    await offerToJudge(judge, { before, manifest, results: recorded, options, watch });
    await writeManifest(out, manifest);
    if (options.fresh) await journal.forget([...journal.results.keys()]);
    await forgetWhatIsToBeRegraded(options.regrade, { out, journal, manifest });
    const keeping = { out, journal, keys: manifest.keys, check: held.check, lateness: manifest.lateness };
    if (options.rejudge) await judgeRecorded(judge, submissions, recorded, keeping);
    const kept = submissions.flatMap(({ id }) => journal?.results.get(id) ?? []);
    const { results } = journal;
    live = new LiveStatus(out, held.check, (running) =>
      writeLiveIndex(out, { manifest, results, roster, decisions, running }, options),
    );
    watch({ type: 'begin', manifest, kept });
    if (options.level === 'uid' && options.executor === undefined) reopen = await closeToOthers(out);
    const grading: Grading = {
      assignment,
      scenarios,
      isolation: manifest.isolation,
      job: {
        spec: options.spec,
        params,
        only,
        seed,
        jobs: SCENARIOS_AT_A_TIME,
        unsafe,
        ...defined({ env, expose, build, run, port, timeoutScale, searchPath }),
      },
    };
    executor = options.executor
      ? await options.executor({
          grading,
          out,
          title: manifest.spec.title,
          total: submissions.length - kept.length,
          keyOf: ({ id }) => manifest.keys[id] ?? '',
          folderOf: ({ id }) => submissionFolder(out, id),
          watch,
        })
      : new LocalExecutor(grading, { out, jobs: jobsAt(options.level, options.jobs) });
    complete = await gradeAll(submissions, {
      ...keeping,
      executor,
      drain: AbortSignal.any([drain, stop]),
      stop,
      started: (submission) => watch({ type: 'started', submission }),
      finished: (submission, result) => watch({ type: 'finished', submission, result }),
      again: (count) => watch({ type: 'again', count }),
    });
    await live.end();
    if (options.similar && complete)
      watch({ type: 'compared', ...(await compareBatch(out, manifest, options.similar)) });
    const latest = readDecisionsAgain(out, decisions, options, outline);
    return await writeOutputs(
      out,
      { manifest, results: journal.results, roster, decisions: latest },
      options,
    );
  } finally {
    await live?.end();
    await executor?.close(complete);
    await checkers.end();
    await reopen?.();
    await journal?.close();
    await held.release();
  }
}

/** Scenarios of one submission at a time: the submissions beside it keep the machine busy. */
const SCENARIOS_AT_A_TIME = 2;

/** Without a network of its own, one submission's port is in the way of another's. */
function jobsAt(level: BatchOptions['level'], jobs: BatchOptions['jobs'] = 'auto'): number | 'auto' {
  return jobs === 'auto' && level !== 'full' ? 1 : jobs;
}
