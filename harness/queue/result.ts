import type { Redis } from 'ioredis';
import * as v from 'valibot';
import type { Graded, Grading } from '../batch/executor.ts';
import { isWeaker, type Level } from '../batch/isolation-level.ts';
import { finite, status } from '../batch/result-schema.ts';
import type { Submission } from '../batch/types.ts';
import { total } from '../judge/sum.ts';
import type { Report } from '../model/index.ts';
import { packRecording, unpackRecording } from '../recording/recording-file.ts';
import { BATCHES, keysOf } from './keys.ts';
import { packJson, unpackJson, WrongBytes } from './pack.ts';
import { KEPT } from './registry.ts';

const text = v.string();

/** A report, as far as a batch relies on it. */
const reportSchema = v.looseObject({
  schema: v.literal('socket-grader/report/v1'),
  grader: v.looseObject({ version: text }),
  spec: v.looseObject({ title: text, file: text, sha256: text }),
  submission: v.looseObject({ id: text, path: text, sha256: text, run: v.record(text, text) }),
  host: v.looseObject({ platform: text, node: text, cores: finite, unseen: v.array(text) }),
  isolation: v.looseObject({ level: v.picklist(['none', 'uid', 'full']), lost: v.array(text) }),
  startedAt: text,
  durationMs: finite,
  seed: text,
  points: finite,
  maxPoints: finite,
  status,
  interrupted: v.boolean(),
  scenarios: v.array(
    v.looseObject({
      id: text,
      title: text,
      status,
      points: finite,
      maxPoints: finite,
      attempts: finite,
      durationMs: finite,
      findings: v.array(v.looseObject({ cause: text, summary: text, evidence: v.array(text) })),
      runs: v.array(
        v.looseObject({
          attempt: finite,
          status,
          trace: v.looseObject({
            events: v.array(v.looseObject({ type: text, t: finite })),
            streams: v.record(text, v.looseObject({})),
          }),
        }),
      ),
    }),
  ),
});

const bodySchema = v.object({ report: reportSchema, final: v.boolean() });

/** Keeps a result only as long as its batch is announced: nobody would ever fetch it otherwise. */
const KEEP = `if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[2], 'body', ARGV[2], 'recording', ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
redis.call('PUBLISH', ARGV[5], ARGV[6])
return 1`;

/** Puts the result of a job where its batch finds it; false where there is no such batch any more. */
export async function saveResult(
  redis: Redis,
  { batch, job }: { readonly batch: string; readonly job: string },
  { report, final, recording }: Graded,
): Promise<boolean> {
  const body = await packJson({ report, final });
  const file = recording === undefined ? Buffer.alloc(0) : await packRecording(recording);
  const keys = keysOf(batch);
  const kept = await redis.eval(
    KEEP,
    2,
    BATCHES,
    keys.result(job),
    batch,
    body,
    file,
    KEPT,
    keys.finished,
    job,
  );
  return kept === 1;
}

/** What must be true of a result before it counts. */
interface Wanted {
  readonly grading: Grading;
  readonly submission: Submission;
  /** The least isolation that was asked for. */
  readonly level: Level;
}

/**
 * The result of a job, checked: it is of this submission and these scenarios, at a level that is enough, and what its sums
 * should be. Undefined where there is none yet; throws WrongBytes for one that is not to be believed.
 */
export async function loadResult(
  redis: Redis,
  { batch, job }: { readonly batch: string; readonly job: string },
  wanted: Wanted,
): Promise<Graded | undefined> {
  const { body, recording: file } = await redis.hgetallBuffer(keysOf(batch).result(job));
  if (body === undefined) return undefined;
  const read = v.safeParse(bodySchema, await unpackJson(body));
  if (!read.success) {
    const [issue] = read.issues;
    throw new WrongBytes(`a worker sent a result without a right ${v.getDotPath(issue) ?? 'form'}`);
  }
  const { report, final } = read.output as unknown as { report: Report; final: boolean };
  const wrong = whatIsWrong(report, wanted);
  if (wrong !== undefined) throw new WrongBytes(`a worker sent a result ${wrong}`);
  const graded = { report, final };
  if (file === undefined || file.length === 0) return graded;
  try {
    const recording = await unpackRecording(file, 'a recording');
    if (recording.report.submission.sha256 !== wanted.submission.sha256)
      throw new WrongBytes('a worker sent a recording of something else');
    return { ...graded, recording: { ...recording, settings: settingsOf(wanted.grading) } };
  } catch (error) {
    throw new WrongBytes(`a worker sent a recording that cannot be read: ${(error as Error).message}`);
  }
}

function whatIsWrong(report: Report, { grading, submission, level }: Wanted): string | undefined {
  const { scenarios, submission: of, isolation } = report;
  if (of.sha256 !== submission.sha256 || of.id !== submission.id) return 'of another submission';
  if (report.spec.sha256 !== grading.assignment.spec.sha256) return 'by another specification';
  if (report.seed !== grading.job.seed) return 'with another seed';
  const isRun = scenarios.some(({ attempts }) => attempts > 0);
  if (isRun && isWeaker(isolation.level, level)) return 'with too little isolation';
  const points = new Map(grading.assignment.spec.scenarios.map((scenario) => [scenario.id, scenario.points]));
  const ids = new Set(scenarios.map(({ id }) => id));
  const isComplete = grading.scenarios.every(({ id }) => ids.has(id));
  if (!isComplete || ids.size !== scenarios.length || [...ids].some((id) => !points.has(id)))
    return 'of other scenarios';
  const isBeyond = scenarios.some(
    ({ id, points: own, maxPoints }) => maxPoints !== points.get(id) || own < 0 || own > maxPoints,
  );
  if (isBeyond) return 'with more points than there are';
  const sums = total(scenarios);
  const isSum =
    sums.points === report.points && sums.maxPoints === report.maxPoints && sums.status === report.status;
  return isSum ? undefined : 'whose sums are wrong';
}

/** A recording is judged again from where the batch was started, and not from where the worker was. */
function settingsOf({ job: { spec, params = {}, only = [] } }: Grading) {
  return { spec, cwd: process.cwd(), params, only };
}
